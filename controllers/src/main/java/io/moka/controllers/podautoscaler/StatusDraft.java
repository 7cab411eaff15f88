package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerConditionBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The next status of an autoscaler, under construction. A condition keeps its time of transition while its status stays.
final class StatusDraft {

    private final HorizontalPodAutoscaler autoscaler;
    private final HorizontalPodAutoscalerStatus status;
    private final Instant now;

    StatusDraft(HorizontalPodAutoscaler autoscaler, Instant now) {
        this.autoscaler = autoscaler;
        this.now = now;
        this.status = autoscaler.getStatus() == null ? new HorizontalPodAutoscalerStatus() : new HorizontalPodAutoscalerStatusBuilder(autoscaler.getStatus()).build();
        status.setObservedGeneration(autoscaler.getMetadata().getGeneration());
    }

    void condition(String type, boolean holds, String reason, String message) {
        var conditions = new ArrayList<>(status.getConditions());
        var value = holds ? "True" : "False";
        var before = conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst().orElse(null);
        var changed = before == null || !before.getStatus().equals(value) ? Times.format(now) : before.getLastTransitionTime();
        var next = new HorizontalPodAutoscalerConditionBuilder().withType(type).withStatus(value).withReason(reason).withMessage(message).withLastTransitionTime(changed).build();
        replace(conditions, before, next);
        status.setConditions(conditions);
    }

    private static void replace(List<HorizontalPodAutoscalerCondition> conditions, @Nullable HorizontalPodAutoscalerCondition before, HorizontalPodAutoscalerCondition next) {
        int at = conditions.indexOf(before);
        if (at < 0) {
            conditions.add(next);
        } else {
            conditions.set(at, next);
        }
    }

    void replicas(int current, int desired) {
        status.setCurrentReplicas(current);
        status.setDesiredReplicas(desired);
    }

    void metrics(List<MetricStatus> metrics) {
        status.setCurrentMetrics(metrics);
    }

    void scaled() {
        status.setLastScaleTime(Times.format(now));
    }

    boolean isNews() {
        return !status.equals(autoscaler.getStatus());
    }

    HorizontalPodAutoscaler build() {
        return new HorizontalPodAutoscalerBuilder(autoscaler).withStatus(status).build();
    }
}
