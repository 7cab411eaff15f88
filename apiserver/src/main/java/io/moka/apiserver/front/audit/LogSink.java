package io.moka.apiserver.front.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.moka.machinery.thread.NeededThread;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes events as lines to a file or to standard output: before their requests go on, or by a separate thread from
/// a queue of 10,000.
final class LogSink implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(LogSink.class);
    private static final int QUEUE_EVENTS = 10_000;
    private static final int BATCH_EVENTS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final byte[] END = {};

    /// The destination of lines.
    private interface Lines extends AutoCloseable {
        void write(byte[] line) throws IOException;

        void flush() throws IOException;

        @Override
        void close() throws IOException;
    }

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final ReentrantLock writing = new ReentrantLock();
    // guarded by writing; in batch mode used by the thread writer alone
    private final Lines lines;
    private final SinkMode mode;
    private final boolean legacy;
    private final Counter lost;
    private final AtomicLong lostBefore = new AtomicLong();
    private final Thread writer = NeededThread.unstartedPlatform("audit-log", this::run);

    LogSink(AuditOptions options, InstantSource clock, MeterRegistry metrics) throws IOException {
        lines = "-".equals(options.logPath) ? standardOutput() : file(options, clock);
        mode = options.mode;
        legacy = options.format == AuditOptions.Format.legacy;
        lost = Counter.builder("apiserver_audit_error").tag("plugin", "log").register(metrics);
        if (mode == SinkMode.BATCH) {
            writer.start();
        }
    }

    private static Lines standardOutput() {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        return new Lines() {
            @Override
            public void write(byte[] line) throws IOException {
                out.write(line);
                out.write('\n');
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.flush();
            }
        };
    }

    private static Lines file(AuditOptions options, InstantSource clock) throws IOException {
        long megabytes = options.maxSizeMegabytes > 0 ? options.maxSizeMegabytes : options.maxBackups > 0 || options.maxAgeDays > 0 ? 100 : 0;
        AuditFile file = new AuditFile(Path.of(String.valueOf(options.logPath)), megabytes * 1024 * 1024, options.maxBackups, Duration.ofDays(options.maxAgeDays), clock);
        return new Lines() {
            @Override
            public void write(byte[] line) throws IOException {
                file.write(line);
            }

            @Override
            public void flush() throws IOException {
                file.flush();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public boolean write(AuditEvent event) {
        byte[] line = legacy ? LegacyFormat.line(event.node()).getBytes(UTF_8) : event.bytes();
        if (mode != SinkMode.BATCH) {
            return writeNow(line) || mode == SinkMode.BLOCKING;
        }
        boolean taken = queue.offer(line);
        try {
            taken = taken || queue.offer(line, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException late) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            lose();
        }
        return true;
    }

    private boolean writeNow(byte[] line) {
        writing.lock();
        try {
            lines.write(line);
            lines.flush();
            return true;
        } catch (IOException failed) {
            LOG.error("The audit log cannot be written: {}", failed.getMessage());
            lose();
            return false;
        } finally {
            writing.unlock();
        }
    }

    private void lose() {
        lost.increment();
        if (lostBefore.getAndIncrement() % QUEUE_EVENTS == 0) {
            LOG.error("The audit log cannot keep up: {} events have been lost", lostBefore.get());
        }
    }

    private void run() {
        List<byte[]> batch = new ArrayList<>(BATCH_EVENTS);
        boolean open = true;
        while (open) {
            try {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH_EVENTS - 1);
                open = writeAll(batch);
            } catch (InterruptedException stopped) {
                open = false;
            }
        }
    }

    private boolean writeAll(List<byte[]> batch) {
        boolean open = true;
        for (byte[] event : batch) {
            if (event == END) {
                open = false;
            } else {
                writeOne(event);
            }
        }
        try {
            lines.flush();
        } catch (IOException failed) {
            LOG.error("The audit log cannot be written: {}", failed.getMessage());
        }
        return open;
    }

    private void writeOne(byte[] event) {
        try {
            lines.write(event);
        } catch (IOException failed) {
            LOG.error("The audit log cannot be written: {}", failed.getMessage());
            lose();
        }
    }

    /// Writes the waiting events, then closes the log.
    @Override
    public void close() {
        try {
            if (mode == SinkMode.BATCH) {
                queue.put(END);
                writer.join(Duration.ofSeconds(3));
            }
            lines.close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.error("The audit log cannot be closed: {}", failed.getMessage());
        }
    }
}
