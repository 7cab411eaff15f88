package io.moka.e2e.faults;

import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Counts of resources that a process or a node could leak: threads, descriptors, connections, containers, interfaces, folders,
/// mounts, cgroups.
record Counts(Map<String, Long> counts) {

    private static final List<String> COMPONENTS = List.of("etcd", "apiserver", "controllers", "scheduler", "kubelet", "proxy");

    static Counts of(TestCluster cluster) throws IOException {
        var counts = new TreeMap<String, Long>();
        for (var component : COMPONENTS) {
            var process = Path.of("/proc", Long.toString(cluster.pid(component)));
            counts.put("threads of " + component, entries(process.resolve("task")));
            counts.put("descriptors of " + component, entries(process.resolve("fd")));
        }
        counts.put("connections to the apiserver", lines("ss -tnH state established ( dport = :" + cluster.apiserverPort() + " )"));
        counts.put("containers", Shell.run("docker", "ps", "-a", "--filter", "label=io.moka.cluster=" + cluster.name(), "-q").ok().lines().count());
        counts.put("interfaces of pods", Shell.run("sh", "-c", "ip -o link show master $(sed -n 's/.*\"bridge\" : \"\\([^\"]*\\)\".*/\\1/p' "
                + cluster.folder().resolve("cluster.json") + ")").ok().lines().count());
        counts.put("folders of pods", podFolders(cluster.folder().resolve("nodes")));
        counts.put("mounts of pods", lines("cat /proc/self/mountinfo", cluster.folder() + "/nodes/"));
        counts.put("cgroups of pods", podCgroups(cluster.name()));
        counts.put("scripts", lines("ps -eo args", cluster.folder() + "/run/", "supervise"));
        return new Counts(counts);
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long podFolders(Path nodes) throws IOException {
        long count = 0;
        try (Stream<Path> all = Files.list(nodes)) {
            for (var node : all.toList()) {
                count += Files.isDirectory(node.resolve("pods")) ? entries(node.resolve("pods")) : 0;
            }
        }
        return count;
    }

    /// Counts the directories of pods below the cluster's group, whichever of Docker's drivers has made them: `moka/<cluster>/pod<uid>`, or slices of such names.
    private static long podCgroups(String cluster) {
        var slice = "moka-" + cluster.replace('-', '_');
        // a group may be removed while find looks at it, which makes find fail
        return Shell.run("find", "/sys/fs/cgroup", "-type", "d", "(", "-path", "*/moka/" + cluster + "/*", "-o", "-path", "*/" + slice + ".slice/*", ")").out().lines()
                .filter(line -> line.matches("/sys/fs/cgroup/.*/(pod|" + slice + ".*-pod)[^/]*")).count();
    }

    private static long lines(String command, String... mentions) {
        return Shell.run(command.split(" ")).ok().lines().filter(line -> !line.contains("grep") && Stream.of(mentions).allMatch(line::contains)).count();
    }

    /// Returns the kinds of which a running cluster seems to have none: these would never be found to have grown.
    List<String> unseen() {
        return counts.entrySet().stream().filter(count -> count.getValue() == 0).map(Map.Entry::getKey).toList();
    }

    /// Returns the counts that have grown by more than the normal difference between a process that has just started and one that has worked for a while.
    List<String> grownSince(Counts before) {
        var grown = new ArrayList<String>();
        counts.forEach((name, now) -> {
            long then = before.counts.getOrDefault(name, 0L);
            long allowed = name.startsWith("threads") || name.startsWith("descriptors") || name.startsWith("connections") ? then + then / 3 + 15 : then;
            if (now > allowed) {
                grown.add(name + ": " + then + " before, " + now + " now");
            }
        });
        return grown;
    }
}
