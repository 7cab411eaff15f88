package io.moka.kubelet.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the cgroup of one process, version 1 or 2.
final class Cgroups {

    private static final Logger log = LoggerFactory.getLogger(Cgroups.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private Cgroups() {
    }

    /// @param workingSetBytes what can't be given back without swapping: usage less inactive file pages
    record Usage(long cpuNanos, long memoryBytes, long workingSetBytes, long rssBytes) {
    }

    /// The usage of the cgroup that the process is in, or null when it is gone.
    static @Nullable Usage of(int pid) {
        try {
            var paths = new HashMap<String, String>();
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
                var parts = line.split(":", 3);
                for (var controller : parts[1].split(",")) {
                    paths.put(controller, parts[2].substring(1));
                }
            }
            return paths.containsKey("memory") ? version1(paths) : version2(ROOT.resolve(paths.getOrDefault("", "")));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            log.debug("the cgroup of {} can't be read: {}", pid, e.getMessage());
            return null;
        }
    }

    private static Usage version1(Map<String, String> paths) throws IOException {
        var memory = ROOT.resolve("memory").resolve(paths.get("memory"));
        long cpu = number(ROOT.resolve("cpuacct").resolve(paths.getOrDefault("cpuacct", "")).resolve("cpuacct.usage"));
        long usage = number(memory.resolve("memory.usage_in_bytes"));
        var stat = table(memory.resolve("memory.stat"));
        return new Usage(cpu, usage, Math.max(0, usage - stat.getOrDefault("total_inactive_file", 0L)), stat.getOrDefault("total_rss", 0L));
    }

    private static Usage version2(Path group) throws IOException {
        long usage = number(group.resolve("memory.current"));
        var stat = table(group.resolve("memory.stat"));
        long cpu = table(group.resolve("cpu.stat")).getOrDefault("usage_usec", 0L) * 1_000;
        return new Usage(cpu, usage, Math.max(0, usage - stat.getOrDefault("inactive_file", 0L)), stat.getOrDefault("anon", 0L));
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    private static Map<String, Long> table(Path file) throws IOException {
        var table = new HashMap<String, Long>();
        for (var line : Files.readAllLines(file)) {
            var pair = line.split(" ");
            if (pair.length == 2) {
                table.put(pair[0], Long.parseLong(pair[1]));
            }
        }
        return table;
    }
}
