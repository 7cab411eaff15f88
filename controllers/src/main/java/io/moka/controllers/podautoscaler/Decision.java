package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The decision on the number of replicas of a target, and its computation, which is pure except that it adds to the history.
///
/// Follows the middle of upstream's `reconcileAutoscaler`.
///
/// @param replicas the number that the target should have
/// @param reason the reason for scaling, for the event
/// @param failure the failure to read the metrics, with which the target is not scaled; null if there is none
/// @param metrics the values that were read
/// @param arithmetic the computation of the number, a line for each step
record Decision(int replicas, String reason, @Nullable Failure failure, List<MetricStatus> metrics, List<String> arithmetic) {

    private static final int STANDARD_LEAST = 1;

    /// The reason and message why a metric gives no number of replicas.
    record Failure(String reason, String message) {
    }

    /// One metric's outcome.
    sealed interface Outcome {

        record Computed(Proposal proposal) implements Outcome {
        }

        record Failed(Failure failure) implements Outcome {
        }
    }

    /// Asked only where the metrics decide.
    interface Metrics {
        Outcome outcome(MetricSpec spec);
    }

    static int least(HorizontalPodAutoscaler autoscaler) {
        var least = autoscaler.getSpec().getMinReplicas();
        return least == null ? STANDARD_LEAST : least;
    }

    /// @param draft gets the conditions that tell how the decision came about
    static Decision of(HorizontalPodAutoscaler autoscaler, int current, Metrics metrics, ScalingHistory history, StatusDraft draft, Instant now) {
        var spec = autoscaler.getSpec();
        if (history.isEmpty()) {
            history.recommended(current, now, ScalingRules.down(autoscaler).window());
        }
        if (current == 0 && least(autoscaler) != 0) {
            draft.condition("ScalingActive", false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            return unmeasured(0, "", "the target has no replicas, which turns scaling off");
        }
        if (current > spec.getMaxReplicas()) {
            return unmeasured(spec.getMaxReplicas(), "Current number of replicas above Spec.MaxReplicas", "%d replicas are more than maxReplicas".formatted(current));
        }
        if (current < least(autoscaler)) {
            return unmeasured(least(autoscaler), "Current number of replicas below Spec.MinReplicas", "%d replicas are fewer than minReplicas".formatted(current));
        }
        return measured(autoscaler, current, metrics, history, draft, now);
    }

    private static Decision unmeasured(int replicas, String reason, String line) {
        return new Decision(replicas, reason, null, List.of(), List.of(line));
    }

    private static Decision measured(HorizontalPodAutoscaler autoscaler, int current, Metrics metrics, ScalingHistory history, StatusDraft draft, Instant now) {
        var specs = autoscaler.getSpec().getMetrics();
        var statuses = new ArrayList<MetricStatus>();
        var lines = new ArrayList<String>();
        Proposal largest = null;
        Failure first = null;
        int failed = 0;
        for (var spec : specs) {
            switch (metrics.outcome(spec)) {
                case Outcome.Computed(var proposal) -> {
                    statuses.add(proposal.status());
                    proposal.arithmetic().forEach(line -> lines.add(proposal.metric() + ": " + line));
                    largest = largest == null || proposal.replicas() > largest.replicas() ? proposal : largest;
                }
                case Outcome.Failed(var failure) -> {
                    failed++;
                    first = first == null ? failure : first;
                    lines.add(failure.message());
                }
            }
        }
        if (largest == null || first != null && largest.replicas() < current) {
            var why = first == null ? new Failure("FailedGetResourceMetric", "no metrics") : first;
            draft.condition("ScalingActive", false, why.reason(), "the HPA was unable to compute the replica count: " + why.message());
            var message = "invalid metrics (%d invalid out of %d), first error is: %s".formatted(failed, specs.size(), why.message());
            return new Decision(current, "", new Failure("FailedComputeMetricsReplicas", message), statuses, lines);
        }
        draft.condition("ScalingActive", true, "ValidMetricFound", "the HPA was able to successfully calculate a replica count from " + largest.metric());
        var reason = largest.replicas() > current ? largest.metric() + " above target" : "All metrics below target";
        var limits = new ScalingLimits(ScalingRules.up(autoscaler), ScalingRules.down(autoscaler), least(autoscaler), autoscaler.getSpec().getMaxReplicas());
        var limited = limits.apply(current, largest.replicas(), history, now);
        draft.condition("AbleToScale", true, limited.able().reason(), limited.able().message());
        draft.condition("ScalingLimited", limited.isLimited(), limited.limited().reason(), limited.limited().message());
        lines.addAll(limited.arithmetic());
        return new Decision(limited.replicas(), reason, null, statuses, lines);
    }
}
