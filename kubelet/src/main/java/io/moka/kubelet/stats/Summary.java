package io.moka.kubelet.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.stats.Readings.Reading;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the resource usage of node, pods and containers in the two forms that upstream's kubelet serves: `/stats/summary` and `/metrics/resource`.
final class Summary {

    private static final Logger log = LoggerFactory.getLogger(Summary.class);
    private static final long CLOCK_TICK_NANOS = 10_000_000;
    private static final int USER_COLUMN = 1;
    private static final int IDLE_COLUMN = 4;
    private static final int LAST_BUSY_COLUMN = 8;

    private final String nodeName;
    private final Machine machine;
    private final Readings readings;
    private final PodDetails details;
    private final DiskReadings disks;
    private final VolumeReadings volumes;
    private final ContainerRuntime runtime;
    private final InstantSource clock;
    private final CpuRates rates = new CpuRates();

    Summary(String nodeName, Machine machine, Readings readings, PodDetails details, DiskReadings disks, VolumeReadings volumes, ContainerRuntime runtime,
            InstantSource clock) {
        this.nodeName = nodeName;
        this.machine = machine;
        this.readings = readings;
        this.details = details;
        this.disks = disks;
        this.volumes = volumes;
        this.runtime = runtime;
        this.clock = clock;
    }

    /// Upstream's `stats/v1alpha1` Summary. Rates (`usageNanoCores`) are those between this request and
    /// the one before it, as nothing is measured meanwhile; the first answer has none.
    ObjectNode json() {
        var now = Times.format(clock.instant());
        var summary = Json.mapper().createObjectNode();
        node(summary.putObject("node").put("nodeName", nodeName), now);
        var list = summary.putArray("pods");
        var taken = disks.now();
        var claims = volumes.now();
        var nodeDisk = space(machine::disk);
        var imageDisk = space(() -> FileSystemSpace.of(runtime.storageFolder()));
        for (var pod : details.now()) {
            new PodSummary(list.addObject(), now, pod, taken, claims, nodeDisk, imageDisk).write();
        }
        return summary;
    }

    private void node(ObjectNode node, String now) {
        long cpuNanos = nodeCpuNanos();
        var cpu = node.putObject("cpu").put("time", now).put("usageCoreNanoSeconds", cpuNanos);
        var nanoCores = rates.next("/", cpuNanos, clock.instant());
        if (nanoCores != null) {
            cpu.put("usageNanoCores", nanoCores);
        }
        long used = machine.memoryBytes() - machine.availableMemoryBytes();
        var memory = node.putObject("memory").put("time", now).put("availableBytes", machine.availableMemoryBytes()).put("usageBytes", used).put("workingSetBytes", used);
        stall(cpu, PressureStall.of("/proc/pressure/cpu"));
        stall(memory, PressureStall.of("/proc/pressure/memory"));
        stall(node.putObject("io").put("time", now), PressureStall.of("/proc/pressure/io"));
        network(node, now, NetworkDevices.ofNode());
        var nodeDisk = space(machine::disk);
        var imageDisk = space(() -> FileSystemSpace.of(runtime.storageFolder()));
        fileSystem(node.putObject("fs"), now, nodeDisk, nodeDisk == null ? null : new DiskReadings.Use(nodeDisk.usedBytes(), nodeDisk.usedInodes()));
        var images = imageDisk == null ? null : new DiskReadings.Use(imageDisk.usedBytes(), imageDisk.usedInodes());
        var engine = node.putObject("runtime");
        fileSystem(engine.putObject("imageFs"), now, imageDisk, images);
        fileSystem(engine.putObject("containerFs"), now, imageDisk, images);
        node.putObject("rlimit").put("time", now).put("maxpid", machine.mostProcesses()).put("curproc", machine.processes());
        node.putObject("swap").put("time", now).put("swapAvailableBytes", machine.freeSwapBytes()).put("swapUsageBytes", machine.swapBytes() - machine.freeSwapBytes());
    }

    static void stall(ObjectNode out, @Nullable PressureStall stall) {
        if (stall != null) {
            stall.writeTo(out.putObject("psi"));
        }
    }

    /// The interface that the default route uses is not known here: the first one stands for all.
    static void network(ObjectNode out, String now, List<NetworkDevices.Device> devices) {
        if (devices.isEmpty()) {
            return;
        }
        var network = out.putObject("network").put("time", now);
        device(network, devices.getFirst());
        var all = network.putArray("interfaces");
        devices.forEach(device -> device(all.addObject(), device));
    }

