package io.moka.kubelet.stats;

import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.NodeStatuses;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.stats.NetworkDevices.Device;
import io.moka.kubelet.stats.PodDetails.Detail;
import io.moka.kubelet.stats.PodDetails.Part;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes `/metrics/cadvisor`: the containers' resource usage, with the metric names and labels that dashboards know from cAdvisor.
///
/// There is a row for each container, for each pod's group (`container=""`, `name=""`; CPU and memory alone, those of its sandbox included), and for the node (`id="/"`,
/// likewise, from `/proc`). A sandbox has the pod's network alone (`container=""`). `name` is the container's id, as it is where containerd runs containers.
final class CadvisorPage {

    private static final Logger log = LoggerFactory.getLogger(CadvisorPage.class);
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;
    private static final LabelSet NODE = LabelSet.of("id", "/");

    private final Machine machine;
    private final PodDetails details;
    private final DiskReadings disks;
    private final ContainerRuntime runtime;
    private final InstantSource clock;

    CadvisorPage(Machine machine, PodDetails details, DiskReadings disks, ContainerRuntime runtime, InstantSource clock) {
        this.machine = machine;
        this.details = details;
        this.disks = disks;
        this.runtime = runtime;
        this.clock = clock;
    }

    /// A cgroup whose values are written.
    ///
    /// @param part null for a pod's own group
    private record Row(LabelSet labels, GroupUsage usage, Instant at, @Nullable Part part) {
    }

    void write(PrometheusText text) {
        var pods = details.now();
        var rows = rows(pods);
        cpu(text, rows);
        memory(text, rows);
        processes(text, containers(rows));
        io(text, rows);
        pressure(text, rows);
        specification(text, rows);
        fileSystems(text, rows);
        network(text, pods);
        machine(text);
        text.gauge("container_scrape_error").value(LabelSet.NONE, 0, null);
    }

    private List<Row> rows(List<Detail> pods) {
        var rows = new ArrayList<Row>();
        for (var pod : pods) {
            pod.containers().forEach(part -> rows.add(row(pod, part)));
            if (pod.group() != null) {
                rows.add(new Row(labels(pod, "", pod.group().path(), "", ""), pod.group().usage(), pod.group().at(), null));
            }
        }
        return rows;
    }

    private static List<Row> containers(List<Row> rows) {
        return rows.stream().filter(row -> row.part != null).toList();
    }

    private static Row row(Detail pod, Part part) {
        return new Row(labels(pod, part.record().name(), part.measured().path(), part.record().image(), part.record().id()), part.usage(), part.at(), part);
    }

    private static LabelSet labels(Detail pod, String container, String id, String image, String name) {
        var metadata = pod.view().pod().getMetadata();
        return LabelSet.of("container", container).with("id", id).with("image", image).with("name", name).with("namespace", metadata.getNamespace()).with("pod", metadata.getName());
    }

    private static void counter(PrometheusText text, String metric, List<Row> rows, ToDoubleFunction<GroupUsage> value) {
        text.counter(metric);
        rows.forEach(row -> text.value(row.labels, value.applyAsDouble(row.usage), row.at));
    }

    private static void gauge(PrometheusText text, String metric, List<Row> rows, ToDoubleFunction<GroupUsage> value) {
        text.gauge(metric);
        rows.forEach(row -> text.value(row.labels, value.applyAsDouble(row.usage), row.at));
    }

    private void cpu(PrometheusText text, List<Row> rows) {
        text.counter("container_cpu_usage_seconds_total");
        rows.forEach(row -> text.value(row.labels.with("cpu", "total"), row.usage.basic().cpuNanos() / NANOS, row.at));
        text.value(NODE.with("cpu", "total"), Summary.nodeCpuNanos() / NANOS, clock.instant());
        counter(text, "container_cpu_user_seconds_total", rows, usage -> usage.cpu().userNanos() / NANOS);
        counter(text, "container_cpu_system_seconds_total", rows, usage -> usage.cpu().systemNanos() / NANOS);
        var limited = rows.stream().filter(row -> row.usage.limits().quotaMicros() > 0).toList();
        counter(text, "container_cpu_cfs_periods_total", limited, usage -> usage.cpu().periods());
        counter(text, "container_cpu_cfs_throttled_periods_total", limited, usage -> usage.cpu().throttledPeriods());
        counter(text, "container_cpu_cfs_throttled_seconds_total", limited, usage -> usage.cpu().throttledNanos() / NANOS);
    }

