package io.moka.machinery.meta;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One requirement of a [LabelSelector] on the labels.
public sealed interface Requirement {

    boolean matches(Map<String, String> labels);

    /// The key is present with one of these values. Written `key=value` or `key in (a,b)`.
    record In(String key, Set<String> values) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return value != null && values.contains(value);
        }

        @Override
        public String toString() {
            return values.size() == 1 ? key + "=" + values.iterator().next() : key + " in " + list(values);
        }
    }

    /// The key is absent, or present with another value. Written `key!=value` or `key notin (a,b)`.
    record NotIn(String key, Set<String> values) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return value == null || !values.contains(value);
        }

        @Override
        public String toString() {
            return values.size() == 1 ? key + "!=" + values.iterator().next() : key + " notin " + list(values);
        }
    }

    record Exists(String key) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            return labels.containsKey(key);
        }

        @Override
        public String toString() {
            return key;
        }
    }

    record DoesNotExist(String key) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            return !labels.containsKey(key);
        }

        @Override
        public String toString() {
            return "!" + key;
        }
    }

    /// The value is a whole number above the bound; only node affinity uses it.
    record GreaterThan(String key, long bound) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            var number = number(labels.get(key));
            return number != null && number > bound;
        }

        @Override
        public String toString() {
            return key + ">" + bound;
        }
    }

    /// The value is a whole number below the bound; only node affinity uses it.
    record LessThan(String key, long bound) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            var number = number(labels.get(key));
            return number != null && number < bound;
        }

        @Override
        public String toString() {
            return key + "<" + bound;
        }
    }

    private static String list(Set<String> values) {
        return "(" + String.join(",", values) + ")";
    }

    private static @Nullable Long number(@Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
