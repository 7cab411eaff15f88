package io.moka.machinery.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes standard error into the log file that the supervising script opened. When the file exceeds its bound, the end of its content, at most as
/// long as the bound, replaces the file with the ending `.1`, and the log begins anew. So both files together take at most twice the bound.
final class BoundedLogFile extends OutputStream {

    private static final long BOUND_BYTES = 10 << 20;
    /// The size is checked each time that this number of bytes was written.
    private static final int CHECK_BYTES = 64 << 10;
    private static final Path ERR = Path.of("/proc/self/fd/2");

    private final OutputStream out;
    private final Path link;
    private final long bound;

    // guarded by this: bytes written since the last check
    private long written;

    private BoundedLogFile(OutputStream out, Path link, long bound) {
        this.out = out;
        this.link = link;
        this.bound = bound;
    }

    /// Bounds the log of this process, if a supervising script has opened it.
    static void install() {
        if (System.getenv("MOKA_SUPERVISED") != null) {
            System.setErr(new PrintStream(of(new FileOutputStream(FileDescriptor.err), ERR, BOUND_BYTES), true, StandardCharsets.UTF_8));
        }
    }

    /// @param out appends to the file, wherever its end is
    /// @param link leads to the file, also after it was renamed
    static OutputStream of(OutputStream out, Path link, long bound) {
        return new BoundedLogFile(out, link, bound);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written += length;
        if (written >= Math.min(CHECK_BYTES, bound)) {
            written = 0;
            setAside();
        }
    }

    /// A failure here must not keep the process from logging.
    private void setAside() {
        try {
            var file = link.toRealPath();
            if (Files.isRegularFile(file) && Files.size(file) > bound) {
                var old = file.resolveSibling(file.getFileName() + ".1");
                Files.deleteIfExists(old);
                Files.createFile(old, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                try (var from = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE); var to = FileChannel.open(old, StandardOpenOption.WRITE)) {
                    from.transferTo(Math.max(0, from.size() - bound), bound, to);
                    from.truncate(0);
                }
            }
        } catch (IOException e) {
            // tried again after as much again was written
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
