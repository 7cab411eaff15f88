package io.moka.machinery.client;

import io.moka.machinery.thread.TaskThread;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.LongUnaryOperator;

/// The body of an answer, which is closed at a deadline, so that no reader waits for ever for a server that has vanished.
final class LimitedBody extends FilterInputStream {

    private final Connection connection;
    private final Duration limit;
    private final LongUnaryOperator from;
    private final Thread watchdog;
    private final long openedAt = System.nanoTime();
    private volatile long lastRead = openedAt;
    private volatile boolean expired;

    private LimitedBody(InputStream body, Connection connection, Duration limit, boolean wholeBody, Runnable onExpiry) {
        super(body);
        this.connection = connection;
        this.limit = limit;
        this.from = last -> wholeBody ? openedAt : last;
        this.watchdog = TaskThread.start("body-deadline", () -> watch(onExpiry));
    }

    /// A body that has to be read to its end within the limit.
    static LimitedBody within(Duration limit, InputStream body, Connection connection, Runnable onExpiry) {
        return new LimitedBody(body, connection, limit, true, onExpiry);
    }

    /// A body of which something has to come at least so often.
    static LimitedBody neverSilentFor(Duration limit, InputStream body, Connection connection, Runnable onExpiry) {
        return new LimitedBody(body, connection, limit, false, onExpiry);
    }

    private void watch(Runnable onExpiry) {
        try {
            for (long left = left(); left > 0; left = left()) {
                Thread.sleep(Duration.ofNanos(left));
            }
            expired = true;
            try {
                onExpiry.run();
            } finally {
                in.close();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // its reader gets to know
        }
    }

    private long left() {
        return from.applyAsLong(lastRead) + limit.toNanos() - System.nanoTime();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int read = super.read(buffer, offset, length);
            lastRead = System.nanoTime();
            connection.heard();
            return read;
        } catch (IOException e) {
            if (expired) {
                throw new HttpTimeoutException("silent for " + limit.toMillis() / 1000.0 + " s");
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        watchdog.interrupt();
        super.close();
    }
}
