package io.moka.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A cgroup of the test's own and those below it, in every hierarchy of cgroup v1 or in the only one of v2.
public final class CgroupTree {

    public static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Set<String> VERSION_1 = Set.of("memory", "cpu", "cpuacct", "cpu,cpuacct", "pids", "blkio");
    private static final String VERSION_2 = "+cpu +memory +pids +io";

    private CgroupTree() {
    }

    /// The directories under which each group has one of its own.
    public static List<Path> hierarchies() throws IOException {
        if (isVersion2()) {
            return List.of(ROOT);
        }
        try (var children = Files.list(ROOT)) {
            return children.filter(child -> !Files.isSymbolicLink(child) && Files.exists(child.resolve("cgroup.procs")) && VERSION_1.contains(child.getFileName().toString())).toList();
        }
    }

    public static boolean isVersion2() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    /// Creates a group whose parent exists; on v2 its parent gives it all controllers.
    ///
    /// @param path such as `moka/test`
    public static void create(String path) throws IOException {
        for (var hierarchy : hierarchies()) {
            var group = hierarchy.resolve(path);
            if (isVersion2()) {
                Files.writeString(group.getParent().resolve("cgroup.subtree_control"), VERSION_2);
            }
            Files.createDirectory(group);
        }
    }

    /// The commands by which a shell enters the group.
    public static String entering(String path) throws IOException {
        var script = new StringBuilder();
        for (var hierarchy : hierarchies()) {
            script.append("echo $$ > ").append(hierarchy.resolve(path).resolve("cgroup.procs")).append("; ");
        }
        return script.toString();
    }

    /// Removes a group and those below it.
    ///
    /// @return whether none is left; the kernel needs a moment for groups whose processes have just ended
    public static boolean isRemoved(String path) throws IOException {
        boolean gone = true;
        for (var hierarchy : hierarchies()) {
            gone &= removed(hierarchy.resolve(path));
        }
        return gone;
    }

    private static boolean removed(Path group) {
        try (var children = Files.list(group)) {
            for (var child : (Iterable<Path>) children.filter(Files::isDirectory)::iterator) {
                if (!removed(child)) {
                    return false;
                }
            }
            Files.delete(group);
            return true;
        } catch (IOException busy) {
            return Files.notExists(group);
        }
    }
}
