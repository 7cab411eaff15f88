package io.moka.machinery.workqueue;

import java.time.Duration;

/// Growing pauses between attempts: doubled each time, up to the longest. Used by one thread.
public final class Backoff {

    private final Duration shortest;
    private final Duration longest;
    private int attempts;

    public Backoff(Duration shortest, Duration longest) {
        this.shortest = shortest;
        this.longest = longest;
    }

    public Duration next() {
        return delay(shortest, longest, attempts++);
    }

    public void reset() {
        attempts = 0;
    }

    /// The pause after this many earlier failures.
    public static Duration delay(Duration shortest, Duration longest, int failures) {
        var delay = failures >= 30 ? longest : shortest.multipliedBy(1L << failures);
        return delay.compareTo(longest) > 0 ? longest : delay;
    }
}
