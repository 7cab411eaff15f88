package io.moka.kubelet.volume;

import static io.moka.machinery.foreign.NativeFunctions.STATE;
import static io.moka.machinery.foreign.NativeFunctions.errno;
import static io.moka.machinery.foreign.NativeFunctions.find;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// System calls that the JDK has no method for: opening, making and deleting a file relative to an open directory, and mounting.
///
/// A path that a container can write to may change between two calls. Only a descriptor always means the same file, so the code that
/// works in volumes opens descriptors with `openat2` and goes on from these.
final class Linux {

    static final int O_PATH = 010000000;
    static final int O_DIRECTORY = 0200000;
    static final int O_NOFOLLOW = 0400000;
    private static final int O_CLOEXEC = 02000000;

    /// No mount point may be crossed, be it that of a bind mount of the same device.
    static final int RESOLVE_NO_XDEV = 0x01;
    static final int RESOLVE_NO_MAGICLINKS = 0x02;
    static final int RESOLVE_NO_SYMLINKS = 0x04;
    /// The resolution may not leave the directory that it begins in, at no moment and by no kind of link.
    static final int RESOLVE_BENEATH = 0x08;

    static final int REMOVE_DIRECTORY = 0x200;

    static final long MS_BIND = 4096;
    static final long MS_REC = 16384;
    static final long MS_PRIVATE = 1 << 18;
    static final long MS_SLAVE = 1 << 19;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    static final int ENOENT = 2;
    private static final int EAGAIN = 11;
    private static final int EEXIST = 17;
    private static final int EXDEV = 18;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;
    private static final int ENOSYS = 38;
    private static final int ELOOP = 40;

    private static final long MOUNT_SETATTR = 442;
    /// In the place of a descriptor: a path is absolute, or relative to the process's directory.
    static final int CURRENT_DIRECTORY = -100;
    private static final int AT_RECURSIVE = 0x8000;
    static final long MOUNT_ATTR_RDONLY = 1;
    static final long MOUNT_ATTR_NOSUID = 2;
    static final long MOUNT_ATTR_NODEV = 4;
    static final long MOUNT_ATTR_NOEXEC = 8;
    private static final long MOUNT_ATTR_BYTES = 32;
    private static final int OPENAT2 = 437;
    private static final int OPEN_HOW_BYTES = 24;
    /// The kernel asks for another try when the tree changed while it resolved the path.
    private static final int MOST_TRIES = 1_000;


