package io.moka.kubelet.server;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// What a client types, on its way from an event loop to the thread that reads it. Holds what the socket was asked for and no more.
final class StdinPipe extends InputStream {

    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    private final Runnable whenTaken;

    // the reader's thread alone
    private byte[] current = END;
    private int position;
    private boolean ended;

    /// @param whenTaken asks the socket for one more message
    StdinPipe(Runnable whenTaken) {
        this.whenTaken = whenTaken;
    }

    void offer(byte[] bytes) {
        if (bytes.length > 0) {
            queue.add(bytes);
        }
    }

    /// Nothing more will come.
    void end() {
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
            if (!ended) {
                whenTaken.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        end();
    }
}
