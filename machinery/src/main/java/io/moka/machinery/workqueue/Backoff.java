package io.moka.machinery.workqueue;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Computes growing pauses between attempts: doubled each time, up to a maximum. Used by one thread.
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

    /// Like [#next()], shortened by up to a half at random, so that many callers that failed at the same time do not retry at the same time.
    public Duration nextJittered() {
        return Duration.ofNanos((long) (next().toNanos() * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)));
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
