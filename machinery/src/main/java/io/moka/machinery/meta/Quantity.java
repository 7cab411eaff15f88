package io.moka.machinery.meta;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A number with a unit as Kubernetes writes it: `500m`, `1Gi`, `2e3`.
///
/// The smallest unit is a nano: values are rounded up to it, as upstream does.
///
/// @param suffix the notation to keep when writing
public record Quantity(BigDecimal value, Suffix suffix) implements Comparable<Quantity> {

    /// The notations.
    public enum Suffix { DECIMAL, BINARY, EXPONENT }

    public static final String MUST_MATCH =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final String BAD_SUFFIX = "unable to parse quantity's suffix";

    private static final Map<String, Integer> DECIMAL_EXPONENTS = Map.of(
            "n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final String[] DECIMAL_SUFFIXES = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final String[] BINARY_SUFFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /// @throws IllegalArgumentException with upstream's message when the text is no quantity
    public static Quantity parse(String text) {
        int numberEnd = numberEnd(text);
        BigDecimal number = number(text.substring(0, numberEnd));
        String unit = text.substring(numberEnd);
        Integer exponent = DECIMAL_EXPONENTS.get(unit);
        if (exponent != null) {
            return rounded(number.scaleByPowerOfTen(exponent), Suffix.DECIMAL);
        }
        for (int i = 1; i < BINARY_SUFFIXES.length; i++) {
            if (BINARY_SUFFIXES[i].equals(unit)) {
                return rounded(number.multiply(KIBI.pow(i)), Suffix.BINARY);
            }
        }
        return rounded(number.scaleByPowerOfTen(exponentOf(unit)), Suffix.EXPONENT);
    }

    /// Returns upstream's error message if the text is no quantity, else null.
    public static @Nullable String problemOf(String text) {
        if (isPlainInteger(text)) {
            return null;
        }
        try {
            parse(text);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    /// Returns the canonical form, in which the quantity is stored: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`.
    public static String canonicalText(String text) {
        return isPlainInteger(text) && !text.endsWith("000") ? text : parse(text).toString();
    }

    private static boolean isPlainInteger(String text) {
        int length = text.length();
        if (length == 0 || length > 18 || text.charAt(0) == '0' && length > 1) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static int numberEnd(String text) {
        int end = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        while (end < text.length() && (text.charAt(end) >= '0' && text.charAt(end) <= '9' || text.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(MUST_MATCH, e);
        }
    }

    private static int exponentOf(String unit) {
        if (!unit.startsWith("e") && !unit.startsWith("E")) {
            throw new IllegalArgumentException(unit.chars().allMatch(c -> "inumkKMGTPE".indexOf(c) >= 0) ? BAD_SUFFIX : MUST_MATCH);
        }
        try {
            int exponent = Integer.parseInt(unit.substring(1));
            if (Math.abs(exponent) <= 1000) {
                return exponent;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(BAD_SUFFIX, e);
        }
        throw new IllegalArgumentException(BAD_SUFFIX);
    }

    private static Quantity rounded(BigDecimal value, Suffix suffix) {
        return new Quantity(value.scale() > 9 ? value.setScale(9, RoundingMode.UP) : value, suffix);
    }

    public int signum() {
        return value.signum();
    }

    /// Returns the sum in this quantity's notation, or in the other's if this is zero.
    public Quantity plus(Quantity other) {
        return new Quantity(value.add(other.value), value.signum() == 0 ? other.suffix : suffix);
    }

    public Quantity negated() {
        return new Quantity(value.negate(), suffix);
    }

    public boolean isInteger() {
        return value.stripTrailingZeros().scale() <= 0;
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        if (suffix == Suffix.BINARY && isInteger() && value.abs().compareTo(KIBI) >= 0) {
            return binaryText();
        }
        return decimalText();
    }

    private String binaryText() {
        BigInteger mantissa = value.toBigIntegerExact();
        BigInteger kibi = BigInteger.valueOf(1024);
        int power = 0;
        while (power < BINARY_SUFFIXES.length - 1 && mantissa.mod(kibi).signum() == 0) {
            mantissa = mantissa.divide(kibi);
            power++;
        }
        return mantissa + BINARY_SUFFIXES[power];
    }

    private String decimalText() {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        if (suffix != Suffix.EXPONENT) {
            exponent = Math.min(exponent, 18);
        }
        BigInteger mantissa = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact();
        if (suffix == Suffix.EXPONENT) {
            return exponent == 0 ? mantissa.toString() : mantissa + "e" + exponent;
        }
        return mantissa + DECIMAL_SUFFIXES[exponent / 3 + 3];
    }
}
