package io.moka.machinery.informer;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Makes an object of the Kubernetes model take less memory, without changing its content. For objects that are cached and no longer changed.
///
/// The classes of the model give each object a list or map of its own for each of its fields, whether it has anything to hold or not: of a pod's 6 KiB these
/// empty ones take more than 2. Here all objects share one empty list and one empty map, a list or map of one element becomes one that has no table, and
/// longer lists give back the room they have reserved. Shared ones refuse to be changed.
final class ObjectCompaction {

    private static final String MODEL = "io.fabric8.kubernetes.";

    /// The fields of a class of the model by what they hold; none for another class. Fields of type `Object` may hold a value of any kind.
    private record Fields(Field[] lists, Field[] maps, Field[] objects) {

        private static final Fields NONE = new Fields(new Field[0], new Field[0], new Field[0]);

        static Fields of(Class<?> type) {
            if (!type.getName().startsWith(MODEL) || type.isEnum()) {
                return NONE;
            }
            return new Fields(matching(type, held -> held == List.class), matching(type, held -> held == Map.class),
                    matching(type, held -> held == Object.class || held.getName().startsWith(MODEL) && !held.isEnum()));
        }

        private static Field[] matching(Class<?> type, Predicate<Class<?>> wanted) {
            var found = new ArrayList<Field>();
            for (Class<?> each = type; each != null && each.getName().startsWith(MODEL); each = each.getSuperclass()) {
                for (var field : each.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers()) && wanted.test(field.getType())) {
                        field.setAccessible(true);
                        found.add(field);
                    }
                }
            }
            return found.toArray(Field[]::new);
        }
    }

    private static final ClassValue<Fields> FIELDS = new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
            return Fields.of(type);
        }
    };

    private ObjectCompaction() {
    }

    /// Compacts the object and all objects of the model in it. To be called before other threads see the object.
    ///
    /// @return the object
    static <T> T compact(T object) {
        var fields = FIELDS.get(object.getClass());
        try {
            for (var field : fields.lists()) {
                if (field.get(object) instanceof List<?> list) {
                    replace(field, object, list, compacted(list));
                }
            }
            for (var field : fields.maps()) {
                if (field.get(object) instanceof Map<?, ?> map) {
                    replace(field, object, map, compacted(map));
                }
            }
            for (var field : fields.objects()) {
                var held = field.get(object);
                if (held != null) {
                    compact(held);
                }
            }
            return object;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(object.getClass() + " cannot be read", e);
        }
    }

    private static void replace(Field field, Object object, Object before, Object after) throws IllegalAccessException {
        if (after != before) {
            field.set(object, after);
        }
    }

    private static List<?> compacted(List<?> list) {
        int size = list.size();
        if (size == 0) {
            return Collections.emptyList();
        }
        compactEach(list);
        if (size == 1) {
            return Collections.singletonList(list.getFirst());
        }
        if (list instanceof ArrayList<?> reserved) {
            reserved.trimToSize();
        }
        return list;
    }

    private static void compactEach(Collection<?> elements) {
        for (var element : elements) {
            if (element != null) {
                compact(element);
            }
        }
    }

    private static Map<?, ?> compacted(Map<?, ?> map) {
        if (map.isEmpty()) {
            return Collections.emptyMap();
        }
        compactEach(map.values());
        if (map.size() > 1) {
            return map;
        }
        var only = map.entrySet().iterator().next();
        return Collections.singletonMap(only.getKey(), only.getValue());
    }
}
