package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.moka.kubelet.cgroup.Qos;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Computes a pod's API status from its containers. Follows upstream's `generateAPIPodStatus` and `getPhase`.
public final class PodStatuses {

    private static final String DISRUPTION = "DisruptionTarget";

    private PodStatuses() {
    }

    /// The kubelet's own decision that the pod has failed, whatever its containers say.
    ///
    /// @param disrupts whether the node took the pod's place away, for which its condition `DisruptionTarget` is set
    public record Failure(String reason, String message, boolean disrupts) {

        public Failure(String reason, String message) {
            this(reason, message, false);
        }
    }

    /// @param startTime when this kubelet first saw the pod
    /// @param over whether no container will ever run again
    public record Context(Map<String, Waiting> waiting, @Nullable Failure failure, ResizeVerdict resize, List<PodCondition> before, Instant startTime, Instant now, boolean over) {
    }

    public static PodStatus of(PodView view, Context context) {
        if (context.failure != null && view.containers().isEmpty()) {
            return rejected(view, context);
        }
        var statuses = new ContainerStatuses(view, context.waiting);
        var inits = statuses.ofInit();
        var mains = statuses.ofMain();
        var phase = context.failure != null && !view.anyRunning() ? "Failed" : phase(view, inits, mains, context.over);
        var ips = view.podIps();
        var conditions = new PodConditions(context.before, view.pod().getMetadata().getGeneration(), Times.format(context.now)).of(view.pod(), phase, view.sandbox() != null, inits, mains, context.resize);
        if (context.failure != null && context.failure.disrupts()) {
            conditions.add(disruption(context));
        }
        return new PodStatusBuilder()
                .withObservedGeneration(view.pod().getMetadata().getGeneration()).withPhase(phase).withConditions(conditions)
                .withReason(context.failure == null ? null : context.failure.reason())
                .withMessage(context.failure == null ? null : context.failure.message())
                .withHostIP(view.hostIp()).withHostIPs(new HostIP(view.hostIp()))
                .withPodIP(ips.isEmpty() ? null : ips.getFirst()).withPodIPs(ips.stream().map(PodIP::new).toList())
                .withStartTime(Times.format(context.startTime)).withQosClass(Qos.of(view.pod()).apiName())
                .withInitContainerStatuses(inits).withContainerStatuses(mains).withEphemeralContainerStatuses(statuses.ofEphemeral())
                .build();
    }

    private static PodCondition disruption(Context context) {
        var known = context.before.stream().filter(condition -> condition.getType().equals(DISRUPTION) && "True".equals(condition.getStatus())).findFirst();
        return new PodConditionBuilder().withType(DISRUPTION).withStatus("True").withReason("TerminationByKubelet").withMessage(Objects.requireNonNull(context.failure).message())
                .withLastTransitionTime(known.map(PodCondition::getLastTransitionTime).orElse(Times.format(context.now))).build();
    }

    /// A pod that was never let in has no containers to speak of.
    private static PodStatus rejected(PodView view, Context context) {
        var failure = Objects.requireNonNull(context.failure);
        return new PodStatusBuilder().withObservedGeneration(view.pod().getMetadata().getGeneration()).withPhase("Failed").withReason(failure.reason()).withMessage(failure.message())
                .withConditions(context.before).withStartTime(Times.format(context.startTime)).withQosClass(Qos.of(view.pod()).apiName()).build();
    }

    private static String phase(PodView view, List<ContainerStatus> inits, List<ContainerStatus> mains, boolean over) {
        boolean initFailed = false;
        boolean initPending = false;
        for (int i = 0; i < inits.size(); i++) {
            var status = inits.get(i);
            var init = view.pod().getSpec().getInitContainers().get(i);
            if (PodView.isSidecar(init)) {
                initPending |= !Boolean.TRUE.equals(status.getStarted());
            } else if (!Boolean.TRUE.equals(status.getReady())) {
                var end = status.getState().getTerminated();
                initFailed |= end != null && !RestartRules.restarts(view.pod(), init, end.getExitCode());
                initPending = true;
            }
        }
        if (initFailed && !view.anyRunning()) {
            return "Failed";
        }
        boolean everStarted = mains.stream().anyMatch(PodStatuses::hasRun);
        if (initPending && !everStarted || mains.stream().anyMatch(status -> !hasRun(status))) {
            return over ? "Failed" : "Pending";
        }
        if (!over || mains.stream().anyMatch(status -> status.getState().getRunning() != null)) {
            return "Running";
        }
        return mains.stream().allMatch(PodStatuses::succeeded) ? "Succeeded" : "Failed";
    }

    private static boolean hasRun(ContainerStatus status) {
        return status.getState().getRunning() != null || status.getState().getTerminated() != null
                || status.getLastState() != null && status.getLastState().getTerminated() != null;
    }

    private static boolean succeeded(ContainerStatus status) {
        return Stream.of(status.getState(), status.getLastState()).filter(state -> state != null && state.getTerminated() != null)
                .findFirst().map(state -> state.getTerminated().getExitCode() == 0).orElse(false);
    }
}
