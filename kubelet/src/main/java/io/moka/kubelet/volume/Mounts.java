package io.moka.kubelet.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and changes the node's mount table. File systems are mounted by the system's own `mount`.
final class Mounts {

    private static final Logger log = LoggerFactory.getLogger(Mounts.class);
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Path MACHINE_TABLE = Path.of("/proc/1/mountinfo");
    private static final int MOUNT_POINT_COLUMN = 4;
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private Mounts() {
    }

    /// One line of the table.
    ///
    /// @param source the device's path, where it has one
    record Mount(Path point, String source) {
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
    /// @return whether a tmpfs is mounted now; if not, the folder itself is used, and a warning is logged
    static boolean mountTmpfs(Path path, String options) {
        try {
            if (!areTheMachines()) {
                log.warn("{} stays on disk: this process has a mount namespace of its own", path);
                return false;
            }
            mount("tmpfs", options, "tmpfs", path);
            return true;
        } catch (IOException e) {
            log.warn("{} stays on disk: {}", path, e.getMessage());
            return false;
        }
    }

    /// Mounts a file system.
    ///
    /// @param options of `mount -o`, or nothing
    static void mount(String type, String options, String source, Path target) throws IOException {
        requireTheMachines();
        if (options.isEmpty()) {
            Tool.run("mount", "-t", type, source, target.toString());
        } else {
            Tool.run("mount", "-t", type, "-o", options, source, target.toString());
        }
    }

    /// Shows a directory of the node, with what is mounted below it, at another path.
    static void bind(Path source, Path target) throws IOException {
        if (isMountPoint(target)) {
            return;
        }
        requireTheMachines();
        Files.createDirectories(target);
        try (var open = OpenPath.of(source)) {
            if (!Files.isDirectory(open.path())) {
                throw new IOException("path \"" + source + "\" is not a directory");
            }
            Linux.mount(open.path(), target, Linux.MS_BIND | Linux.MS_REC);
        } catch (Linux.Missing e) {
            throw new IOException("path \"" + source + "\" does not exist");
        }
    }

    /// Mounts an open file or directory at the target, in place of whatever is there.
    ///
    /// @param flags `MS_BIND`, and `MS_REC` to show what is mounted below it, too
    static void show(OpenPath source, Path target, long flags) throws IOException {
        requireTheMachines();
        if (Files.exists(target)) {
            unmountAll(target);
            TreeDeletion.delete(target);
        }
        Files.createDirectories(target.getParent());
        if (Files.isDirectory(source.path())) {
            Files.createDirectory(target);
        } else {
            Files.createFile(target);
        }
        Linux.mount(source.path(), target, flags);
    }

    /// @throws IOException where mounts of this process would be its own secret
    static void requireTheMachines() throws IOException {
        if (!areTheMachines()) {
            throw new IOException("the engine cannot see mounts of this process, which has a mount namespace of its own");
        }
    }

    /// Whether this process mounts in the machine's own mount namespace, as the engine does.
    static boolean areTheMachines() throws IOException {
        return Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1).getFirst().equals(Files.readAllLines(MACHINE_TABLE, StandardCharsets.ISO_8859_1).getFirst());
    }

    /// Takes every mount at and below the path away, and no other: an unmount is passed on to the peers of the mount that it lies on, which may be the node's own, so
    /// all mounts are made private before the first is taken away.
    ///
    /// @throws IOException when one of them stays
    static void unmountAll(Path path) throws IOException {
        var points = under(path);
        for (var point : points) {
            Linux.mount(null, point, Linux.MS_PRIVATE);
        }
        for (var point : points) {
            unmount(point);
        }
        if (!under(path).isEmpty()) {
            throw new IOException("still mounted: " + under(path));
        }
    }

    /// Unmounts what is mounted last at the path. It is made private before, so that what is mounted within is not taken from others.
    private static void unmount(Path path) throws IOException {
        Linux.mount(null, path, Linux.MS_PRIVATE | Linux.MS_REC);
        Linux.unmount(path);
    }

    private static List<Path> all() {
        return table().stream().map(Mount::point).toList();
    }

    static List<Mount> table() {
        try {
            var mounts = new ArrayList<Mount>();
            // the kernel does not escape a carriage return in a path, so lines end at line feeds alone
            for (var line : Files.readString(TABLE, StandardCharsets.ISO_8859_1).split("\n")) {
                var columns = line.split(" ");
                int source = List.of(columns).indexOf("-") + 2;
                mounts.add(new Mount(Path.of(decoded(columns[MOUNT_POINT_COLUMN])), decoded(columns[source])));
            }
            return mounts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The kernel writes spaces, tabs, line ends and backslashes as `\\ooo`.
    private static String decoded(String column) {
        var bytes = ESCAPE.matcher(column).replaceAll(escape -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))))
                .getBytes(StandardCharsets.ISO_8859_1);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
