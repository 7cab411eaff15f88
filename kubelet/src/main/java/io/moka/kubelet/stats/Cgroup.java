package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.stats.GroupUsage.Limits;
import io.moka.kubelet.stats.GroupUsage.Members;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the counters of one cgroup. Each call reads the files that it needs and no others, as each takes some 20 µs of processor time: [#usage] three, [#ofPod] four,
/// [#ofContainer] eight or nine (more where the kernel tells how long tasks waited), and six more for the limits, which are read once in five minutes.
abstract sealed class Cgroup permits CgroupV1, CgroupV2 {

    private static final Logger log = LoggerFactory.getLogger(Cgroup.class);
    static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long LIMITS_KEPT_NANOS = Duration.ofMinutes(5).toNanos();

    private final String path;
    private volatile @Nullable KnownLimits limits;

    /// @param path as cAdvisor calls it: below the root of the hierarchy
    Cgroup(String path) {
        this.path = path;
    }

    /// @param readAt by [System#nanoTime]
    private record KnownLimits(Limits limits, long readAt) {
    }

    static Cgroup of(CgroupDirectories directories) {
        return directories.version2() != null ? new CgroupV2(directories.version2()) : new CgroupV1(directories);
    }

    final String path() {
        return path;
    }

    /// The last part of the group's path.
    final String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Reads CPU and memory usage alone. Null if the group is gone.
    final @Nullable Usage usage() {
        return read(this::readUsage);
    }

    /// Reads all counters of a container's group. Null if the group is gone.
    final @Nullable GroupUsage ofContainer() {
        return read(() -> {
            var known = limits();
            return readTotals(known, readMembers(known));
        });
    }

    /// Reads the counters of a pod's group. Null if the group is gone.
    final @Nullable GroupUsage ofPod() {
        return read(() -> readTotals(limits(), Members.NONE));
    }

    /// Returns the number of processes in the group itself; 0 if the group is gone.
    final long processes() {
        var count = read(this::readProcesses);
        return count == null ? 0 : count;
    }

    private Limits limits() throws IOException {
        var known = limits;
        long now = System.nanoTime();
        if (known == null || now - known.readAt > LIMITS_KEPT_NANOS) {
            known = new KnownLimits(readLimits(), now);
            limits = known;
        }
        return known.limits;
    }

    abstract Usage readUsage() throws IOException;

    abstract Limits readLimits() throws IOException;

    abstract long readProcesses() throws IOException;

    /// @param limits those of the group; counters of a limit that there is not are 0 and need not be read
    abstract Members readMembers(Limits limits) throws IOException;

    /// @param limits likewise
    abstract GroupUsage readTotals(Limits limits, Members members) throws IOException;

    /// Returns the path of a file in a controller's directory.
    ///
    /// @param directory null if the kernel lacks the controller
    /// @throws NoSuchFileException if it does
    static String file(@Nullable String directory, String name) throws NoSuchFileException {
        if (directory == null) {
            throw new NoSuchFileException(name);
        }
        return directory + "/" + name;
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
