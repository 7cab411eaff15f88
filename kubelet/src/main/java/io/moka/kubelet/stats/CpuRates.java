package io.moka.kubelet.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes `usageNanoCores` of cgroups: the nanoseconds of CPU time for each second between the last two readings. Safe for any number of threads.
final class CpuRates {

    /// Readings that follow each other faster count as one, as the kernel's counters are too coarse for a rate.
    private static final Duration SHORTEST = Duration.ofMillis(500);

    /// @param rate between this reading and the one before it
    private record Sample(long cpuNanos, Instant at, @Nullable Long rate) {
    }

    // guarded by this
    private final Map<String, Sample> last = new HashMap<>();

    /// Takes a reading and returns the rate since the reading before it.
    ///
    /// @return null for the first reading, and if clock or counter were set back
    synchronized @Nullable Long next(String group, long cpuNanos, Instant at) {
        var before = last.get(group);
        if (before == null || at.isBefore(before.at) || cpuNanos < before.cpuNanos) {
            last.put(group, new Sample(cpuNanos, at, null));
            return null;
        }
        var elapsed = Duration.between(before.at, at);
        if (elapsed.compareTo(SHORTEST) < 0) {
            return before.rate;
        }
        long rate = (long) ((cpuNanos - before.cpuNanos) * 1e9 / elapsed.toNanos());
        last.put(group, new Sample(cpuNanos, at, rate));
        return rate;
    }

    /// Forgets all groups but these.
    synchronized void retain(Collection<String> groups) {
        last.keySet().retainAll(groups);
    }
}
