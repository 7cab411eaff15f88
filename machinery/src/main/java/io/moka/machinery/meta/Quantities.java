package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Arithmetic on Kubernetes' quantities (`100m`, `1.5Gi`, `2e3`) in whole numbers.
///
/// A fraction of the unit asked for is rounded up, as upstream's `Quantity.Value` and `MilliValue` do. Values beyond a
/// `long` are held at its end.
public final class Quantities {

    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", new BigDecimal("1e-9")), Map.entry("u", new BigDecimal("1e-6")), Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("", BigDecimal.ONE), Map.entry("k", new BigDecimal("1e3")), Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")), Map.entry("T", new BigDecimal("1e12")), Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")), Map.entry("Ki", binary(10)), Map.entry("Mi", binary(20)), Map.entry("Gi", binary(30)),
            Map.entry("Ti", binary(40)), Map.entry("Pi", binary(50)), Map.entry("Ei", binary(60)));

    private Quantities() {
    }

    /// Returns the quantity in whole units: bytes for memory, cores for CPU. Null counts as zero.
    public static long value(@Nullable Quantity quantity) {
        return scaled(quantity, 0);
    }

    /// Returns the quantity in thousandths of the unit: the scheduler's and the kernel's measure of CPU.
    public static long milliValue(@Nullable Quantity quantity) {
        return scaled(quantity, 3);
    }

    public static long value(String text) {
        return clamp(parse(text));
    }

    /// The exact number that the text stands for.
    ///
    /// @throws IllegalArgumentException when it is not a quantity
    public static BigDecimal parse(String text) {
        int end = text.length();
        while (end > 0 && !Character.isDigit(text.charAt(end - 1)) && text.charAt(end - 1) != '.') {
            end--;
        }
        var factor = FACTORS.get(text.substring(end));
        if (end == 0 || factor == null) {
            throw new IllegalArgumentException("quantities must match the regular expression "
                    + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        return new BigDecimal(text.substring(0, end)).multiply(factor);
    }

    private static long scaled(@Nullable Quantity quantity, int digits) {
        if (quantity == null) {
            return 0;
        }
        var suffix = quantity.getFormat() == null ? "" : quantity.getFormat();
        return clamp(parse(quantity.getAmount() + suffix).movePointRight(digits));
    }

    private static long clamp(BigDecimal number) {
        var size = number.abs();
        if (size.compareTo(BigDecimal.ONE) < 0) {
            return number.signum();
        }
        return size.compareTo(MAX) >= 0
                ? (number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE)
                : number.setScale(0, RoundingMode.UP).longValueExact();
    }

    private static BigDecimal binary(int shift) {
        return BigDecimal.valueOf(1L << shift);
    }
}
