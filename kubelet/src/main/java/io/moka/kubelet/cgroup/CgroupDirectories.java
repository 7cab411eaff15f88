package io.moka.kubelet.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The directories of one cgroup: one in each hierarchy of version 1, or the only one of version 2.
///
/// @param version1 by controller, such as `memory`; empty where the kernel has version 2
/// @param version2 null where the kernel has version 1 for the controllers
public record CgroupDirectories(Map<String, Path> version1, @Nullable Path version2) {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /// The cgroup that a process is in, or null when it is gone.
    public static @Nullable CgroupDirectories of(int pid) throws IOException {
        try {
            return parse(ROOT, Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// @param lines `hierarchy:controllers:path`; version 2 has no controllers there
    static CgroupDirectories parse(Path root, List<String> lines) {
        var version1 = new HashMap<String, Path>();
        Path version2 = null;
        for (var line : lines) {
            var parts = line.split(":", 3);
            var path = parts[2].substring(1);
            if (parts[1].isEmpty()) {
                version2 = root.resolve(path);
            } else {
                for (var controller : parts[1].split(",")) {
                    version1.put(controller, root.resolve(controller.replace("name=", "")).resolve(path));
                }
            }
        }
        // systemd's own hierarchy stands beside version 2 without controllers
        return version1.containsKey("memory") ? new CgroupDirectories(Map.copyOf(version1), null) : new CgroupDirectories(Map.of(), version2);
    }

    public CgroupDirectories parent() {
        return map(Path::getParent);
    }

    private CgroupDirectories map(UnaryOperator<Path> change) {
        var changed = new HashMap<>(version1);
        changed.replaceAll((controller, path) -> change.apply(path));
        return new CgroupDirectories(Map.copyOf(changed), version2 == null ? null : change.apply(version2));
    }

    /// The last part of the directories' path.
    public String name() {
        var any = version2 != null ? version2 : version1.get("memory");
        return any == null || any.getFileName() == null ? "" : any.getFileName().toString();
    }

    /// The directory of a controller, or null where the kernel lacks it.
    public @Nullable Path of(String controller) {
        return version2 != null ? version2 : version1.get(controller);
    }

    public boolean isVersion2() {
        return version2 != null;
    }
}
