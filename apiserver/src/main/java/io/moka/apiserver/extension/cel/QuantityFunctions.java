package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.moka.machinery.meta.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BinaryOperator;

/// The function `quantity` and those of its result.
final class QuantityFunctions {
    private static final OpaqueType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private QuantityFunctions() {}

    static void add(FunctionSet functions) {
        List<CelType> one = List.of(QUANTITY);
        List<CelType> two = List.of(QUANTITY, QUANTITY);
        List<Class<?>> oneClass = List.of(Quantity.class);
        List<Class<?>> twoClasses = List.of(Quantity.class, Quantity.class);
        functions.global("quantity", "string_to_quantity", QUANTITY, List.of(SimpleType.STRING), List.of(String.class), arguments -> Quantity.parse((String) arguments[0]));
        functions.global("isQuantity", "is_quantity_string", SimpleType.BOOL, List.of(SimpleType.STRING), List.of(String.class), arguments -> isQuantity((String) arguments[0]));
        functions.member("sign", "quantity_sign", SimpleType.INT, one, oneClass, arguments -> (long) value(arguments[0]).signum());
        functions.member("isInteger", "quantity_is_integer", SimpleType.BOOL, one, oneClass, arguments -> isInteger(arguments[0]));
        functions.member("asInteger", "quantity_as_integer", SimpleType.INT, one, oneClass, arguments -> asInteger(arguments[0]));
        functions.member("asApproximateFloat", "quantity_as_float", SimpleType.DOUBLE, one, oneClass, arguments -> value(arguments[0]).doubleValue());
        functions.member("compareTo", "quantity_compare_to", SimpleType.INT, two, twoClasses, arguments -> (long) compare(arguments));
        functions.member("isLessThan", "quantity_is_less_than", SimpleType.BOOL, two, twoClasses, arguments -> compare(arguments) < 0);
        functions.member("isGreaterThan", "quantity_is_greater_than", SimpleType.BOOL, two, twoClasses, arguments -> compare(arguments) > 0);
        arithmetic(functions, "add", BigDecimal::add);
        arithmetic(functions, "sub", BigDecimal::subtract);
    }

    private static void arithmetic(FunctionSet functions, String name, BinaryOperator<BigDecimal> operator) {
        functions.member(name, "quantity_" + name, QUANTITY, List.of(QUANTITY, QUANTITY), List.of(Quantity.class, Quantity.class),
                arguments -> new Quantity(operator.apply(value(arguments[0]), value(arguments[1])), ((Quantity) arguments[0]).suffix()));
        functions.member(name, "quantity_" + name + "_int", QUANTITY, List.of(QUANTITY, SimpleType.INT), List.of(Quantity.class, Long.class),
                arguments -> new Quantity(operator.apply(value(arguments[0]), BigDecimal.valueOf((Long) arguments[1])), ((Quantity) arguments[0]).suffix()));
    }

    private static BigDecimal value(Object quantity) {
        return ((Quantity) quantity).value();
    }

    private static int compare(Object[] arguments) {
        return value(arguments[0]).compareTo(value(arguments[1]));
    }

    private static boolean isQuantity(String text) {
        try {
            Quantity.parse(text);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static boolean isInteger(Object quantity) {
        return ((Quantity) quantity).isInteger() && value(quantity).compareTo(MIN_LONG) >= 0 && value(quantity).compareTo(MAX_LONG) <= 0;
    }

    private static long asInteger(Object quantity) {
        if (!isInteger(quantity)) {
            throw new IllegalArgumentException("cannot convert value to integer");
        }
        return value(quantity).longValueExact();
    }
}
