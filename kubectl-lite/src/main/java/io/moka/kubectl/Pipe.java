package io.moka.kubectl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Bytes from one thread to another, at most [#CAPACITY_BYTES] of them on the way. Any threads may write in turn: the JDK's own pipe takes it for an end
/// when the thread that wrote last has ended, as those of its HTTP client do.
final class Pipe {

    private static final int CAPACITY_BYTES = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock: a ring of bytes, and which end is closed
    private final byte[] ring = new byte[CAPACITY_BYTES];
    private int start;
    private int filled;
    private boolean writerClosed;
    private boolean readerClosed;

    /// A write blocks while the pipe is full, and fails when the reader is closed.
    OutputStream writer() {
        return new OutputStream() {

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length;) {
                    done += put(bytes, offset + done, length - done);
                }
            }

            @Override
            public void close() {
                lock.lock();
                writerClosed = true;
                changed.signalAll();
                lock.unlock();
            }
        };
    }

    /// Ends when the writer is closed and all is read.
    InputStream reader() {
        return new InputStream() {

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return take(bytes, offset, length);
            }

            @Override
            public void close() {
                lock.lock();
                readerClosed = true;
                changed.signalAll();
                lock.unlock();
            }
        };
    }

    private int put(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (filled == CAPACITY_BYTES && !readerClosed) {
                await();
            }
            if (readerClosed) {
                throw new IOException("nobody reads any more");
            }
            int end = (start + filled) % CAPACITY_BYTES;
            int count = Math.min(length, Math.min(CAPACITY_BYTES - filled, CAPACITY_BYTES - end));
            System.arraycopy(bytes, offset, ring, end, count);
            filled += count;
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (filled == 0 && !writerClosed) {
                await();
            }
            if (filled == 0) {
                return -1;
            }
            int count = Math.min(length, Math.min(filled, CAPACITY_BYTES - start));
            System.arraycopy(ring, start, bytes, offset, count);
            start = (start + count) % CAPACITY_BYTES;
            filled -= count;
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
