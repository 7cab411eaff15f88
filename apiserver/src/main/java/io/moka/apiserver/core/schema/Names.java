package io.moka.apiserver.core.schema;

import java.util.ArrayList;
import java.util.List;

/// Validates names, labels and keys; each check returns the problems, in Kubernetes' words.
///
/// The checks look at each character instead of using patterns, since they run for every label of every object written.
public final class Names {

    private static final String LABEL_PATTERN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_PATTERN = LABEL_PATTERN + "(\\." + LABEL_PATTERN + ")*";
    private static final String QUALIFIED_PATTERN = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private static final String BAD_LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
            + " or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
            + " regex used for validation is '" + LABEL_PATTERN + "')";
    private static final String BAD_SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
            + " regex used for validation is '" + SUBDOMAIN_PATTERN + "')";
    private static final String BAD_DNS_1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-',"
            + " start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',"
            + " regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String BAD_NAME_PART = "must consist of alphanumeric characters, '-', '_' or '.', and must start and"
            + " end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '"
            + QUALIFIED_PATTERN + "')";
    private static final String BAD_LABEL_VALUE = "a valid label must be an empty string or consist of alphanumeric"
            + " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',"
            + "  or 'my_value',  or '12345', regex used for validation is '(" + QUALIFIED_PATTERN + ")?')";
    private static final String BAD_CONFIG_KEY = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
            + " (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    private Names() {
    }

    /// Validates a DNS label, such as the name of a container or a namespace.
    public static List<String> dns1123Label(String value) {
        return problems(value.length() > 63, "must be no more than 63 bytes", !isLabel(value, 0, value.length()), BAD_LABEL);
    }

    /// Validates a DNS name, such as the names of most objects.
    public static List<String> dns1123Subdomain(String value) {
        return problems(value.length() > 253, "must be no more than 253 bytes", !isSubdomain(value), BAD_SUBDOMAIN);
    }

    /// Validates a DNS name that may contain underscores, such as a resolver's search domain.
    static List<String> dns1123SubdomainWithUnderscore(String value) {
        String label = "[a-z0-9_]([-_a-z0-9]*[a-z0-9_])?";
        String pattern = label + "(\\." + label + ")*";
        return problems(value.length() > 253, "must be no more than 253 bytes", !value.matches(pattern), "a lowercase RFC 1123 subdomain must consist of"
                + " lower case alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
                + " regex used for validation is '" + pattern + "')");
    }

    /// Validates a DNS name whose first label is `*`.
    static List<String> wildcardSubdomain(String value) {
        String pattern = "\\*\\." + SUBDOMAIN_PATTERN;
        return problems(value.length() > 253, "must be no more than 253 bytes", !value.matches(pattern), "a wildcard DNS-1123 subdomain must start with '*.',"
                + " followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric"
                + " character (e.g. '*.example.com', regex used for validation is '" + pattern + "')");
    }

    /// Validates a DNS label that starts with a letter, such as the name of a service.
    public static List<String> dns1035Label(String value) {
        boolean good = isLabel(value, 0, value.length()) && !isDigit(value.charAt(0));
        return problems(value.length() > 63, "must be no more than 63 bytes", !good, BAD_DNS_1035);
    }

    /// Validates the key of a label, annotation or taint: a name with an optional DNS prefix and `/`.
    public static List<String> qualifiedName(String value) {
        int slash = value.indexOf('/');
        if (slash != value.lastIndexOf('/')) {
            return List.of("a qualified name " + BAD_NAME_PART
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        List<String> problems = new ArrayList<>(0);
        if (slash == 0) {
            problems.add("prefix part must be non-empty");
        } else if (slash > 0) {
            dns1123Subdomain(value.substring(0, slash)).forEach(problem -> problems.add("prefix part " + problem));
        }
        String name = value.substring(slash + 1);
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        } else if (name.length() > 63) {
            problems.add("name part must be no more than 63 bytes");
        }
        if (!isQualified(name)) {
            problems.add("name part " + BAD_NAME_PART);
        }
        return problems;
    }

    public static List<String> labelValue(String value) {
        return problems(value.length() > 63, "must be no more than 63 bytes", !value.isEmpty() && !isQualified(value), BAD_LABEL_VALUE);
    }

    /// Validates a name that can be one segment of a URL path, such as an RBAC role's.
    public static List<String> pathSegment(String value) {
        if (value.equals(".") || value.equals("..")) {
            return List.of("may not be '" + value + "'");
        }
        List<String> problems = new ArrayList<>(0);
        for (String forbidden : List.of("/", "%")) {
            if (value.contains(forbidden)) {
                problems.add("may not contain '" + forbidden + "'");
            }
        }
        return problems;
    }

    /// Validates the name of a port, which is an IANA service name.
    static List<String> portName(String value) {
        List<String> problems = new ArrayList<>(0);
        boolean letter = false;
        boolean bad = value.isEmpty();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            letter |= c >= 'a' && c <= 'z';
            bad |= !isLowerAlphanumeric(c) && c != '-';
        }
        if (value.length() > 15) {
            problems.add("must be no more than 15 bytes");
        }
        if (bad) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!letter) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return problems;
    }

    /// Validates the name of an environment variable.
    static List<String> environmentName(String value) {
        boolean good = value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e && c != '=');
        return good ? List.of() : List.of("a valid environment variable name must consist only of printable ASCII characters other than '='");
    }

    /// Validates a key of a ConfigMap or Secret, which may become a file name.
    static List<String> configKey(String value) {
        List<String> problems = new ArrayList<>(0);
        if (value.length() > 253) {
            problems.add("must be no more than 253 bytes");
        }
        if (value.isEmpty() || !value.chars().allMatch(c -> isNameChar((char) c))) {
            problems.add(BAD_CONFIG_KEY);
        }
        if (value.equals(".") || value.equals("..")) {
            problems.add("must not be '" + value + "'");
        } else if (value.startsWith("..")) {
            problems.add("must not start with '..'");
        }
        return problems;
    }

    private static List<String> problems(boolean tooLong, String length, boolean bad, String syntax) {
        if (!tooLong && !bad) {
            return List.of();
        }
        return tooLong && bad ? List.of(length, syntax) : List.of(tooLong ? length : syntax);
    }

    private static boolean isSubdomain(String value) {
        int start = 0;
        while (true) {
            int dot = value.indexOf('.', start);
            int end = dot < 0 ? value.length() : dot;
            if (!isLabel(value, start, end)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private static boolean isLabel(String value, int start, int end) {
        if (start >= end || value.charAt(start) == '-' || value.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isLowerAlphanumeric(value.charAt(i)) && value.charAt(i) != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isQualified(String value) {
        if (value.isEmpty() || !isAlphanumeric(value.charAt(0)) || !isAlphanumeric(value.charAt(value.length() - 1))) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isNameChar(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameChar(char c) {
        return isAlphanumeric(c) || c == '-' || c == '_' || c == '.';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLowerAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || isDigit(c);
    }

    private static boolean isAlphanumeric(char c) {
        return isLowerAlphanumeric(c) || c >= 'A' && c <= 'Z';
    }
}
