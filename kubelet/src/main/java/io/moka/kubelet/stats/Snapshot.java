package io.moka.kubelet.stats;

import io.moka.kubelet.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A measurement that is made on request and kept for a while. A thread `stats` makes it, as reading from the kernel may take long.
final class Snapshot<T> {

    private static final Logger log = LoggerFactory.getLogger(Snapshot.class);
    private static final ExecutorService READER = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("stats").factory());

    private final Supplier<T> read;
    private final Duration kept;
    private final Duration deadline;
    private final InstantSource clock;

    // guarded by this
    private @Nullable T last;
    private Instant readAt = Instant.MIN;
    private @Nullable Future<T> underWay;

    /// @param kept how old an answer may be
    /// @param deadline after which the one before is given again
    Snapshot(Supplier<T> read, Duration kept, Duration deadline, InstantSource clock) {
        this.read = read;
        this.kept = kept;
        this.deadline = deadline;
        this.clock = clock;
    }

    synchronized T get() {
        var now = clock.instant();
        var known = last;
        return known != null && !now.isBefore(readAt) && now.isBefore(readAt.plus(kept)) ? known : fresh();
    }

    /// Measures now; where an earlier measurement hangs, waits for that one, so that there is never more than one thread.
    ///
    /// @throws RuntimeFailure where that takes too long and there is no earlier answer
    synchronized T fresh() {
        var begun = clock.instant();
        var reading = underWay == null ? READER.submit(read::get) : underWay;
        underWay = reading;
        try {
            var made = reading.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            underWay = null;
            last = made;
            readAt = begun;
            return made;
        } catch (ExecutionException e) {
            underWay = null;
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            var known = last;
            if (known == null) {
                throw new RuntimeFailure("the node was not measured within " + deadline.toSeconds() + "s", e);
            }
            log.warn("the node was not measured within {} s; the values of {} are given again", deadline.toSeconds(), readAt);
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", e);
        }
    }
}
