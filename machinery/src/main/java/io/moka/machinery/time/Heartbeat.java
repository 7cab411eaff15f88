package io.moka.machinery.time;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Remembers when something last succeeded, such as one round of a loop. Safe for any number of threads.
public final class Heartbeat {

    private final String what;
    private final Duration longest;
    private final LongSupplier nanoTime;
    private volatile long last;

    /// Begins as if it had just succeeded.
    ///
    /// @param what succeeded, for messages
    /// @param longest the time after which the next success is overdue
    /// @param nanoTime the monotonic clock, in nanoseconds; it does not count the time in which the machine is suspended
    public Heartbeat(String what, Duration longest, LongSupplier nanoTime) {
        this.what = what;
        this.longest = longest;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    public void beat() {
        last = nanoTime.getAsLong();
    }

    /// Returns how long ago the last success was if the next one is overdue; otherwise null.
    public @Nullable String problem() {
        var silence = Duration.ofNanos(nanoTime.getAsLong() - last);
        return silence.compareTo(longest) <= 0 ? null : what + " last succeeded " + silence.toSeconds() + " s ago";
    }
}