    private void memory(PrometheusText text, List<Row> rows) {
        long used = machine.memoryBytes() - machine.availableMemoryBytes();
        gauge(text, "container_memory_usage_bytes", rows, usage -> usage.basic().memoryBytes());
        text.value(NODE, used, clock.instant());
        gauge(text, "container_memory_working_set_bytes", rows, usage -> usage.basic().workingSetBytes());
        text.value(NODE, used, clock.instant());
        gauge(text, "container_memory_rss", rows, usage -> usage.basic().rssBytes());
        gauge(text, "container_memory_cache", rows, usage -> usage.memory().cacheBytes());
        gauge(text, "container_memory_mapped_file", rows, usage -> usage.memory().mappedBytes());
        gauge(text, "container_memory_swap", rows, usage -> usage.memory().swapBytes());
        gauge(text, "container_memory_max_usage_bytes", containers(rows), usage -> usage.members().maxMemoryBytes());
        counter(text, "container_memory_failcnt", containers(rows), usage -> usage.members().memoryFailures());
        text.counter("container_memory_failures_total");
        for (var row : rows) {
            var hierarchy = row.labels.with("scope", "hierarchy");
            text.value(hierarchy.with("failure_type", "pgfault"), row.usage.memory().pageFaults(), row.at);
            text.value(hierarchy.with("failure_type", "pgmajfault"), row.usage.memory().majorPageFaults(), row.at);
        }
    }

    private static void processes(PrometheusText text, List<Row> rows) {
        gauge(text, "container_processes", rows, usage -> usage.members().processes());
        gauge(text, "container_threads", rows, usage -> usage.members().threads());
        gauge(text, "container_threads_max", rows, usage -> usage.limits().threads());
    }

    private static void io(PrometheusText text, List<Row> rows) {
        io(text, "container_fs_reads_bytes_total", rows, GroupUsage.BlockIo::readBytes);
        io(text, "container_fs_reads_total", rows, GroupUsage.BlockIo::reads);
        io(text, "container_fs_writes_bytes_total", rows, GroupUsage.BlockIo::writtenBytes);
        io(text, "container_fs_writes_total", rows, GroupUsage.BlockIo::writes);
    }

    private static void io(PrometheusText text, String metric, List<Row> rows, Function<GroupUsage.BlockIo, Long> value) {
        text.counter(metric);
        rows.forEach(row -> row.usage.members().io().forEach((device, io) -> text.value(row.labels.with("device", device), value.apply(io), row.at)));
    }

    private static void pressure(PrometheusText text, List<Row> rows) {
        pressure(text, "cpu", rows, GroupUsage::cpuStall);
        pressure(text, "memory", rows, GroupUsage::memoryStall);
        pressure(text, "io", rows, GroupUsage::ioStall);
    }

    private static void pressure(PrometheusText text, String resource, List<Row> rows, Function<GroupUsage, @Nullable PressureStall> stall) {
        var known = rows.stream().filter(row -> stall.apply(row.usage) != null).toList();
        if (!known.isEmpty()) {
            counter(text, "container_pressure_" + resource + "_stalled_seconds_total", known, usage -> stall.apply(usage).full().totalMicros() / MICROS);
            counter(text, "container_pressure_" + resource + "_waiting_seconds_total", known, usage -> stall.apply(usage).some().totalMicros() / MICROS);
        }
    }

