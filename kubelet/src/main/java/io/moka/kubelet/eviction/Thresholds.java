package io.moka.kubelet.eviction;

import io.moka.machinery.meta.Quantities;
import io.moka.machinery.time.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Parses the eviction thresholds from the flags. Follows upstream's `ParseThresholdConfig`.
public final class Thresholds {

    /// Upstream's hard thresholds on Linux. There is none for process ids.
    public static final String DEFAULT_HARD = "imagefs.available<15%,imagefs.inodesFree<5%,memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%";

    private Thresholds() {
    }

    /// Returns all thresholds; empty if no pod is ever evicted.
    ///
    /// @param hard such as `memory.available<100Mi,nodefs.available<10%`; a limit of 0% or 100% turns the signal off
    /// @param soft likewise
    /// @param graces of each soft threshold, such as `memory.available=1m30s`
    /// @param minimumReclaims such as `memory.available=50Mi`
    /// @throws IllegalArgumentException with upstream's words where a flag is wrong
    public static List<Threshold> parse(String hard, String soft, String graces, String minimumReclaims) {
        var reclaims = new EnumMap<Signal, Threshold.Amount>(Signal.class);
        pairs(minimumReclaims, "=").forEach((signal, text) -> reclaims.put(signal, amount(text)));
        var thresholds = new ArrayList<Threshold>();
        limits(hard).forEach((signal, limit) -> {
            thresholds.add(threshold(signal, limit, Duration.ZERO, reclaims));
            if (signal == Signal.MEMORY) {
                thresholds.add(threshold(Signal.ALLOCATABLE_MEMORY, limit, Duration.ZERO, reclaims));
            }
        });
        var allowed = new EnumMap<Signal, Duration>(Signal.class);
        pairs(graces, "=").forEach((signal, text) -> allowed.put(signal, grace(text)));
        limits(soft).forEach((signal, limit) -> {
            var grace = allowed.get(signal);
            if (grace == null) {
                throw new IllegalArgumentException("grace period must be specified for the soft eviction threshold " + signal.flagName());
            }
            thresholds.add(threshold(signal, limit, grace, reclaims));
        });
        return List.copyOf(thresholds);
    }

    /// Returns the part of the capacity that the hard threshold of a signal keeps free; 0 if the signal has no hard threshold.
    public static long keptFree(List<Threshold> thresholds, Signal signal, long capacity) {
        return thresholds.stream().filter(threshold -> threshold.signal() == signal && threshold.isHard()).mapToLong(threshold -> threshold.limit().of(capacity)).max().orElse(0);
    }

    private static Threshold threshold(Signal signal, Threshold.Amount limit, Duration grace, Map<Signal, Threshold.Amount> reclaims) {
        return new Threshold(signal, limit, grace, reclaims.getOrDefault(signal == Signal.ALLOCATABLE_MEMORY ? Signal.MEMORY : signal, new Threshold.Amount.Absolute(0)));
    }

    private static Map<Signal, Threshold.Amount> limits(String flag) {
        var limits = new EnumMap<Signal, Threshold.Amount>(Signal.class);
        pairs(flag, "<").forEach((signal, text) -> {
            if (text.equals("0%") || text.equals("100%")) {
                return;
            }
            var limit = amount(text);
            if (limit.of(Integer.MAX_VALUE) <= 0) {
                throw new IllegalArgumentException("eviction threshold " + signal.flagName() + " must be positive: " + text);
            }
            limits.put(signal, limit);
        });
        return limits;
    }

    private static Map<Signal, String> pairs(String flag, String operator) {
        var pairs = new EnumMap<Signal, String>(Signal.class);
        for (var part : flag.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            var pair = part.strip().split(operator, 2);
            var signal = Signal.named(pair[0]);
            if (signal == null) {
                throw new IllegalArgumentException("unsupported eviction signal " + pair[0]);
            }
            if (pair.length < 2) {
                throw new IllegalArgumentException("invalid eviction threshold syntax " + part + ", expected <signal>" + operator + "<value>");
            }
            if (pairs.put(signal, pair[1]) != null) {
                throw new IllegalArgumentException("duplicate signal " + pair[0]);
            }
        }
        return pairs;
    }

    private static Threshold.Amount amount(String text) {
        if (!text.endsWith("%")) {
            return new Threshold.Amount.Absolute(Quantities.value(text));
        }
        try {
            double percent = Double.parseDouble(text.substring(0, text.length() - 1));
            if (percent >= 0 && percent <= 100) {
                return new Threshold.Amount.Percentage(percent);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a percentage: " + text, e);
        }
        throw new IllegalArgumentException("eviction percentage threshold must be between 0% and 100%: " + text);
    }

    private static Duration grace(String text) {
        var grace = GoDuration.parse(text);
        if (grace.isNegative() || grace.isZero()) {
            throw new IllegalArgumentException("invalid eviction grace period value: " + text + ", must be a positive value");
        }
        return grace;
    }
}
