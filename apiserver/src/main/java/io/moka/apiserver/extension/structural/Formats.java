package io.moka.apiserver.extension.structural;

import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;

/// Checks strings against the formats that a schema may name; an unknown format is not checked.
public final class Formats {
    private static final Pattern EMAIL = Pattern.compile("^[^@\\s]+@[^@\\s]+$");
    private static final Pattern HOSTNAME = Pattern.compile("^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$");
    private static final Pattern MAC = Pattern.compile("^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$");
    private static final Pattern UUID = Pattern.compile("^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$");
    private static final Pattern DURATION = Pattern.compile("^[+-]?(\\d+(\\.\\d*)?(ns|us|µs|ms|s|m|h|d|w))+$");
    private static final Pattern IPV4 = Pattern.compile("^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.|$)){4}$");
    private static final Pattern IPV6 = Pattern.compile("^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$");
    private static final Pattern HEX_COLOR = Pattern.compile("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$");

    private Formats() {}

    public static boolean matches(String format, String value) {
        return switch (format) {
            case "date" -> parses(() -> LocalDate.parse(value));
            case "date-time", "datetime" -> parses(() -> OffsetDateTime.parse(value));
            case "duration" -> DURATION.matches(value) || value.equals("0");
            case "email" -> EMAIL.matches(value);
            case "hostname" -> value.length() <= 255 && HOSTNAME.matches(value);
            case "ipv4" -> IPV4.matches(value);
            case "ipv6" -> isIpv6(value);
            case "cidr" -> isCidr(value);
            case "mac" -> MAC.matches(value);
            case "uuid", "uuid3", "uuid4", "uuid5" -> UUID.matches(value);
            case "uri" -> parses(() -> java.net.URI.create(value).toString()) && value.contains(":");
            case "byte" -> parses(() -> Base64.getDecoder().decode(value));
            case "hexcolor" -> HEX_COLOR.matches(value);
            default -> true;
        };
    }

    static boolean isIpv6(String value) {
        return IPV6.matches(value) && parses(() -> java.net.InetAddress.ofLiteral(value));
    }

    private static boolean isCidr(String value) {
        int slash = value.indexOf('/');
        if (slash < 0 || !value.substring(slash + 1).chars().allMatch(Character::isDigit) || value.length() - slash > 4 || slash == value.length() - 1) {
            return false;
        }
        String address = value.substring(0, slash);
        int bits = Integer.parseInt(value.substring(slash + 1));
        return IPV4.matches(address) && bits <= 32 || isIpv6(address) && bits <= 128;
    }

    private interface Parse {
        Object parse();
    }

    private static boolean parses(Parse parse) {
        try {
            parse.parse();
            return true;
        } catch (DateTimeException | IllegalArgumentException malformed) {
            return false;
        }
    }
}
