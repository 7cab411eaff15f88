package io.moka.kubelet.stats;

import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ContainerState;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the cgroups of running containers and of their pods, once for each: a container keeps its group for as long as it runs. A group that is known is found anew when the
/// limits of its containers change, as [Cgroup] reads limits seldom. Safe for any number of threads.
final class LiveGroups {

    private static final Logger log = LoggerFactory.getLogger(LiveGroups.class);

    /// @param limits of the containers in the group
    private record Known(int pid, List<ContainerSpec.Limits> limits, Cgroup group) {
    }

    // by the container's or sandbox's id; those of pods by the pod's uid
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// Returns the group of a container, or null if it does not run.
    @Nullable Cgroup of(ContainerRecord record) {
        return record.state() instanceof ContainerState.Running(var _, int pid) ? find(record.id(), pid, List.of(record.limits()), UnaryOperator.identity()) : null;
    }

    /// Returns the pod's own group, which holds those of its containers, or null where the engine made none.
    @Nullable Cgroup of(PodView view) {
        var sandbox = view.sandbox();
        if (sandbox == null || !(sandbox.state() instanceof ContainerState.Running(var _, int pid))) {
            return null;
        }
        var uid = view.pod().getMetadata().getUid();
        var group = find(uid, pid, view.containers().stream().map(ContainerRecord::limits).toList(), CgroupDirectories::parent);
        return group == null || !group.name().contains("pod" + uid.replace('-', '_')) && !group.name().contains("pod" + uid) ? null : group;
    }

    /// @param choice returns the group's directories, given those of the process' own group
    private @Nullable Cgroup find(String id, int pid, List<ContainerSpec.Limits> limits, UnaryOperator<CgroupDirectories> choice) {
        var last = known.get(id);
        if (last != null && last.pid == pid && last.limits.equals(limits)) {
            return last.group;
        }
        var own = directories(pid);
        if (own == null) {
            return null;
        }
        var group = Cgroup.of(choice.apply(own));
        known.put(id, new Known(pid, limits, group));
        return group;
    }

    /// Returns the directories of the cgroup that the process is in, or null if the process is gone.
    private static @Nullable CgroupDirectories directories(int pid) {
        try {
            return CgroupDirectories.of(pid);
        } catch (IOException e) {
            log.debug("the cgroup of {} is not known: {}", pid, e.getMessage());
            return null;
        }
    }

    /// Forgets all groups but those of these pods.
    void retain(Collection<PodView> pods) {
        known.keySet().retainAll(pods.stream().flatMap(LiveGroups::ids).collect(Collectors.toSet()));
    }

    private static Stream<String> ids(PodView view) {
        return Stream.concat(Stream.of(view.pod().getMetadata().getUid()), Stream.concat(view.containers().stream(), Stream.ofNullable(view.sandbox())).map(ContainerRecord::id));
    }
}
