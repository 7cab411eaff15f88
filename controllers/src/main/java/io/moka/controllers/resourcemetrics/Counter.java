package io.moka.controllers.resourcemetrics;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One reading of a container or node.
///
/// @param cpuSeconds used since it was started
/// @param startedAt null for a node
record Counter(Instant at, double cpuSeconds, long memoryBytes, @Nullable Instant startedAt) {

    /// The usage in each second of a window.
    ///
    /// @param at the end of the window
    /// @param nanoCores billionths of a core
    record Usage(Instant at, Duration window, long nanoCores, long memoryBytes) {
    }

    /// The usage since an earlier reading of the same run, or since the start where there is none; null where neither gives a window.
    @Nullable Usage since(@Nullable Counter before) {
        if (before != null && before.at.isBefore(at) && before.cpuSeconds <= cpuSeconds && (startedAt == null || startedAt.equals(before.startedAt))) {
            return over(Duration.between(before.at, at), cpuSeconds - before.cpuSeconds);
        }
        return startedAt != null && startedAt.isBefore(at) ? over(Duration.between(startedAt, at), cpuSeconds) : null;
    }

    private Usage over(Duration window, double seconds) {
        return new Usage(at, window, Math.round(seconds / window.toNanos() * 1e18), memoryBytes);
    }
}