    private static void specification(PrometheusText text, List<Row> rows) {
        gauge(text, "container_spec_cpu_period", rows, usage -> usage.limits().periodMicros());
        gauge(text, "container_spec_cpu_quota", rows.stream().filter(row -> row.usage.limits().quotaMicros() > 0).toList(), usage -> usage.limits().quotaMicros());
        gauge(text, "container_spec_cpu_shares", rows, usage -> usage.limits().shares());
        gauge(text, "container_spec_memory_limit_bytes", rows, usage -> usage.limits().memoryBytes());
        gauge(text, "container_spec_memory_swap_limit_bytes", rows, usage -> usage.limits().swapBytes());
        text.gauge("container_start_time_seconds");
        containers(rows).forEach(row -> text.value(row.labels, row.part.startedAt().toEpochMilli() / 1e3, row.at));
        text.gauge("container_last_seen");
        rows.forEach(row -> text.value(row.labels, row.at.getEpochSecond(), row.at));
    }

    private void fileSystems(PrometheusText text, List<Row> rows) {
        var taken = disks.now();
        var containers = containers(rows).stream().filter(row -> taken.layers().containsKey(row.part.record().id())).toList();
        text.gauge("container_fs_usage_bytes");
        containers.forEach(row -> text.value(row.labels.with("device", ""), taken.layers().get(row.part.record().id()).bytes(), row.at));
        text.gauge("container_fs_inodes_total");
        containers.forEach(row -> text.value(row.labels.with("device", ""), taken.layers().get(row.part.record().id()).inodes(), row.at));
        try {
            var disk = FileSystemSpace.of(runtime.storageFolder());
            text.gauge("container_fs_limit_bytes");
            containers.forEach(row -> text.value(row.labels.with("device", ""), disk.capacityBytes(), row.at));
        } catch (IOException | RuntimeFailure e) {
            log.debug("the engine's disk can't be measured: {}", e.getMessage());
        }
    }

    /// The counters of one interface.
    ///
    /// @param labels the sandbox's and the interface's
    private record Traffic(LabelSet labels, Device device, Instant at) {
    }

    private static void network(PrometheusText text, List<Detail> pods) {
        var interfaces = new ArrayList<Traffic>();
        for (var pod : pods) {
            var sandbox = pod.sandbox();
            if (sandbox != null) {
                var labels = labels(pod, sandbox.record().name(), sandbox.path(), sandbox.record().image(), sandbox.record().id());
                sandbox.devices().forEach(device -> interfaces.add(new Traffic(labels.with("interface", device.name()), device, sandbox.at())));
            }
        }
        network(text, "receive_bytes", interfaces, device -> device.received().bytes());
        network(text, "receive_packets", interfaces, device -> device.received().packets());
        network(text, "receive_packets_dropped", interfaces, device -> device.received().dropped());
        network(text, "receive_errors", interfaces, device -> device.received().errors());
        network(text, "transmit_bytes", interfaces, device -> device.sent().bytes());
        network(text, "transmit_packets", interfaces, device -> device.sent().packets());
        network(text, "transmit_packets_dropped", interfaces, device -> device.sent().dropped());
        network(text, "transmit_errors", interfaces, device -> device.sent().errors());
    }

    private static void network(PrometheusText text, String what, List<Traffic> interfaces, ToLongFunction<Device> value) {
        text.counter("container_network_" + what + "_total");
        interfaces.forEach(traffic -> text.value(traffic.labels, value.applyAsLong(traffic.device), traffic.at));
    }

    private void machine(PrometheusText text) {
        var labels = LabelSet.of("boot_id", machine.bootId()).with("machine_id", machine.machineId()).with("system_uuid", machine.systemUuid());
        text.gauge("machine_cpu_cores").value(labels, machine.cpus(), null);
        text.gauge("machine_memory_bytes").value(labels, machine.memoryBytes(), null);
        text.gauge("machine_swap_bytes").value(labels, machine.swapBytes(), null);
        var version = LabelSet.of("cadvisorRevision", "").with("cadvisorVersion", NodeStatuses.VERSION).with("kernelVersion", machine.kernelVersion()).with("osVersion", machine.osImage());
        text.gauge("cadvisor_version_info").value(version, 1, null);
    }
}
