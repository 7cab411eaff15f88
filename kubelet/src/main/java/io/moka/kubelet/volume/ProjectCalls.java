package io.moka.kubelet.volume;

import static io.moka.machinery.foreign.NativeFunctions.STATE;
import static io.moka.machinery.foreign.NativeFunctions.errno;
import static io.moka.machinery.foreign.NativeFunctions.find;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system calls of [ProjectQuota], on open directories ([Linux]).
final class ProjectCalls {

    private static final long QUOTACTL_FD = 443;
    // a command of quotactl for the quotas of projects: the command, and 2 in the lowest byte
    private static final int GET_PROJECT_QUOTA = 0x800007 << 8 | 2;
    private static final int SET_PROJECT_QUOTA = 0x800008 << 8 | 2;
    private static final int GET_QUOTA_STATE = 0x5805 << 8 | 2;
    private static final int QUOTA_BYTES = 72;
    private static final int QUOTA_STATE_BYTES = 80;
    private static final int QUOTA_STATE_FLAGS = 2;
    private static final int PROJECTS_ENFORCED = 0x20;
    private static final int BLOCK_LIMITS = 1;
    private static final int QUOTA_BLOCK = 1024;

    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    private static final int FSXATTR_BYTES = 28;
    private static final int FSXATTR_PROJECT = 12;
    private static final int INHERITED = 0x200;

    private static final MethodHandle SYSCALL_OF_FOUR = find("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle IOCTL = find("ioctl", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS), Linker.Option.firstVariadicArg(2));

    private ProjectCalls() {
    }

    /// Whether the file system that a directory is on limits what the files of a project use. Linux 5.14 is needed; false before.
    static boolean limitsProjects(int directory) {
        try (var arena = Arena.ofConfined()) {
            var quotas = arena.allocate(QUOTA_STATE_BYTES, Long.BYTES);
            return quotactl(arena.allocate(STATE), directory, GET_QUOTA_STATE, 0, quotas) >= 0
                    && (quotas.get(ValueLayout.JAVA_SHORT, QUOTA_STATE_FLAGS) & PROJECTS_ENFORCED) != 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// The limit of a project and what its files use, in bytes, each 0 for none.
    record ProjectUse(long limit, long used) {
    }

    static ProjectUse projectUse(int directory, int project) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var quota = arena.allocate(QUOTA_BYTES, Long.BYTES);
            var state = arena.allocate(STATE);
            if (quotactl(state, directory, GET_PROJECT_QUOTA, project, quota) < 0 && errno(state) != Linux.ENOENT) {
                throw Linux.failure("quota of project " + project, errno(state));
            }
            return new ProjectUse(quota.getAtIndex(ValueLayout.JAVA_LONG, 0) * QUOTA_BLOCK, quota.getAtIndex(ValueLayout.JAVA_LONG, 2));
        } catch (Throwable e) {
            throw Linux.rethrown(e);
        }
    }

    /// Limits what the files of a project use on the file system that a directory is on.
    ///
    /// @param bytes 0 for no limit
    static void limitProject(int directory, int project, long bytes) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var quota = arena.allocate(QUOTA_BYTES, Long.BYTES);
            quota.setAtIndex(ValueLayout.JAVA_LONG, 0, bytes / QUOTA_BLOCK);
            quota.set(ValueLayout.JAVA_INT, QUOTA_BYTES - Long.BYTES, BLOCK_LIMITS);
            var state = arena.allocate(STATE);
            Linux.check((int) quotactl(state, directory, SET_PROJECT_QUOTA, project, quota), state, "limit project " + project);
        } catch (Throwable e) {
            throw Linux.rethrown(e);
        }
    }

    private static long quotactl(MemorySegment state, int directory, int command, int project, MemorySegment argument) throws Throwable {
        return (long) SYSCALL_OF_FOUR.invokeExact(state, QUOTACTL_FD, (long) directory, Integer.toUnsignedLong(command), (long) project, argument);
    }

    /// Makes a directory part of a project, and all that is created below it from now on.
    static void setProject(int directory, int project) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(FSXATTR_BYTES, Integer.BYTES);
            var state = arena.allocate(STATE);
            Linux.check((int) IOCTL.invokeExact(state, directory, FS_IOC_FSGETXATTR, attributes), state, "read the project");
            attributes.set(ValueLayout.JAVA_INT, 0, attributes.get(ValueLayout.JAVA_INT, 0) | INHERITED);
            attributes.set(ValueLayout.JAVA_INT, FSXATTR_PROJECT, project);
            Linux.check((int) IOCTL.invokeExact(state, directory, FS_IOC_FSSETXATTR, attributes), state, "set project " + project);
        } catch (Throwable e) {
            throw Linux.rethrown(e);
        }
    }
}
