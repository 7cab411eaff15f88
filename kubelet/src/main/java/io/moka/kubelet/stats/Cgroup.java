package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the counters of one cgroup. Each call reads the files that it needs and no others: [#usage] four, [#all] about twenty.
abstract sealed class Cgroup permits CgroupV1, CgroupV2 {

    private static final Logger log = LoggerFactory.getLogger(Cgroup.class);
    static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final CgroupDirectories directories;

    Cgroup(CgroupDirectories directories) {
        this.directories = directories;
    }

    static Cgroup of(CgroupDirectories directories) {
        return directories.isVersion2() ? new CgroupV2(directories) : new CgroupV1(directories);
    }

    /// Returns the cgroup that the process is in, or null if the process is gone.
    static @Nullable Cgroup of(int pid) {
        try {
            var directories = CgroupDirectories.of(pid);
            return directories == null ? null : of(directories);
        } catch (IOException e) {
            log.debug("the cgroup of {} is not known: {}", pid, e.getMessage());
            return null;
        }
    }

    Cgroup parent() {
        return of(directories.parent());
    }

    /// The last part of the group's path.
    String name() {
        return directories.name();
    }

    /// Reads CPU and memory usage alone. Null if the group is gone.
    final @Nullable Usage usage() {
        return read(this::readUsage);
    }

    /// Reads all counters. Null if the group is gone.
    final @Nullable GroupUsage all() {
        return read(this::readAll);
    }

    abstract Usage readUsage() throws IOException;

    abstract GroupUsage readAll() throws IOException;

    /// @throws NoSuchFileException if the kernel lacks the controller
    final Path directory(String controller) throws NoSuchFileException {
        var directory = directories.of(controller);
        if (directory == null) {
            throw new NoSuchFileException("cgroup controller " + controller);
        }
        return directory;
    }

    final @Nullable Path optionalDirectory(String controller) {
        return directories.of(controller);
    }

    /// Reads files of a group.
    private interface Reader<T> {
        T read() throws IOException;
    }

    private static <T> @Nullable T read(Reader<T> reader) {
        try {
            return reader.read();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            log.debug("a cgroup can't be read: {}", e.getMessage());
            return null;
        }
    }
}
