package io.moka.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// Lets one command at a time start or stop a cluster: an `up` and a `down`, or two of one kind, would undo each other's steps.
///
/// The file stands in the state folder, which root alone can write to, beside the cluster's own folder, which `down --purge` deletes. It stays when the lock is released, as
/// another process may already wait for it. The kernel releases the lock of a process that was killed.
final class ClusterLock implements AutoCloseable {

    /// Longer than any `up` or `down` takes; a process that holds the lock for so long does not run any more, such as one that was stopped by a signal.
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final FileChannel channel;

    private ClusterLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Waits until no other command holds the cluster's lock.
    ///
    /// @throws ClusterException when another process still holds it after the given time
    static ClusterLock take(Layout layout, Duration longest) throws IOException, InterruptedException {
        Files.createDirectories(layout.stateDir());
        var channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long deadline = System.nanoTime() + longest.toNanos();
            for (boolean told = false; channel.tryLock() == null; told = true) {
                if (System.nanoTime() >= deadline) {
                    throw new ClusterException("process " + holder(channel) + " is still starting or stopping cluster \"" + layout.name() + "\"; end it, and try again");
                }
                if (!told) {
                    System.out.println("Waiting for process " + holder(channel) + ", which starts or stops cluster \"" + layout.name() + "\"");
                }
                Thread.sleep(INTERVAL);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
            return new ClusterLock(channel);
        } catch (Exception e) {
            channel.close();
            throw e;
        }
    }

    /// The number of the process that holds the lock; empty in the instant before it has written it.
    private static String holder(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(20);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