    private static void device(ObjectNode out, NetworkDevices.Device device) {
        out.put("name", device.name()).put("rxBytes", device.received().bytes()).put("rxErrors", device.received().errors())
                .put("txBytes", device.sent().bytes()).put("txErrors", device.sent().errors());
    }

    /// @param use the disk usage of the described object, or null if it was not measured
    static void fileSystem(ObjectNode out, String now, @Nullable FileSystemSpace disk, DiskReadings.@Nullable Use use) {
        out.put("time", now);
        if (disk != null) {
            out.put("availableBytes", disk.availableBytes()).put("capacityBytes", disk.capacityBytes()).put("inodes", disk.inodes()).put("inodesFree", disk.freeInodes());
        }
        if (use != null) {
            out.put("usedBytes", use.bytes()).put("inodesUsed", use.inodes());
        }
    }

    /// Asks a disk for its size.
    private interface Question {
        FileSystemSpace ask() throws IOException;
    }

    private static @Nullable FileSystemSpace space(Question question) {
        try {
            return question.ask();
        } catch (IOException | RuntimeFailure e) {
            log.debug("a disk's size is not known: {}", e.getMessage());
            return null;
        }
    }

    /// Upstream's `/metrics/resource`, which a metrics server reads, in Prometheus' text form. Each value has the time of its reading.
    void metrics(PrometheusText text) {
        var containers = readings.now().stream().map(Sample::of).toList();
        var pods = pods(containers);
        text.counter("container_cpu_usage_seconds_total");
        containers.forEach(sample -> text.value(sample.labels, sample.cpuNanos / 1e9, sample.at));
        text.gauge("container_memory_working_set_bytes");
        containers.forEach(sample -> text.value(sample.labels, sample.workingSetBytes, sample.at));
        text.gauge("container_start_time_seconds");
        containers.forEach(sample -> text.value(sample.labels, sample.startedAt.toEpochMilli() / 1e3, null));
        text.counter("pod_cpu_usage_seconds_total");
        pods.forEach(sample -> text.value(sample.labels, sample.cpuNanos / 1e9, sample.at));
        text.gauge("pod_memory_working_set_bytes");
        pods.forEach(sample -> text.value(sample.labels, sample.workingSetBytes, sample.at));
        var now = clock.instant();
        text.counter("node_cpu_usage_seconds_total").value(LabelSet.NONE, nodeCpuNanos() / 1e9, now);
        text.gauge("node_memory_working_set_bytes").value(LabelSet.NONE, machine.memoryBytes() - machine.availableMemoryBytes(), now);
        text.gauge("resource_scrape_error").value(LabelSet.NONE, 0, null);
    }

    /// The values of a container or of a pod.
    private record Sample(PodView pod, LabelSet labels, long cpuNanos, long workingSetBytes, Instant startedAt, Instant at) {

        static Sample of(Reading reading) {
            var labels = withPod(LabelSet.of("container", reading.container().name()), reading.pod());
            return new Sample(reading.pod(), labels, reading.usage().cpuNanos(), reading.usage().workingSetBytes(), reading.startedAt(), reading.at());
        }

        static LabelSet withPod(LabelSet labels, PodView pod) {
            return labels.with("namespace", pod.pod().getMetadata().getNamespace()).with("pod", pod.pod().getMetadata().getName());
        }

        Sample plus(Sample other) {
            return new Sample(pod, labels, cpuNanos + other.cpuNanos, workingSetBytes + other.workingSetBytes, startedAt, at);
        }
    }

    /// Adds up the containers of each pod, which follow each other.
    private static List<Sample> pods(List<Sample> containers) {
        var pods = new ArrayList<Sample>();
        for (var sample : containers) {
            if (!pods.isEmpty() && pods.getLast().pod == sample.pod) {
                pods.set(pods.size() - 1, pods.getLast().plus(sample));
            } else {
                pods.add(new Sample(sample.pod, Sample.withPod(LabelSet.NONE, sample.pod), sample.cpuNanos, sample.workingSetBytes, sample.startedAt, sample.at));
            }
        }
        return pods;
    }

    /// Returns the node's CPU time that was not idle, in nanoseconds.
    static long nodeCpuNanos() {
        try {
            var columns = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
            long ticks = 0;
            for (int i = USER_COLUMN; i <= LAST_BUSY_COLUMN; i++) {
                ticks += i == IDLE_COLUMN || i == IDLE_COLUMN + 1 ? 0 : Long.parseLong(columns[i]);
            }
            return ticks * CLOCK_TICK_NANOS;
        } catch (IOException e) {
            log.debug("the node's CPU time is not known: {}", e.getMessage());
            return 0;
        }
    }
}
