package io.moka.apiserver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives memory back when a time of load is over. The serial collector shrinks the heap only when it collects all of it, and a server
/// that has become quiet again has no reason of its own to.
final class IdleHeap implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdleHeap.class);
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final long QUIET_BYTES = 8L * 1024 * 1024;
    private static final long WORTH_BYTES = 16L * 1024 * 1024;

    private final Runtime runtime = Runtime.getRuntime();
    private final Thread thread = Thread.ofVirtual().name("idle-heap").unstarted(this);

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        long floor = runtime.totalMemory();
        long usedBefore = used();
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
                long used = used();
                boolean quiet = used >= usedBefore && used - usedBefore < QUIET_BYTES;
                if (quiet && runtime.totalMemory() > floor + WORTH_BYTES) {
                    long before = runtime.totalMemory();
                    System.gc();
                    floor = runtime.totalMemory();
                    LOG.debug("The heap went from {} to {} bytes", before, floor);
                }
                usedBefore = used();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private long used() {
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
