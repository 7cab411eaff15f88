package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.time.Duration;
import java.util.List;

/// The functions `isSorted`, `sum`, `min`, `max`, `indexOf` and `lastIndexOf` of lists.
final class ListFunctions {
    private static final CelType ELEMENT = TypeParamType.create("T");
    private static final CelType LIST = ListType.create(ELEMENT);

    private ListFunctions() {}

    static void add(FunctionSet functions) {
        functions.member("isSorted", "list_is_sorted_bool", SimpleType.BOOL, List.of(LIST), List.of(List.class), arguments -> isSorted(list(arguments)));
        functions.member("sum", "list_sum", ELEMENT, List.of(LIST), List.of(List.class), arguments -> sum(list(arguments)));
        functions.member("min", "list_min", ELEMENT, List.of(LIST), List.of(List.class), arguments -> extreme(list(arguments), "min", -1));
        functions.member("max", "list_max", ELEMENT, List.of(LIST), List.of(List.class), arguments -> extreme(list(arguments), "max", 1));
        functions.member("indexOf", "list_index_of_int", SimpleType.INT, List.of(LIST, ELEMENT), List.of(List.class, Object.class),
                arguments -> (long) list(arguments).indexOf(arguments[1]));
        functions.member("lastIndexOf", "list_last_index_of_int", SimpleType.INT, List.of(LIST, ELEMENT), List.of(List.class, Object.class),
                arguments -> (long) list(arguments).lastIndexOf(arguments[1]));
    }

    private static List<?> list(Object[] arguments) {
        return (List<?>) arguments[0];
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object one, Object other) {
        if (!(one instanceof Comparable<?> comparable) || one.getClass() != other.getClass()) {
            throw new IllegalArgumentException("no such overload");
        }
        return ((Comparable<Object>) comparable).compareTo(other);
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object sum(List<?> list) {
        Object sum = 0L;
        for (int i = 0; i < list.size(); i++) {
            sum = i == 0 ? list.get(0) : add(sum, list.get(i));
        }
        return sum;
    }

    private static Object add(Object sum, Object next) {
        if (sum instanceof Long one && next instanceof Long other) {
            return Math.addExact(one, other);
        }
        if (sum instanceof Double one && next instanceof Double other) {
            return one + other;
        }
        if (sum instanceof Duration one && next instanceof Duration other) {
            return one.plus(other);
        }
        throw new IllegalArgumentException("no such overload");
    }

    private static Object extreme(List<?> list, String name, int sign) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(name + " called on empty list");
        }
        Object best = list.getFirst();
        for (Object element : list) {
            best = compare(element, best) * sign > 0 ? element : best;
        }
        return best;
    }
}
