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

/// Reads all counters of the kernel for the node's live pods: those of their cgroups, containers and networks. They are read on request, and at most once a second.
final class PodDetails {

    private final Supplier<Collection<PodView>> pods;
    private final InstantSource clock;
    private final Snapshot<List<Detail>> snapshot;
    private final LiveGroups groups;
    private final CpuRates rates = new CpuRates();

    PodDetails(Supplier<Collection<PodView>> pods, LiveGroups groups, InstantSource clock) {
        this.pods = pods;
        this.groups = groups;
        this.clock = clock;
        this.snapshot = new Snapshot<>(this::read, Readings.KEPT, Readings.DEADLINE, clock);
    }

    /// One reading of a cgroup.
    ///
    /// @param path of the group, as cAdvisor calls it: below the root of the hierarchy
    /// @param at when its files were read
    /// @param nanoCores the CPU time used for each second since the reading before, in nanoseconds; null for the first
    record Measured(String path, GroupUsage usage, Instant at, @Nullable Long nanoCores) {
    }

    record Part(ContainerRecord record, Instant startedAt, Measured measured) {

        GroupUsage usage() {
            return measured.usage;
        }

        Instant at() {
            return measured.at;
        }
    }

    /// A pod's sandbox. What it uses itself is part of the pod's group.
    ///
    /// @param path of its group
    /// @param devices of the pod's network; none for a pod on the node's
    /// @param at when the network's counters were read
    record Sandbox(ContainerRecord record, Instant startedAt, String path, List<NetworkDevices.Device> devices, Instant at) {
    }

    /// @param group the pod's own group, which holds those of its containers; null where the engine made none
    /// @param sandbox null where none runs
    record Detail(PodView view, @Nullable Measured group, List<Part> containers, @Nullable Sandbox sandbox) {

        List<NetworkDevices.Device> devices() {
            return sandbox == null ? List.of() : sandbox.devices;
        }
    }

    List<Detail> now() {
        return snapshot.get();
    }

    private List<Detail> read() {
        var details = new ArrayList<Detail>();
        var all = pods.get();
        groups.retain(all);
        for (var view : all) {
            var containers = view.containers().stream().map(this::part).filter(part -> part != null).toList();
            var group = groups.of(view);
            details.add(new Detail(view, group == null ? null : measured(group, group.ofPod()), containers, sandbox(view)));
        }
        rates.retain(details.stream().flatMap(PodDetails::paths).toList());
        return List.copyOf(details);
    }

    private static Stream<String> paths(Detail detail) {
        return Stream.concat(detail.containers.stream().map(Part::measured), Stream.ofNullable(detail.group)).map(measured -> measured.path);
    }

    private @Nullable Part part(ContainerRecord record) {
        if (!(record.state() instanceof ContainerState.Running(var startedAt, var _))) {
            return null;
        }
        var group = groups.of(record);
        var measured = group == null ? null : measured(group, group.ofContainer());
        return measured == null ? null : new Part(record, startedAt, measured);
    }

    private @Nullable Sandbox sandbox(PodView view) {
        var record = view.sandbox();
        if (record == null || !(record.state() instanceof ContainerState.Running(var startedAt, int pid))) {
            return null;
        }
        var group = groups.of(record);
        boolean ownNetwork = !Boolean.TRUE.equals(view.pod().getSpec().getHostNetwork());
        return group == null ? null : new Sandbox(record, startedAt, group.path(), ownNetwork ? NetworkDevices.of(pid) : List.of(), clock.instant());
    }

    private @Nullable Measured measured(Cgroup group, @Nullable GroupUsage usage) {
        var now = clock.instant();
        return usage == null ? null : new Measured(group.path(), usage, now, rates.next(group.path(), usage.basic().cpuNanos(), now));
    }
}
