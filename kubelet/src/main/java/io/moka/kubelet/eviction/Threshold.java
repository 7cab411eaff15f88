package io.moka.kubelet.eviction;

import io.moka.machinery.meta.Quantity;
import java.math.BigDecimal;
import java.time.Duration;

/// A limit for a signal: when less than the limit is available, pods are evicted.
///
/// @param grace how long the signal may be below the limit before a pod is evicted; zero for a hard threshold
/// @param minimumReclaim how much more than the limit must be free again before the threshold counts as no longer crossed
public record Threshold(Signal signal, Amount limit, Duration grace, Amount minimumReclaim) {

    /// A quantity, or a share of the capacity.
    public sealed interface Amount {

        long of(long capacity);

        record Absolute(long value) implements Amount {
            @Override
            public long of(long capacity) {
                return value;
            }
        }

        record Percentage(double percent) implements Amount {
            @Override
            public long of(long capacity) {
                return (long) (capacity * percent / 100);
            }
        }
    }

    boolean isHard() {
        return grace.isZero();
    }

    /// Whether less is available than the limit.
    boolean isCrossed(Observation seen) {
        return seen.available() < limit.of(seen.capacity());
    }

    /// Whether less is available than what is needed to call a crossed threshold settled.
    boolean isUnsettled(Observation seen) {
        return seen.available() < limit.of(seen.capacity()) + minimumReclaim.of(seen.capacity());
    }

    /// A number as upstream's messages write it: `100Mi`, `55128Ki`.
    static String text(long value) {
        return new Quantity(BigDecimal.valueOf(value), Quantity.Suffix.BINARY).toString();
    }
}
