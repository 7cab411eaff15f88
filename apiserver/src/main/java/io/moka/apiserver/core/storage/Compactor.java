package io.moka.apiserver.core.storage;

import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the store in each interval to the revision that it had one interval before. Of several servers, including upstream's, only one does
/// a round; the others learn its revision.
public final class Compactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final Store store;
    private final Duration interval;
    private final Sleeper sleeper;
    private final LongConsumer compacted;
    private final Thread thread;
    private volatile boolean closed;

    private Compactor(Store store, Duration interval, Sleeper sleeper, LongConsumer compacted) {
        this.store = store;
        this.interval = interval;
        this.sleeper = sleeper;
        this.compacted = compacted;
        thread = NeededThread.unstarted("etcd-compaction", this::run);
    }

    /// @param interval  the interval; zero for no compaction
    /// @param compacted called with the revision after each round
    public static Compactor start(Store store, Duration interval, Sleeper sleeper, LongConsumer compacted) {
        Compactor compactor = new Compactor(store, interval, sleeper, compacted);
        if (!interval.isZero()) {
            compactor.thread.start();
        }
        return compactor;
    }

    private void run() {
        long round = 0;
        long revision = 0;
        try {
            while (true) {
                sleeper.sleep(interval);
                try {
                    Store.Compaction done = store.compact(round, revision);
                    round = done.round();
                    revision = done.revision();
                    compacted.accept(done.compacted());
                } catch (StoreUnavailableException | CompactedException failed) {
                    LOG.info("The store is compacted in the next round: {}", failed.getMessage());
                } catch (RuntimeException unexpected) {
                    if (!closed) {
                        throw unexpected;
                    }
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
