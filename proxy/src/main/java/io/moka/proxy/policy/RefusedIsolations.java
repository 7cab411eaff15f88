package io.moka.proxy.policy;

import io.moka.proxy.policy.model.Isolation;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The isolations that the kernel refused. Such pods are isolated with nothing allowed until their isolation changes or five minutes are over; then it is tried
/// again. Bounded by the number of isolations. Used by the thread `policy-loop` alone.
final class RefusedIsolations {

    static final Duration RETRY = Duration.ofMinutes(5);

    private record Entry(Isolation refused, Isolation closed, long retryAt) {
    }

    private final LongSupplier nanoTime;
    private final Map<Isolation.Key, Entry> entries = new HashMap<>();

    RefusedIsolations(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(Isolation isolation) {
        entries.put(isolation.key(), new Entry(isolation, isolation.closed(), nanoTime.getAsLong() + RETRY.toNanos()));
    }

    /// These isolations, each that is refused without what it allows.
    List<Isolation> admitted(Collection<Isolation> wanted) {
        return wanted.stream().map(isolation -> {
            var entry = entries.get(isolation.key());
            if (entry == null) {
                return isolation;
            }
            if (entry.refused == isolation && entry.retryAt - nanoTime.getAsLong() > 0) {
                return entry.closed;
            }
            entries.remove(isolation.key());
            return isolation;
        }).toList();
    }

    /// Whether one is to be tried again.
    boolean isDue() {
        return entries.values().stream().anyMatch(entry -> entry.retryAt - nanoTime.getAsLong() <= 0);
    }
}
