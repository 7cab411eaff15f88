package io.moka.kubelet.disk;

import static io.moka.machinery.foreign.NativeFunctions.STATE;
import static io.moka.machinery.foreign.NativeFunctions.errno;
import static io.moka.machinery.foreign.NativeFunctions.find;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Size and usage of a file system, read by the system call `statvfs`, as the JDK does not report inodes.
///
/// @param availableBytes free for a user without privileges
/// @param usedBytes neither free nor reserved for root
/// @param inodes 0 where the file system has no fixed number of them
public record FileSystemSpace(long capacityBytes, long availableBytes, long usedBytes, long inodes, long freeInodes) {

    private static final MethodHandle STATVFS = find("statvfs", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final long STRUCT_BYTES = 128;
    private static final int FRAGMENT_BYTES = 1;
    private static final int BLOCKS = 2;
    private static final int FREE_BLOCKS = 3;
    private static final int AVAILABLE_BLOCKS = 4;
    private static final int INODES = 5;
    private static final int FREE_INODES = 6;

    /// The file system that holds the file or folder.
    ///
    /// @throws IOException where there is no such file
    public static FileSystemSpace of(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var answer = arena.allocate(STRUCT_BYTES, Long.BYTES);
            if ((int) STATVFS.invokeExact(state, arena.allocateFrom(file.toString()), answer) != 0) {
                throw new IOException("statvfs " + file + ": error " + errno(state));
            }
            long unit = answer.getAtIndex(ValueLayout.JAVA_LONG, FRAGMENT_BYTES);
            long blocks = answer.getAtIndex(ValueLayout.JAVA_LONG, BLOCKS);
            long free = answer.getAtIndex(ValueLayout.JAVA_LONG, FREE_BLOCKS);
            return new FileSystemSpace(blocks * unit, answer.getAtIndex(ValueLayout.JAVA_LONG, AVAILABLE_BLOCKS) * unit, (blocks - free) * unit,
                    answer.getAtIndex(ValueLayout.JAVA_LONG, INODES), answer.getAtIndex(ValueLayout.JAVA_LONG, FREE_INODES));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    public long usedInodes() {
        return inodes - freeInodes;
    }
}
