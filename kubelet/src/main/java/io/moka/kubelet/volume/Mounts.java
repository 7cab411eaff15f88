package io.moka.kubelet.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's mount table. Mounting is done by the system's own `mount` and `umount`.
final class Mounts {

    private static final Logger log = LoggerFactory.getLogger(Mounts.class);
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Path MACHINE_TABLE = Path.of("/proc/1/mountinfo");
    private static final int MOUNT_POINT_COLUMN = 4;

    private Mounts() {
    }

    static boolean isMountPoint(Path path) {
        return all().contains(path);
    }

    /// Mount points at or below the path, the deepest first.
    static List<Path> under(Path path) {
        return all().stream().filter(point -> point.startsWith(path)).sorted(Comparator.comparing(Path::getNameCount).reversed()).toList();
    }

    /// Docker must see the mount, so it is made only in the mount namespace of the machine itself.
    ///
    /// @return whether there is a tmpfs now; where not, the folder itself is used, and a warning says so
    static boolean mountTmpfs(Path path, String options) {
        try {
            if (!Files.readAllLines(TABLE).getFirst().equals(Files.readAllLines(MACHINE_TABLE).getFirst())) {
                log.warn("{} stays on disk: this process has a mount namespace of its own", path);
                return false;
            }
            return run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString());
        } catch (IOException e) {
            log.warn("{} stays on disk: {}", path, e.getMessage());
            return false;
        }
    }

    static void unmount(Path path) {
        run("umount", "--lazy", path.toString());
    }

    private static boolean run(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                log.warn("{}: {}", String.join(" ", command), output);
                return false;
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<Path> all() {
        try {
            var points = new ArrayList<Path>();
            for (var line : Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1)) {
                points.add(Path.of(line.split(" ")[MOUNT_POINT_COLUMN].replace("\\040", " ")));
            }
            return points;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
