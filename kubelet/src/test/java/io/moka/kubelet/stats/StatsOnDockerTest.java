package io.moka.kubelet.stats;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.TestNode;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.runtime.LogRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares the measurements of a real container with what `cat` shows of its cgroup files.
class StatsOnDockerTest {

    private static final long MEBIBYTE = 1L << 20;
    private static final String LABELS = "{container=\"main\",id=\"/";
    private static final String WORK = """
            for i in 1 2 3 4 5; do cat /bin/busybox >> /dev/shm/x; cat /bin/busybox >> /layer; cat /bin/busybox >> /scratch/x; done
            for i in 1 2 3 4 5 6 7 8 9; do echo a line of the log; done
            echo done; exec sleep 1000""";

    @TempDir
    Path folder;

    private DockerRuntime runtime;
    private TestNode node;
    private Measurements measurements;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        runtime = DockerEngine.connect();
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
        measurements = node.measurements(new Machine(folder));
    }

    @AfterEach
    void removeEverything() throws Exception {
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        node.removeFolders();
        node.removeCgroups();
        runtime.close();
    }

    private Pod runWorker() {
        var pod = node.run(TestNode.pod("worker", p -> p.editSpec().addNewVolume().withName("scratch").withNewEmptyDir().endEmptyDir().endVolume()
                .addNewVolume().withName("shm").withNewEmptyDir().withMedium("Memory").withSizeLimit(new Quantity("16Mi")).endEmptyDir().endVolume()
                .addNewVolume().withName("facts").withNewDownwardAPI().addNewItem().withPath("name").withNewFieldRef().withFieldPath("metadata.name").endFieldRef().endItem().endDownwardAPI().endVolume()
                .editFirstContainer().addNewVolumeMount().withName("scratch").withMountPath("/scratch").endVolumeMount()
                .withNewResources().addToLimits("memory", new Quantity("128Mi")).addToLimits("cpu", new Quantity("500m")).endResources().endContainer().endSpec(), "sh", "-c", WORK));
        check("it has done its work", () -> group() != null && log().contains("done"));
        return pod;
    }

    private String log() {
        var output = new StringBuilder();
        try {
            runtime.logs(container(), LogRequest.tail(1), (stream, bytes) -> output.append(new String(bytes, StandardCharsets.UTF_8)));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return output.toString();
    }

    private String container() {
        return node.workers.find("default", "worker").latest("main").id();
    }

    private CgroupDirectories group() {
        var view = node.workers.find("default", "worker");
        if (view == null || view.latest("main") == null || !(view.latest("main").state() instanceof ContainerState.Running(var _, int pid))) {
            return null;
        }
        try {
            return CgroupDirectories.of(pid);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String cat(Path file) throws Exception {
        return new String(new ProcessBuilder("cat", file.toString()).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static long statOf(String text, String key) {
        return Arrays.stream(text.split("\\n")).filter(line -> line.startsWith(key + " ")).mapToLong(line -> Long.parseLong(line.split(" ")[1])).findFirst().orElseThrow();
    }

    /// The values of the sleeping container's cgroup files, read by `cat`.
    private record Shown(long cpuNanos, long usage, long workingSet, long rss, long faults, long threads) {
    }

    private Shown shown() throws Exception {
        var group = group();
        if (group.isVersion2()) {
            var memory = cat(group.of("").resolve("memory.stat"));
            long usage = Long.parseLong(cat(group.of("").resolve("memory.current")));
            return new Shown(statOf(cat(group.of("").resolve("cpu.stat")), "usage_usec") * 1_000, usage, usage - statOf(memory, "inactive_file"), statOf(memory, "anon"),
                    statOf(memory, "pgfault"), Long.parseLong(cat(group.of("").resolve("pids.current"))));
        }
        var memory = cat(group.of("memory").resolve("memory.stat"));
        long usage = Long.parseLong(cat(group.of("memory").resolve("memory.usage_in_bytes")));
        return new Shown(Long.parseLong(cat(group.of("cpuacct").resolve("cpuacct.usage"))), usage, usage - statOf(memory, "total_inactive_file"), statOf(memory, "total_rss"),
                statOf(memory, "total_pgfault"), Long.parseLong(cat(group.of("pids").resolve("pids.current"))));
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false).filter(item -> item.path("name").asText().equals(name)).findFirst().orElseThrow();
    }

    private JsonNode podOf(JsonNode summary) {
        return StreamSupport.stream(summary.path("pods").spliterator(), false).filter(pod -> pod.path("podRef").path("name").asText().equals("worker")).findFirst().orElseThrow();
    }

    private double value(String page, String series) {
        return page.lines().filter(line -> line.startsWith(series)).mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf("} ") + 2).split(" ")[0])).findFirst()
                .orElseThrow(() -> new AssertionError("no " + series + " in " + page));
    }

    private Shown told(JsonNode summary, String cadvisor) {
        var container = named(podOf(summary).path("containers"), "main");
        var memory = container.path("memory");
        return new Shown(container.path("cpu").path("usageCoreNanoSeconds").asLong(), memory.path("usageBytes").asLong(), memory.path("workingSetBytes").asLong(),
                memory.path("rssBytes").asLong(), memory.path("pageFaults").asLong(), (long) value(cadvisor, "container_threads" + LABELS));
    }

    @Test
    void valuesAreThoseOfTheCgroupFiles() throws Exception {
        var pod = runWorker();
        var seen = new Object() {
            Shown shown;
            JsonNode summary;
            String cadvisor;
        };
        // an answer may be a second old, and the kernel may reclaim pages meanwhile: it is enough that files and pages agree once
        check("pages tell what the files show", () -> {
            try {
                seen.shown = shown();
                seen.summary = measurements.summary();
                seen.cadvisor = measurements.cadvisor().text();
                return seen.shown.equals(told(seen.summary, seen.cadvisor)) && seen.shown.workingSet == value(seen.cadvisor, "container_memory_working_set_bytes" + LABELS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        var container = named(podOf(seen.summary).path("containers"), "main");
        assertTrue(seen.shown.workingSet > 9 * MEBIBYTE, seen.shown::toString);
        assertEquals(128 * MEBIBYTE - seen.shown.workingSet, container.path("memory").path("availableBytes").asLong());

        assertEquals(seen.shown.cpuNanos / 1e9, value(seen.cadvisor, "container_cpu_usage_seconds_total" + LABELS));
        assertEquals(1, value(seen.cadvisor, "container_processes" + LABELS));
        assertEquals(128 * MEBIBYTE, value(seen.cadvisor, "container_spec_memory_limit_bytes" + LABELS));
        assertEquals(50_000, value(seen.cadvisor, "container_spec_cpu_quota" + LABELS));
        assertEquals(100_000, value(seen.cadvisor, "container_spec_cpu_period" + LABELS));
        assertTrue(seen.cadvisor.contains("name=\"" + container() + "\",namespace=\"default\",pod=\"worker\"} "), seen.cadvisor);
        assertTrue(seen.cadvisor.lines().anyMatch(line -> line.startsWith("container_memory_working_set_bytes{container=\"\",id=\"/") && line.contains("/pod" + pod.getMetadata().getUid()))
                || group().isVersion2(), "the pod's own group");
        assertTrue(value(seen.cadvisor, "machine_memory_bytes{") > 0);
    }

    @Test
    void rateIsThatSinceTheReadingBefore() {
        node.run(TestNode.pod("worker", "sh", "-c", "while :; do :; done"));
        check("it runs", () -> group() != null);
        check("a second reading has a rate for container, pod and node", () -> {
            var summary = measurements.summary();
            var pod = podOf(summary);
            return named(pod.path("containers"), "main").path("cpu").path("usageNanoCores").asLong() > 0 && pod.path("cpu").path("usageNanoCores").asLong() > 0
                    && summary.path("node").path("cpu").path("usageNanoCores").asLong() > 0;
        });
    }

    @Test
    void filesAreMeasuredWhereTheyAre() {
        runWorker();
        var pod = podOf(measurements.summary());
        var container = named(pod.path("containers"), "main");

        assertTrue(container.path("rootfs").path("usedBytes").asLong() >= 9 * MEBIBYTE && container.path("rootfs").path("usedBytes").asLong() < 20 * MEBIBYTE, container::toString);
        assertTrue(container.path("logs").path("usedBytes").asLong() > 9 * 20, container::toString);
        var scratch = named(pod.path("volume"), "scratch");
        assertTrue(scratch.path("usedBytes").asLong() >= 9 * MEBIBYTE && scratch.path("usedBytes").asLong() < 20 * MEBIBYTE, scratch::toString);
        assertEquals(2, scratch.path("inodesUsed").asLong());
        assertEquals(16 * MEBIBYTE, named(pod.path("volume"), "shm").path("capacityBytes").asLong(), "that of its own file system");
        var facts = named(pod.path("volume"), "facts");
        assertTrue(facts.path("usedBytes").asLong() > 0 && facts.path("inodesUsed").asLong() > 2, facts::toString);
        assertEquals(scratch.path("capacityBytes"), facts.path("capacityBytes"), "both are on the node's disk");
        assertTrue(pod.path("ephemeral-storage").path("usedBytes").asLong() >= scratch.path("usedBytes").asLong() + container.path("rootfs").path("usedBytes").asLong());
        assertTrue(pod.path("process_stats").path("process_count").asLong() == 1, pod::toString);
    }

    @Test
    void nothingIsToldOfContainersThatHaveEnded() {
        var ended = node.run(TestNode.pod("ended", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "true"));
        check("it has ended", () -> node.workers.find("default", "ended") != null && node.workers.find("default", "ended").latest("main") != null
                && node.workers.find("default", "ended").latest("main").exited() != null);

        assertTrue(!measurements.cadvisor().text().contains("container=\"main\""), ended::toString);
    }
}
