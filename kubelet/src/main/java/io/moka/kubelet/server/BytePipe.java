package io.moka.kubelet.server;

import io.moka.kubelet.spdy.SpdyStream;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/// Passes the bytes that a client sends from an event loop to the thread that reads them. Bounded by the connection's flow control;
/// bytes that come after it is closed are dropped.
final class BytePipe extends InputStream implements SpdyStream.Receiver {

    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    private final IntConsumer whenTaken;
    private final CountDownLatch consumed = new CountDownLatch(1);
    private volatile boolean closed;

    // the reader's thread alone
    private byte[] current = END;
    private int position;
    private boolean ended;

    /// @param whenTaken is called with the length of each part that is no longer held
    BytePipe(IntConsumer whenTaken) {
        this.whenTaken = whenTaken;
    }

    @Override
    public void data(byte[] bytes) {
        if (bytes.length > 0) {
            queue.add(bytes);
            if (closed) {
                drop();
            }
        }
    }

    /// Marks the end of the data.
    @Override
    public void end() {
        queue.add(END);
    }

    @Override
    public int read() throws InterruptedIOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
        if (position == current.length && !ended) {
            next();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        return count;
    }

    private void next() throws InterruptedIOException {
        try {
            current = queue.take();
            position = 0;
            ended = current == END;
            if (ended) {
                consumed.countDown();
            } else {
                whenTaken.accept(current.length);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        closed = true;
        consumed.countDown();
        drop();
    }

    /// Waits until the reader has reached the end or has closed the pipe, but no longer than the limit.
    void awaitConsumed(Duration limit) throws InterruptedException {
        consumed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void drop() {
        for (var part = queue.poll(); part != null; part = queue.poll()) {
            if (part != END) {
                whenTaken.accept(part.length);
            }
        }
        end();
    }
}
