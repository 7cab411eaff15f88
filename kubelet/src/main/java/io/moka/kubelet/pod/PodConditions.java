package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes the pod's conditions. A condition whose status is unchanged keeps its transition time.
final class PodConditions {

    private final List<PodCondition> before;
    private final @Nullable Long generation;
    private final String now;

    /// @param before the conditions that were last known
    /// @param generation the generation of the pod to which the conditions refer
    PodConditions(List<PodCondition> before, @Nullable Long generation, String now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    private record Verdict(boolean holds, @Nullable String reason, @Nullable String message) {

        static final Verdict YES = new Verdict(true, null, null);
    }

    /// Returns the conditions in upstream's order, without those that other components set (readiness gates).
    List<PodCondition> of(Pod pod, String phase, boolean hasSandbox, List<ContainerStatus> inits, List<ContainerStatus> mains, ResizeVerdict resize) {
        var ready = containersReady(phase, mains);
        var conditions = new ArrayList<PodCondition>();
        conditions.add(condition("PodReadyToStartContainers", new Verdict(hasSandbox, null, null)));
        conditions.add(condition("Initialized", initialized(pod, phase, inits)));
        conditions.add(condition("Ready", gated(pod, ready)));
        conditions.add(condition("ContainersReady", ready));
        conditions.add(condition("PodScheduled", Verdict.YES));
        switch (resize) {
            case ResizeVerdict.Fits() -> { }
            case ResizeVerdict.Pending(var reason, var message) -> conditions.add(condition("PodResizePending", new Verdict(true, reason, message)));
            case ResizeVerdict.Failed(var message) -> conditions.add(condition("PodResizeInProgress", new Verdict(true, "Error", message)));
        }
        return conditions;
    }

    private static Verdict initialized(Pod pod, String phase, List<ContainerStatus> inits) {
        if (phase.equals("Succeeded")) {
            return new Verdict(true, "PodCompleted", null);
        }
        var incomplete = new ArrayList<String>();
        for (int i = 0; i < inits.size(); i++) {
            var status = inits.get(i);
            boolean sidecar = PodView.isSidecar(pod.getSpec().getInitContainers().get(i));
            if (sidecar ? !Boolean.TRUE.equals(status.getStarted()) : !Boolean.TRUE.equals(status.getReady())) {
                incomplete.add(status.getName());
            }
        }
        return incomplete.isEmpty() ? Verdict.YES
                : new Verdict(false, "ContainersNotInitialized", "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private static Verdict containersReady(String phase, List<ContainerStatus> mains) {
        if (phase.equals("Succeeded")) {
            return new Verdict(false, "PodCompleted", null);
        }
        if (phase.equals("Failed")) {
            return new Verdict(false, "PodFailed", null);
        }
        var unready = mains.stream().filter(status -> !Boolean.TRUE.equals(status.getReady())).map(ContainerStatus::getName).toList();
        return unready.isEmpty() ? Verdict.YES
                : new Verdict(false, "ContainersNotReady", "containers with unready status: [" + String.join(" ", unready) + "]");
    }

    private static Verdict gated(Pod pod, Verdict containers) {
        if (!containers.holds) {
            return containers;
        }
        for (var gate : pod.getSpec().getReadinessGates()) {
            var condition = Pods.condition(pod, gate.getConditionType());
            if (condition == null || !"True".equals(condition.getStatus())) {
                return new Verdict(false, "ReadinessGatesNotReady", condition == null
                        ? "corresponding condition of pod readiness gate \"" + gate.getConditionType() + "\" does not exist."
                        : "the status of pod readiness gate \"" + gate.getConditionType() + "\" is not \"True\", but " + condition.getStatus());
            }
        }
        return containers;
    }

    private PodCondition condition(String type, Verdict verdict) {
        var status = verdict.holds ? "True" : "False";
        var known = find(type);
        boolean same = known != null && status.equals(known.getStatus()) && known.getLastTransitionTime() != null;
        return new PodConditionBuilder().withType(type).withStatus(status).withReason(verdict.reason).withMessage(verdict.message).withObservedGeneration(generation)
                .withLastTransitionTime(same ? known.getLastTransitionTime() : now).build();
    }

    private @Nullable PodCondition find(String type) {
        return before.stream().filter(condition -> condition.getType().equals(type)).findFirst().orElse(null);
    }
}
