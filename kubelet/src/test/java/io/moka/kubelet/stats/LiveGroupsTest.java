package io.moka.kubelet.stats;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.CgroupTree;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.probe.ProbeMetrics;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.volume.PodDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scrapes beside dead memory cgroups, which the kernel keeps for as long as a page of theirs is in use. No engine is needed: the test makes the groups.
///
/// `-Dmoka.stats.containers=100 -Dmoka.stats.zombies=5000 -Dmoka.excluded.tests=none` is the long form: it prints the cost of a scrape and uses `strace` to
/// show which files are opened.
class LiveGroupsTest {

    private static final int CONTAINERS = Integer.getInteger("moka.stats.containers", 5);
    private static final int ZOMBIES = Integer.getInteger("moka.stats.zombies", 20);
    private static final int SCRAPES = 20;

    @TempDir
    Path folder;

    private final String name = "moka-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Process> processes = new ArrayList<>();
    private final List<PodView> views = new ArrayList<>();
    private final Path pages = Path.of("/dev/shm", name);
    private Measurements measurements;

    @BeforeEach
    void makeGroups() throws Exception {
        CgroupTree.create(name);
        Files.createDirectory(pages);
        for (int i = 0; i < CONTAINERS; i++) {
            views.add(view(i, process("c" + i)));
        }
        for (int i = 0; i < ZOMBIES; i++) {
            leaveZombie("z" + i);
        }
        var runtime = new FakeRuntime();
        measurements = new Measurements("node", new Machine(folder), () -> views, new Readings(() -> views, InstantSource.system()), runtime, new PodDirectories(folder),
                (pod, volume) -> null, new ProbeMetrics(), InstantSource.system());
    }

    @AfterEach
    void removeGroups() throws Exception {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
        try (var files = Files.list(pages)) {
            files.forEach(file -> file.toFile().delete());
        }
        Files.delete(pages);
        check("the groups are gone", () -> {
            try {
                return CgroupTree.isRemoved(name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// A process in a group of its own.
    private Process process(String group) throws IOException {
        CgroupTree.create(name + "/" + group);
        var process = new ProcessBuilder("sh", "-c", CgroupTree.entering(name + "/" + group) + "exec sleep 100000").start();
        processes.add(process);
        check("it has moved", () -> {
            try {
                return Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")).contains(name) && Files.readString(Path.of("/proc/" + process.pid() + "/comm")).startsWith("sleep");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return process;
    }

    /// A group that is deleted while a page is charged to it.
    private void leaveZombie(String group) throws Exception {
        var memory = CgroupTree.hierarchies().stream().filter(hierarchy -> hierarchy.equals(CgroupTree.ROOT) || hierarchy.endsWith("memory")).findFirst().orElseThrow().resolve(name).resolve(group);
        Files.createDirectory(memory);
        var script = "echo $$ > " + memory.resolve("cgroup.procs") + "; echo x > " + pages.resolve(group);
        assertEquals(0, new ProcessBuilder("sh", "-c", script).start().waitFor());
        check("the group is empty", () -> {
            try {
                Files.delete(memory);
                return true;
            } catch (IOException busy) {
                return false;
            }
        });
    }

    private static PodView view(int i, Process process) {
        var identity = new PodIdentity("uid" + i, "default", "p" + i);
        var pod = new PodBuilder().withNewMetadata().withName("p" + i).withNamespace("default").withUid("uid" + i).endMetadata().withNewSpec().withHostNetwork(true).endSpec().build();
        var record = new ContainerRecord("id" + i, identity, "main", 0, "", "", "image", "sha256:image", false, new ContainerSpec.Limits(0, 0, 0), Instant.now(),
                new ContainerState.Running(Instant.now(), (int) process.pid()));
        return new PodView(pod, List.of(record), List.of(), Map.of(), Map.of(), "127.0.0.1");
    }

    @Test
    void eachLiveContainerIsToldAndNothingElse() throws Exception {
        var page = measurements.cadvisor().text();
        var rows = page.lines().filter(line -> line.startsWith("container_memory_working_set_bytes{container=\"main\"")).toList();
        assertEquals(CONTAINERS, rows.size(), page);
        assertTrue(page.lines().noneMatch(line -> line.contains("/z0")), page);
        assertEquals(CONTAINERS, measurements.resource().text().lines().filter(line -> line.startsWith("container_cpu_usage_seconds_total{")).count());

        processes.getFirst().destroyForcibly().waitFor();
        var fresh = new PodDetails(() -> views, new LiveGroups(), InstantSource.system()).now();
        assertEquals(CONTAINERS - 1, fresh.stream().mapToInt(detail -> detail.containers().size()).sum(), "one whose process has ended is left out");
    }

    @Test
    @Tag("long")
    void scrapesOpenNoFileOfADeadGroupNorOfTheRoot() throws Exception {
        long kept = Files.readAllLines(Path.of("/proc/cgroups")).stream().filter(line -> line.startsWith("memory\t")).mapToLong(line -> Long.parseLong(line.split("\t")[2])).sum();
        System.out.println("memory groups that the kernel keeps: " + kept);
        assertTrue(kept > ZOMBIES, "the dead groups are there");
        cost("/metrics/resource", () -> new Readings(() -> views, InstantSource.system()).fresh());
        var groups = new LiveGroups();
        cost("/metrics/cadvisor, read", () -> new PodDetails(() -> views, groups, InstantSource.system()).now());
        cost("/metrics/cadvisor, all", () -> new MetricsPage(new CadvisorPage(new Machine(folder), new PodDetails(() -> views, groups, InstantSource.system()),
                new DiskReadings(() -> views, new FakeRuntime(), directories(), InstantSource.system()), new FakeRuntime(), InstantSource.system())::write).text());
        var trace = folder.resolve("trace");
        var strace = new ProcessBuilder("strace", "-f", "-e", "trace=openat", "-o", trace.toString(), "-p", Long.toString(ProcessHandle.current().pid())).redirectErrorStream(true).start();
        strace.inputReader().readLine();
        new PodDetails(() -> views, new LiveGroups(), InstantSource.system()).now();
        new Readings(() -> views, InstantSource.system()).fresh();
        measurements.cadvisor().text();
        measurements.summary();
        new ProcessBuilder("kill", "-INT", Long.toString(strace.pid())).start().waitFor();
        strace.waitFor();
        var opened = Files.readAllLines(trace).stream().filter(line -> line.contains("/sys/fs/cgroup/")).toList();
        System.out.println("files of cgroups opened: " + opened.size());
        assertTrue(opened.stream().anyMatch(line -> line.contains(name + "/c0/memory.stat")), "the trace shows something");
        assertEquals(List.of(), opened.stream().filter(line -> line.contains("/z") || line.contains("cgroup/memory/memory.stat") || line.contains("cgroup/memory.stat")).toList());
        assertEquals(List.of(), opened.stream().filter(line -> !line.contains(name + "/c")).toList());
    }

    private PodDirectories directories() {
        try {
            return new PodDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cost(String what, Supplier<Object> scrape) {
        for (int i = 0; i < SCRAPES * 10; i++) {
            scrape.get();
        }
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        for (int i = 0; i < SCRAPES; i++) {
            scrape.get();
        }
        System.out.printf("%s of %d containers: %.1f ms of CPU%n", what, CONTAINERS, (system.getProcessCpuTime() - before) / 1e6 / SCRAPES);
    }
}
