package io.moka.kubelet.stats;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads all counters of the kernel for the node's live pods: their cgroups, containers, sandboxes and networks. They are read on request, and at most once a
/// second.
final class PodDetails {

    private final Supplier<Collection<PodView>> pods;
    private final InstantSource clock;
    private final Snapshot<List<Detail>> snapshot;
    private final CpuRates rates = new CpuRates();

    PodDetails(Supplier<Collection<PodView>> pods, InstantSource clock) {
        this.pods = pods;
        this.clock = clock;
        this.snapshot = new Snapshot<>(this::read, Readings.KEPT, Readings.DEADLINE, clock);
    }

    /// One reading of a cgroup.
    ///
    /// @param at when its files were read
    /// @param nanoCores the CPU time used for each second since the reading before, in nanoseconds; null for the first
    record Measured(GroupUsage usage, Instant at, @Nullable Long nanoCores) {
    }

    record Part(ContainerRecord record, Instant startedAt, Measured measured) {

        GroupUsage usage() {
            return measured.usage;
        }

        Instant at() {
            return measured.at;
        }
    }

    /// @param group the pod's own group, which holds those of its containers; null where the engine made none
    /// @param sandbox null where none runs
    /// @param devices of the pod's network; none for a pod on the node's
    record Detail(PodView view, @Nullable Measured group, List<Part> containers, @Nullable Part sandbox, List<NetworkDevices.Device> devices) {
    }

    List<Detail> now() {
        return snapshot.get();
    }

    private List<Detail> read() {
        var details = new ArrayList<Detail>();
        for (var view : pods.get()) {
            var containers = view.containers().stream().map(this::part).filter(part -> part != null).toList();
            var record = view.sandbox();
            var sandbox = record == null ? null : part(record);
            boolean ownNetwork = !Boolean.TRUE.equals(view.pod().getSpec().getHostNetwork());
            var devices = record != null && ownNetwork && record.state() instanceof ContainerState.Running(var _, int pid) ? NetworkDevices.of(pid) : List.<NetworkDevices.Device>of();
            details.add(new Detail(view, group(view), containers, sandbox, devices));
        }
        rates.retain(details.stream().flatMap(PodDetails::paths).toList());
        return List.copyOf(details);
    }

    private static Stream<String> paths(Detail detail) {
        var parts = Stream.concat(detail.containers.stream(), Stream.ofNullable(detail.sandbox)).map(Part::measured);
        return Stream.concat(parts, Stream.ofNullable(detail.group)).map(measured -> measured.usage.path());
    }

    private @Nullable Part part(ContainerRecord record) {
        if (!(record.state() instanceof ContainerState.Running(var startedAt, int pid))) {
            return null;
        }
        var measured = measured(Cgroup.of(pid));
        return measured == null ? null : new Part(record, startedAt, measured);
    }

    private @Nullable Measured group(PodView view) {
        var record = view.sandbox();
        if (record == null || !(record.state() instanceof ContainerState.Running(var _, int pid))) {
            return null;
        }
        var own = Cgroup.of(pid);
        var group = own == null ? null : own.parent();
        var uid = view.pod().getMetadata().getUid();
        return group == null || !group.name().contains("pod" + uid.replace('-', '_')) && !group.name().contains("pod" + uid) ? null : measured(group);
    }

    private @Nullable Measured measured(@Nullable Cgroup group) {
        var usage = group == null ? null : group.all();
        var now = clock.instant();
        return usage == null ? null : new Measured(usage, now, rates.next(usage.path(), usage.basic().cpuNanos(), now));
    }
}