    private static final MethodHandle SYSCALL = find("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SYSCALL_OF_FIVE = find("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MKDIRAT = find("mkdirat", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle MKNODAT = find("mknodat", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle UNLINKAT = find("unlinkat", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle RENAMEAT = find("renameat", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle MOUNT = find("mount", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    private static final MethodHandle UMOUNT2 = find("umount2", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Linux() {
    }

    /// Nothing has that name.
    static final class Missing extends FileNotFoundException {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /// Something has that name already.
    static final class Exists extends IOException {
        private static final long serialVersionUID = 1;

        Exists(String message) {
            super(message);
        }
    }

    /// The name is no directory where one is wanted.
    static final class NoDirectory extends IOException {
        private static final long serialVersionUID = 1;

        NoDirectory(String message) {
            super(message);
        }
    }

    /// The resolution met what the caller forbids: a link, a mount point, the way out of the directory.
    static final class Forbidden extends IOException {
        private static final long serialVersionUID = 1;

        Forbidden(String message) {
            super(message);
        }
    }

    /// @param directory an open directory's descriptor
    /// @param resolve a combination of the `RESOLVE_` flags
    static int open(int directory, String path, int flags, int resolve) throws IOException {
        return open(directory, path.getBytes(StandardCharsets.UTF_8), flags, resolve);
    }

    /// @param path its bytes, as a container may choose any
    static int open(int directory, byte[] path, int flags, int resolve) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var how = arena.allocate(OPEN_HOW_BYTES, Long.BYTES);
            how.setAtIndex(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
            how.setAtIndex(ValueLayout.JAVA_LONG, 2, resolve);
            var name = text(arena, path);
            var state = arena.allocate(STATE);
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                long result = (long) SYSCALL.invokeExact(state, (long) OPENAT2, (long) directory, name, how, (long) OPEN_HOW_BYTES);
                if (result >= 0) {
                    return (int) result;
                }
                if (errno(state) != EAGAIN) {
                    throw failure("open " + shown(path), errno(state));
                }
            }
            throw new IOException("open " + shown(path) + ": the folders on the way are moved all the time");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void makeDirectory(int directory, byte[] name, int mode) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            check((int) MKDIRAT.invokeExact(state, directory, text(arena, name), mode), state, "mkdir " + shown(name));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Makes an empty regular file.
    static void makeFile(int directory, String name, int mode) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            check((int) MKNODAT.invokeExact(state, directory, arena.allocateFrom(name), 0100000 | mode, 0L), state, "create " + name);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// @param flags 0, or [#REMOVE_DIRECTORY]
    static void unlink(int directory, byte[] name, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            check((int) UNLINKAT.invokeExact(state, directory, text(arena, name), flags), state, "delete " + shown(name));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void rename(int from, byte[] name, int to, String newName) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            check((int) RENAMEAT.invokeExact(state, from, text(arena, name), to, arena.allocateFrom(newName)), state, "rename " + shown(name));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var ignored = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param source null where an existing mount is changed
    static void mount(@Nullable Path source, Path target, long flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var from = source == null ? MemorySegment.NULL : arena.allocateFrom(source.toString());
            check((int) MOUNT.invokeExact(state, from, arena.allocateFrom(target.toString()), MemorySegment.NULL, flags, MemorySegment.NULL), state, "mount " + target);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Gives attributes to a mount and all that are mounted below it. Linux 5.12 is needed.
    ///
    /// @param wanted a combination of the `MOUNT_ATTR_` flags
    static void restrict(Path target, long wanted) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(MOUNT_ATTR_BYTES, Long.BYTES);
            attributes.setAtIndex(ValueLayout.JAVA_LONG, 0, wanted);
            var state = arena.allocate(STATE);
            check((int) (long) SYSCALL_OF_FIVE.invokeExact(state, MOUNT_SETATTR, (long) CURRENT_DIRECTORY, arena.allocateFrom(target.toString()), (long) AT_RECURSIVE, attributes, MOUNT_ATTR_BYTES),
                    state, "restrict " + target);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Whether the kernel has what [#restrict] needs.
    static boolean restrictsMounts() {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            // attributes of no size are refused, by a kernel that knows the call
            var ignored = (long) SYSCALL_OF_FIVE.invokeExact(state, MOUNT_SETATTR, (long) CURRENT_DIRECTORY, arena.allocateFrom("/"), 0L, MemorySegment.NULL, 0L);
            return errno(state) != ENOSYS;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Takes the mount away at once, so that its file system is free when nothing else holds it.
    ///
    /// @throws IOException also while a file of it is open through this mount
    static void unmountNow(Path target) throws IOException {
        unmount(target, UMOUNT_NOFOLLOW);
    }

    /// Detaches the mount from the target at once; it ends when no process uses it any more. A target that is no mount point is ignored.
    static void unmount(Path target) throws IOException {
        unmount(target, MNT_DETACH | UMOUNT_NOFOLLOW);
    }

    private static void unmount(Path target, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int result = (int) UMOUNT2.invokeExact(state, arena.allocateFrom(target.toString()), flags);
            int problem = errno(state);
            if (result < 0 && problem != EINVAL && problem != ENOENT) {
                throw failure("umount " + target, problem);
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static MemorySegment text(Arena arena, byte[] bytes) {
        var segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private static String shown(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    static void check(int result, MemorySegment state, String what) throws IOException {
        if (result < 0) {
            throw failure(what, errno(state));
        }
    }

    static IOException failure(String what, int errno) {
        return switch (errno) {
            case ENOENT -> new Missing(what + ": no such file or directory");
            case EEXIST -> new Exists(what + ": file exists");
            case ENOTDIR -> new NoDirectory(what + ": not a directory");
            case ELOOP -> new Forbidden(what + ": a symbolic link is on the way");
            case EXDEV -> new Forbidden(what + ": the path leads out of its directory");
            case ENOSYS -> new IOException(what + ": the kernel is too old, Linux 5.6 is needed");
            default -> new IOException(what + ": error " + errno);
        };
    }

    static IOException rethrown(Throwable failure) {
        return switch (failure) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }
}
