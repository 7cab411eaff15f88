package io.moka.apiserver.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The syntax of a string field, as the overlay names it: `format=dns-label`.
enum Format {
    DNS_LABEL, DNS_SUBDOMAIN, QUALIFIED_NAME, LABEL_VALUE, PORT_NAME, ENV_NAME, CONFIG_KEY, IP, CIDR, RELATIVE_PATH, RESERVED_PATH, DRIVER_NAME, DOMAIN_PATH;

    private static final String PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

    static Format named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// Returns the reasons why the value is invalid; empty when it is valid.
    List<String> check(String value) {
        return switch (this) {
            case DNS_LABEL -> Names.dns1123Label(value);
            case DNS_SUBDOMAIN -> Names.dns1123Subdomain(value);
            case QUALIFIED_NAME -> Names.qualifiedName(value);
            case LABEL_VALUE -> Names.labelValue(value);
            case PORT_NAME -> Names.portName(value);
            case ENV_NAME -> Names.environmentName(value);
            case CONFIG_KEY -> Names.configKey(value);
            case IP -> Addresses.isIp(value) ? List.of() : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            case CIDR -> Addresses.isCidr(value) ? List.of() : List.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            case RELATIVE_PATH -> relativePath(value);
            case RESERVED_PATH -> reservedPath(value);
            case DRIVER_NAME -> Names.dns1123Subdomain(value.toLowerCase(Locale.ROOT));
            case DOMAIN_PATH -> domainPath(value);
        };
    }

    private static List<String> relativePath(String value) {
        if (value.startsWith("/")) {
            return List.of("must be a relative path");
        }
        return List.of(value.split("/")).contains("..") ? List.of("must not contain '..'") : List.of();
    }

    private static List<String> reservedPath(String value) {
        List<String> problems = relativePath(value);
        return value.startsWith("..") && !value.startsWith("../") && problems.isEmpty() ? List.of("must not start with '..'") : problems;
    }

    /// Validates a domain and a path in that domain: `acme.io/foo`.
    private static List<String> domainPath(String value) {
        int slash = value.indexOf('/');
        if (slash <= 0 || slash == value.length() - 1) {
            return List.of("must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        List<String> problems = new ArrayList<>(Names.dns1123Subdomain(value.substring(0, slash)));
        if (!value.substring(slash + 1).matches(PATH)) {
            problems.add("Invalid path (regex used for validation is '" + PATH + "')");
        }
        return problems;
    }
}
