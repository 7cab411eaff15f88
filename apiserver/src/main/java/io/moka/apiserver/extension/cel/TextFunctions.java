package io.moka.apiserver.extension.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/// The functions `join`, `replace` and `format` of strings. An evaluation fails if a result has more than [#MAX_LENGTH] characters.
final class TextFunctions {
    static final int MAX_LENGTH = 4 * 1024 * 1024;

    private TextFunctions() {}

    static void add(FunctionSet functions) {
        var strings = ListType.create(SimpleType.STRING);
        functions.member("join", "list_join_bounded", SimpleType.STRING, List.of(strings), List.of(List.class), arguments -> join((List<?>) arguments[0], ""));
        functions.member("join", "list_join_string_bounded", SimpleType.STRING, List.of(strings, SimpleType.STRING), List.of(List.class, String.class),
                arguments -> join((List<?>) arguments[0], (String) arguments[1]));
        functions.member("replace", "string_replace_bounded", SimpleType.STRING, List.of(SimpleType.STRING, SimpleType.STRING, SimpleType.STRING),
                List.of(String.class, String.class, String.class), arguments -> replace((String) arguments[0], (String) arguments[1], (String) arguments[2], -1));
        functions.member("replace", "string_replace_count_bounded", SimpleType.STRING,
                List.of(SimpleType.STRING, SimpleType.STRING, SimpleType.STRING, SimpleType.INT), List.of(String.class, String.class, String.class, Long.class),
                arguments -> replace((String) arguments[0], (String) arguments[1], (String) arguments[2], (Long) arguments[3]));
        functions.member("format", "string_format", SimpleType.STRING, List.of(SimpleType.STRING, ListType.create(SimpleType.DYN)),
                List.of(String.class, List.class), arguments -> format((String) arguments[0], (List<?>) arguments[1]));
    }

    private static void requireBounded(long length) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("the string would have more than " + MAX_LENGTH + " characters");
        }
    }

    private static String join(List<?> parts, String separator) {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            joined.append(i == 0 ? "" : separator).append((String) parts.get(i));
            requireBounded(joined.length());
        }
        return joined.toString();
    }

    private static String replace(String text, String old, String fresh, long count) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        long left = count < 0 ? Long.MAX_VALUE : count;
        while (left-- > 0) {
            int found = text.indexOf(old, at);
            if (found < 0 || old.isEmpty() && found >= text.length()) {
                break;
            }
            out.append(text, at, found).append(fresh);
            if (old.isEmpty()) {
                out.append(text.charAt(found));
            }
            at = found + Math.max(1, old.length());
            requireBounded(out.length());
        }
        boolean atEnd = old.isEmpty() && left >= 0 && at >= text.length();
        return out.append(text, Math.min(at, text.length()), text.length()).append(atEnd ? fresh : "").toString();
    }

    /// Formats as Go does, with the verbs `%s %d %f %e %b %x %X %o %%` and a precision.
    private static String format(String template, List<?> values) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int precision = -1;
            i++;
            if (i < template.length() && template.charAt(i) == '.') {
                int start = ++i;
                while (i < template.length() && Character.isDigit(template.charAt(i)) && i - start < 3) {
                    i++;
                }
                precision = i == start ? 6 : Integer.parseInt(template.substring(start, i));
            }
            if (i >= template.length()) {
                throw new IllegalArgumentException("unexpected end of format string");
            }
            char verb = template.charAt(i);
            if (verb == '%') {
                out.append('%');
            } else if (next >= values.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            } else {
                out.append(formatted(verb, precision, values.get(next++)));
            }
            requireBounded(out.length());
        }
        return out.toString();
    }

    private static String formatted(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> text(value);
            case 'd' -> value instanceof Long ? value.toString() : decimal(value);
            case 'f' -> new BigDecimal(number(value)).setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN).toPlainString();
            case 'e' -> String.format(java.util.Locale.ROOT, "%." + (precision < 0 ? 6 : precision) + "e", Double.parseDouble(number(value)));
            case 'b' -> value instanceof Boolean flag ? flag ? "1" : "0" : Long.toBinaryString(integer(value));
            case 'o' -> Long.toOctalString(integer(value));
            case 'x' -> value instanceof String text ? hex(text) : Long.toHexString(integer(value));
            case 'X' -> (value instanceof String text ? hex(text) : Long.toHexString(integer(value))).toUpperCase(java.util.Locale.ROOT);
            default -> throw new IllegalArgumentException("unrecognized formatting clause \"" + verb + "\"");
        };
    }

    private static String decimal(Object value) {
        if (value instanceof Number number && !(value instanceof Double)) {
            return number.toString();
        }
        throw new IllegalArgumentException("decimal clause can only be used on integers, was given " + value.getClass().getSimpleName());
    }

    private static long integer(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("only integers can be formatted so");
    }

    private static String number(Object value) {
        if (value instanceof Double || value instanceof Long) {
            return value.toString();
        }
        throw new IllegalArgumentException("fixed-point clause can only be used on doubles, was given " + value.getClass().getSimpleName());
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String text(Object value) {
        return switch (value) {
            case List<?> list -> {
                StringJoiner joined = new StringJoiner(", ", "[", "]");
                list.forEach(element -> joined.add(text(element)));
                yield joined.toString();
            }
            case Map<?, ?> map -> {
                TreeMap<String, String> sorted = new TreeMap<>();
                map.forEach((key, element) -> sorted.put(text(key), text(element)));
                StringJoiner joined = new StringJoiner(", ", "{", "}");
                sorted.forEach((key, element) -> joined.add(key + ": " + element));
                yield joined.toString();
            }
            case Double number -> new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
            case NullValue ignored -> "null";
            default -> value.toString();
        };
    }
}
