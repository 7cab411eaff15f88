package io.moka.machinery.process;

import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the heap near the size of its live objects. Runs on the thread `heap-keeper`.
///
/// The serial collector lets the old generation grow to the limit before it collects it: a process that has 30 MiB alive then holds
/// hundreds. This class asks for a full collection when the heap has grown by half since the last one, as Go's collector does at
/// `GOGC=50`, or by a quarter where it is small, and when a time of load is over. A full collection stops the process for about 1 ms for each MiB that is alive.
final class HeapKeeper implements Runnable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeapKeeper.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /// Growth that is worth a collection: of a process at work, and of one whose heap has not grown for so many intervals.
    private static final long BUSY_GROWTH_BYTES = 10 << 20;
    private static final long QUIET_GROWTH_BYTES = 4 << 20;
    private static final int QUIET_INTERVALS = 15;
    /// A heap of up to so many bytes is collected in an instant, so it is collected more often.
    private static final long SMALL_BYTES = 64 << 20;

    private final Sleeper sleeper;
    private final Thread thread = NeededThread.unstarted("heap-keeper", this);

    // the thread alone: the heap's bytes after the last full collection, in the last interval, and for how many they have not grown
    private long baseline;
    private long last;
    private int quiet;

    /// @param bytes of the heap at the start of the process
    HeapKeeper(long bytes, Sleeper sleeper) {
        this.sleeper = sleeper;
        collected(bytes);
    }

    static HeapKeeper start() {
        var keeper = new HeapKeeper(Runtime.getRuntime().totalMemory(), Sleeper.SYSTEM);
        keeper.thread.start();
        return keeper;
    }

    @Override
    public void run() {
        var runtime = Runtime.getRuntime();
        try {
            while (true) {
                sleeper.sleep(INTERVAL);
                long before = runtime.totalMemory();
                if (isDue(before)) {
                    System.gc();
                    collected(runtime.totalMemory());
                    log.debug("the heap took {} KiB before a full collection and takes {} KiB after it", before >> 10, baseline >> 10);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the heap should be collected now. To be called once in each interval.
    boolean isDue(long bytes) {
        quiet = bytes > last ? 0 : quiet + 1;
        last = bytes;
        long growth = bytes - baseline;
        return growth > Math.max(BUSY_GROWTH_BYTES, baseline / (baseline <= SMALL_BYTES ? 4 : 2)) || quiet >= QUIET_INTERVALS && growth > QUIET_GROWTH_BYTES;
    }

    /// Takes the heap after a full collection for the size of what is alive.
    final void collected(long bytes) {
        baseline = bytes;
        last = bytes;
        quiet = 0;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
