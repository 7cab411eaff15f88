package io.moka.kubelet.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What node, pods and containers use, in the two forms that upstream's kubelet serves: `/stats/summary` and `/metrics/resource`.
public final class Summary {

    private static final Logger log = LoggerFactory.getLogger(Summary.class);
    private static final long CLOCK_TICK_NANOS = 10_000_000;
    private static final int USER_COLUMN = 1;
    private static final int IDLE_COLUMN = 4;
    private static final int LAST_BUSY_COLUMN = 8;

    private final String nodeName;
    private final Machine machine;
    private final Supplier<Collection<PodView>> pods;
    private final InstantSource clock;

    public Summary(String nodeName, Machine machine, Supplier<Collection<PodView>> pods, InstantSource clock) {
        this.nodeName = nodeName;
        this.machine = machine;
        this.pods = pods;
        this.clock = clock;
    }

    private record Sample(PodView pod, ContainerRecord container, Instant startedAt, Cgroups.Usage usage) {
    }

    private List<Sample> samples() {
        var samples = new ArrayList<Sample>();
        for (var pod : pods.get()) {
            for (var container : pod.containers()) {
                if (container.state() instanceof ContainerState.Running(var startedAt, int pid)) {
                    var usage = Cgroups.of(pid);
                    if (usage != null) {
                        samples.add(new Sample(pod, container, startedAt, usage));
                    }
                }
            }
        }
        return samples;
    }

    /// Upstream's `stats/v1alpha1` Summary.
    public ObjectNode json() {
        var now = Times.format(clock.instant());
        var summary = Json.mapper().createObjectNode();
        var node = summary.putObject("node").put("nodeName", nodeName);
        node.putObject("cpu").put("time", now).put("usageCoreNanoSeconds", nodeCpuNanos());
        long used = machine.memoryBytes() - machine.availableMemoryBytes();
        node.putObject("memory").put("time", now).put("availableBytes", machine.availableMemoryBytes()).put("usageBytes", used).put("workingSetBytes", used);
        try {
            node.putObject("fs").put("time", now).put("capacityBytes", machine.diskBytes()).put("availableBytes", machine.freeDiskBytes());
        } catch (IOException e) {
            log.debug("the file system's size is not known: {}", e.getMessage());
        }
        var list = summary.putArray("pods");
        var samples = samples();
        for (var pod : pods.get()) {
            pod(list.addObject(), pod, samples.stream().filter(sample -> sample.pod.pod() == pod.pod()).toList(), now);
        }
        return summary;
    }

    private static void pod(ObjectNode out, PodView view, List<Sample> samples, String now) {
        var metadata = view.pod().getMetadata();
        out.putObject("podRef").put("name", metadata.getName()).put("namespace", metadata.getNamespace()).put("uid", metadata.getUid());
        var containers = out.putArray("containers");
        for (var sample : samples) {
            var container = containers.addObject().put("name", sample.container.name()).put("startTime", Times.format(sample.startedAt));
            usage(container, List.of(sample), now);
        }
        usage(out, samples, now);
    }

    private static void usage(ObjectNode out, List<Sample> samples, String now) {
        out.putObject("cpu").put("time", now).put("usageCoreNanoSeconds", samples.stream().mapToLong(sample -> sample.usage.cpuNanos()).sum());
        out.putObject("memory").put("time", now).put("usageBytes", samples.stream().mapToLong(sample -> sample.usage.memoryBytes()).sum())
                .put("workingSetBytes", samples.stream().mapToLong(sample -> sample.usage.workingSetBytes()).sum())
                .put("rssBytes", samples.stream().mapToLong(sample -> sample.usage.rssBytes()).sum());
    }

    /// What a metrics server reads, in Prometheus' text form.
    public String metrics() {
        var text = new StringBuilder();
        text.append("# TYPE container_cpu_usage_seconds_total counter\n# TYPE container_memory_working_set_bytes gauge\n"
                + "# TYPE container_start_time_seconds gauge\n# TYPE node_cpu_usage_seconds_total counter\n# TYPE node_memory_working_set_bytes gauge\n");
        for (var sample : samples()) {
            var metadata = sample.pod.pod().getMetadata();
            var labels = "{container=\"" + sample.container.name() + "\",namespace=\"" + metadata.getNamespace() + "\",pod=\"" + metadata.getName() + "\"} ";
            text.append("container_cpu_usage_seconds_total").append(labels).append(sample.usage.cpuNanos() / 1e9).append('\n');
            text.append("container_memory_working_set_bytes").append(labels).append(sample.usage.workingSetBytes()).append('\n');
            text.append("container_start_time_seconds").append(labels).append(sample.startedAt.toEpochMilli() / 1e3).append('\n');
        }
        text.append("node_cpu_usage_seconds_total ").append(nodeCpuNanos() / 1e9).append('\n');
        return text.append("node_memory_working_set_bytes ").append(machine.memoryBytes() - machine.availableMemoryBytes()).append('\n').toString();
    }

    /// All CPU time that was not idle.
    private static long nodeCpuNanos() {
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
