package io.moka.kubelet.stats;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// Reads the CPU and memory usage of the node's live containers on request, and at most once a second.
public final class Readings {

    static final Duration KEPT = Duration.ofSeconds(1);
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Supplier<Collection<PodView>> pods;
    private final InstantSource clock;
    private final LiveGroups groups = new LiveGroups();
    private final Snapshot<List<Reading>> snapshot;

    public Readings(Supplier<Collection<PodView>> pods, InstantSource clock) {
        this.pods = pods;
        this.clock = clock;
        this.snapshot = new Snapshot<>(this::read, KEPT, DEADLINE, clock);
    }

    /// @param at when the cgroup's files were read
    public record Reading(PodView pod, ContainerRecord container, Instant startedAt, Instant at, Usage usage) {
    }

    /// Returns readings that are at most a second old.
    public List<Reading> now() {
        return snapshot.get();
    }

    /// Returns readings made now, for decisions that must not count containers that ended a moment ago.
    public List<Reading> fresh() {
        return snapshot.fresh();
    }

    /// Returns the number of processes in a pod's containers.
    public long processes(PodView pod) {
        return pod.containers().stream().map(groups::of).filter(Objects::nonNull).mapToLong(Cgroup::processes).sum();
    }

    /// Returns the groups that are known, which the readings of other counters share.
    LiveGroups groups() {
        return groups;
    }

    private List<Reading> read() {
        var readings = new ArrayList<Reading>();
        var all = pods.get();
        groups.retain(all);
        for (var pod : all) {
            for (var container : pod.containers()) {
                if (container.state() instanceof ContainerState.Running(var startedAt, var _)) {
                    var group = groups.of(container);
                    var usage = group == null ? null : group.usage();
                    if (usage != null) {
                        readings.add(new Reading(pod, container, startedAt, clock.instant(), usage));
                    }
                }
            }
        }
        return List.copyOf(readings);
    }
}
