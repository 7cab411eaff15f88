package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The functions `semver` and those of its result.
final class VersionFunctions {
    private static final OpaqueType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final String NUMBER = "(0|[1-9]\\d*)";
    private static final Pattern STRICT = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER
            + "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");

    private VersionFunctions() {}

    record Semver(long major, long minor, long patch, String prerelease) implements Comparable<Semver> {
        static Semver parse(String text, boolean normalize) {
            Matcher match = STRICT.matcher(normalize ? normalized(text) : text);
            if (text.length() > 256 || !match.matches()) {
                throw new IllegalArgumentException("semver parse error during conversion from string: invalid version \"" + text + "\"");
            }
            return new Semver(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)), Long.parseLong(match.group(3)), match.group(4) == null ? "" : match.group(4));
        }

        /// Drops a leading `v`, leading zeros, and fills in missing numbers.
        private static String normalized(String text) {
            String bare = text.startsWith("v") ? text.substring(1) : text;
            int end = 0;
            while (end < bare.length() && (Character.isDigit(bare.charAt(end)) || bare.charAt(end) == '.')) {
                end++;
            }
            String[] numbers = bare.substring(0, end).split("\\.");
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < Math.max(3, numbers.length); i++) {
                String number = i < numbers.length ? numbers[i].replaceFirst("^0+(?=\\d)", "") : "0";
                out.append(i == 0 ? "" : ".").append(number);
            }
            return out + bare.substring(end);
        }

        @Override
        public int compareTo(Semver other) {
            int order = Long.compare(major, other.major);
            order = order != 0 ? order : Long.compare(minor, other.minor);
            order = order != 0 ? order : Long.compare(patch, other.patch);
            return order != 0 ? order : comparePrerelease(prerelease, other.prerelease);
        }

        private static int comparePrerelease(String one, String other) {
            if (one.isEmpty() || other.isEmpty()) {
                return Boolean.compare(one.isEmpty(), other.isEmpty());
            }
            String[] ours = one.split("\\.");
            String[] theirs = other.split("\\.");
            for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
                int order = compareIdentifier(ours[i], theirs[i]);
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(ours.length, theirs.length);
        }

        private static int compareIdentifier(String one, String other) {
            boolean number = one.matches("\\d+");
            boolean otherNumber = other.matches("\\d+");
            if (number && otherNumber) {
                return new BigInteger(one).compareTo(new BigInteger(other));
            }
            return number != otherNumber ? number ? -1 : 1 : one.compareTo(other);
        }
    }

    static void add(FunctionSet functions) {
        List<CelType> two = List.of(SEMVER, SEMVER);
        List<Class<?>> twoClasses = List.of(Semver.class, Semver.class);
        functions.global("semver", "string_to_semver", SEMVER, List.of(SimpleType.STRING), List.of(String.class), arguments -> Semver.parse((String) arguments[0], false));
        functions.global("semver", "string_bool_to_semver", SEMVER, List.of(SimpleType.STRING, SimpleType.BOOL), List.of(String.class, Boolean.class),
                arguments -> Semver.parse((String) arguments[0], (Boolean) arguments[1]));
        functions.global("isSemver", "is_semver_string", SimpleType.BOOL, List.of(SimpleType.STRING), List.of(String.class), arguments -> isSemver((String) arguments[0], false));
        functions.global("isSemver", "is_semver_string_bool", SimpleType.BOOL, List.of(SimpleType.STRING, SimpleType.BOOL), List.of(String.class, Boolean.class),
                arguments -> isSemver((String) arguments[0], (Boolean) arguments[1]));
        functions.member("major", "semver_major", SimpleType.INT, List.of(SEMVER), List.of(Semver.class), arguments -> ((Semver) arguments[0]).major());
        functions.member("minor", "semver_minor", SimpleType.INT, List.of(SEMVER), List.of(Semver.class), arguments -> ((Semver) arguments[0]).minor());
        functions.member("patch", "semver_patch", SimpleType.INT, List.of(SEMVER), List.of(Semver.class), arguments -> ((Semver) arguments[0]).patch());
        functions.member("compareTo", "semver_compare_to", SimpleType.INT, two, twoClasses, arguments -> (long) compare(arguments));
        functions.member("isLessThan", "semver_is_less_than", SimpleType.BOOL, two, twoClasses, arguments -> compare(arguments) < 0);
        functions.member("isGreaterThan", "semver_is_greater_than", SimpleType.BOOL, two, twoClasses, arguments -> compare(arguments) > 0);
    }

    private static int compare(Object[] arguments) {
        return ((Semver) arguments[0]).compareTo((Semver) arguments[1]);
    }

    private static boolean isSemver(String text, boolean normalize) {
        try {
            Semver.parse(text, normalize);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
