package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec.Limits;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Gives a pod and its running containers the resources that its spec requests now. Used by the pod's worker alone.
///
/// Follows upstream's in-place resize: the node checks whether there is room, then the engine changes the limits, unless the container's
/// resize policy asks for a restart.
final class PodResize {

    private final NodeServices services;
    /// The limits last given to each instance, by its id; without them, an engine that rounds limits would be asked again and again.
    private final Map<String, Limits> given = new HashMap<>();
    private ResizeVerdict verdict = ResizeVerdict.FITS;

    PodResize(NodeServices services) {
        this.services = services;
    }

    ResizeVerdict verdict() {
        return verdict;
    }

    /// A container whose limits differ from those of its spec.
    private record Wish(Container container, ContainerRecord record, Limits limits) {
    }

    /// Changes the limits of the running containers as far as there is room.
    ///
    /// @return the containers that have to be restarted for it
    List<PodPlan.Kill> apply(PodView view, PodContainers containers) {
        var wishes = wishes(view);
        verdict = services.admission().resize(view.pod());
        if (!(verdict instanceof ResizeVerdict.Fits)) {
            return List.of();
        }
        ofWhole(view, services.cgroups()::raise);
        var restarts = new ArrayList<PodPlan.Kill>();
        for (var wish : wishes) {
            if (restarts(wish)) {
                restarts.add(new PodPlan.Kill(wish.record, "Container " + wish.record.name() + " resize requires restart", null));
            } else {
                update(view.pod(), wish, containers);
            }
        }
        ofWhole(view, services.cgroups()::limit);
        return restarts;
    }

    /// Changes the pod's own cgroup, which has its limits already unless the pod has changed or this kubelet has just started.
    private static void ofWhole(PodView view, ObjIntConsumer<Pod> change) {
        var sandbox = view.sandbox();
        if (sandbox != null && sandbox.state() instanceof ContainerState.Running(var startedAt, int pid)) {
            change.accept(view.pod(), pid);
        }
    }

    private void update(Pod pod, Wish wish, PodContainers containers) {
        try {
            services.runtime().update(wish.record.id(), wish.limits);
            given.put(wish.record.id(), wish.limits);
            containers.refresh(pod, List.of(wish.record.id()));
            services.events().normal(pod, wish.record.name(), "ResizeCompleted", "Pod resize completed: container " + wish.record.name());
        } catch (RuntimeFailure e) {
            verdict = new ResizeVerdict.Failed(String.valueOf(e.getMessage()));
            services.events().warning(pod, wish.record.name(), "ResizeError", "Pod resize error: " + e.getMessage());
        }
    }

    private List<Wish> wishes(PodView view) {
        given.keySet().retainAll(view.containers().stream().map(ContainerRecord::id).toList());
        var spec = view.pod().getSpec();
        var wishes = new ArrayList<Wish>();
        for (var container : Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream().filter(PodView::isSidecar)).toList()) {
            var latest = view.latest(container.getName());
            var limits = ContainerSpecs.limits(container);
            if (latest != null && latest.isRunning() && !limits.equals(latest.limits()) && !limits.equals(given.get(latest.id()))) {
                wishes.add(new Wish(container, latest, limits));
            }
        }
        return wishes;
    }

    private static boolean restarts(Wish wish) {
        var now = wish.record.limits();
        boolean cpu = now.cpuShares() != wish.limits.cpuShares() || now.cpuQuotaMicros() != wish.limits.cpuQuotaMicros();
        boolean memory = now.memoryBytes() != wish.limits.memoryBytes();
        return wish.container.getResizePolicy().stream().filter(policy -> "RestartContainer".equals(policy.getRestartPolicy()))
                .anyMatch(policy -> policy.getResourceName().equals("cpu") ? cpu : memory);
    }

    /// Whether the instance has the limits of its container's spec.
    static boolean isDone(Container container, @Nullable ContainerRecord record) {
        return record != null && ContainerSpecs.limits(container).equals(record.limits());
    }
}
