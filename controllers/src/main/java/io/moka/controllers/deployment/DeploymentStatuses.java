package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes how far a Deployment is: numbers, and the conditions Available, Progressing and ReplicaFailure.
final class DeploymentStatuses {

    private final Resources<Deployment> deployments;
    private final InstantSource clock;

    DeploymentStatuses(ControllerContext context) {
        this.deployments = context.client().resources(Deployment.class);
        this.clock = context.clock();
    }

    /// Returns when to look again: at the progress deadline, while there is one to miss.
    Outcome update(Rollout rollout, @Nullable ApiException failure) {
        var deployment = rollout.deployment();
        var status = statusOf(rollout, failure);
        if (!status.equals(deployment.getStatus())) {
            var changed = Json.copy(deployment);
            changed.setStatus(status);
            deployments.updateStatus(changed);
        }
        return deadline(rollout, status);
    }

    static boolean isComplete(Rollout rollout) {
        var current = rollout.current();
        int wanted = rollout.replicas();
        return current != null && Rollout.actual(current) == wanted && Rollout.available(current) == wanted && current.getSpec().getReplicas() == wanted
                && rollout.old().stream().allMatch(set -> Rollout.actual(set) == 0 && set.getSpec().getReplicas() == 0)
                && Objects.equals(current.getStatus().getObservedGeneration(), current.getMetadata().getGeneration());
    }

    private DeploymentStatus statusOf(Rollout rollout, @Nullable ApiException failure) {
        int total = rollout.all().stream().mapToInt(Rollout::actual).sum();
        int ready = rollout.all().stream().mapToInt(Rollout::ready).sum();
        int available = rollout.availablePods();
        int updated = rollout.current() == null ? 0 : Rollout.actual(rollout.current());
        int unavailable = Math.max(0, Math.max(total, rollout.desiredPods()) - available);
        var before = rollout.deployment().getStatus();
        return new DeploymentStatusBuilder()
                .withObservedGeneration(rollout.deployment().getMetadata().getGeneration())
                .withReplicas(positive(total)).withUpdatedReplicas(positive(updated)).withReadyReplicas(positive(ready))
                .withAvailableReplicas(positive(available)).withUnavailableReplicas(positive(unavailable))
                .withCollisionCount(before == null ? null : before.getCollisionCount())
                .withConditions(conditions(rollout, failure, progressed(before, total, updated, ready, available)))
                .build();
    }

    private static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    private static boolean progressed(@Nullable DeploymentStatus before, int total, int updated, int ready, int available) {
        return before == null || updated > number(before.getUpdatedReplicas()) || ready > number(before.getReadyReplicas())
                || available > number(before.getAvailableReplicas()) || total - updated < number(before.getReplicas()) - number(before.getUpdatedReplicas());
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private List<DeploymentCondition> conditions(Rollout rollout, @Nullable ApiException failure, boolean progressed) {
        var conditions = new ArrayList<DeploymentCondition>();
        boolean available = rollout.availablePods() >= rollout.replicas() - rollout.maxUnavailable();
        conditions.add(condition(rollout, "Available", available ? "True" : "False", available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", false));
        if (rollout.deployment().getSpec().getProgressDeadlineSeconds() != null) {
            conditions.add(progressing(rollout, progressed));
        }
        if (failure != null) {
            conditions.add(condition(rollout, "ReplicaFailure", "True", "FailedCreate", failure.getMessage(), false));
        }
        return conditions;
    }

    private DeploymentCondition progressing(Rollout rollout, boolean progressed) {
        var name = rollout.deployment().getMetadata().getName();
        if (Boolean.TRUE.equals(rollout.deployment().getSpec().getPaused())) {
            return condition(rollout, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", false);
        }
        if (isComplete(rollout)) {
            return condition(rollout, "Progressing", "True", "NewReplicaSetAvailable",
                    "ReplicaSet \"" + setName(rollout) + "\" has successfully progressed.", false);
        }
        var before = present(rollout, "Progressing");
        if (rollout.current() == null) {
            return before != null ? before : condition(rollout, "Progressing", "True", "NewReplicaSetCreated", "Created new replica set for " + name, true);
        }
        if (before == null || before.getReason().equals("NewReplicaSetAvailable") || before.getReason().equals("DeploymentPaused")) {
            return condition(rollout, "Progressing", "True", before == null ? "NewReplicaSetCreated" : "ReplicaSetUpdated",
                    before == null ? "Created new replica set \"" + setName(rollout) + "\"" : "ReplicaSet \"" + setName(rollout) + "\" is progressing.", true);
        }
        if (progressed) {
            return condition(rollout, "Progressing", "True", "ReplicaSetUpdated", "ReplicaSet \"" + setName(rollout) + "\" is progressing.", true);
        }
        return isOverdue(rollout, before)
                ? condition(rollout, "Progressing", "False", "ProgressDeadlineExceeded", "ReplicaSet \"" + setName(rollout) + "\" has timed out progressing.", false)
                : before;
    }

    private boolean isOverdue(Rollout rollout, DeploymentCondition progressing) {
        return !deadlineOf(rollout, progressing).isAfter(clock.instant());
    }

    private static Instant deadlineOf(Rollout rollout, DeploymentCondition progressing) {
        var since = Times.parse(progressing.getLastUpdateTime());
        int seconds = rollout.deployment().getSpec().getProgressDeadlineSeconds();
        return since == null ? Instant.MAX : since.plusSeconds(seconds);
    }

    private Outcome deadline(Rollout rollout, DeploymentStatus status) {
        if (rollout.deployment().getSpec().getProgressDeadlineSeconds() == null || isComplete(rollout)) {
            return Outcome.DONE;
        }
        for (var condition : status.getConditions()) {
            if (condition.getType().equals("Progressing") && condition.getStatus().equals("True")) {
                var left = Duration.between(clock.instant(), deadlineOf(rollout, condition));
                return Outcome.requeueAfter(left.isNegative() ? Duration.ofSeconds(1) : left.plusSeconds(1));
            }
        }
        return Outcome.DONE;
    }

    private static String setName(Rollout rollout) {
        return rollout.current() == null ? "" : rollout.current().getMetadata().getName();
    }

    private static @Nullable DeploymentCondition present(Rollout rollout, String type) {
        var status = rollout.deployment().getStatus();
        return status == null ? null : status.getConditions().stream().filter(c -> c.getType().equals(type)).findFirst().orElse(null);
    }

    /// Keeps what is there if it says the same, unless the moment itself is news.
    private DeploymentCondition condition(Rollout rollout, String type, String status, String reason, String message, boolean touch) {
        var before = present(rollout, type);
        if (before != null && !touch && before.getStatus().equals(status) && before.getReason().equals(reason) && before.getMessage().equals(message)) {
            return before;
        }
        var now = Times.format(clock.instant());
        boolean sameStatus = before != null && before.getStatus().equals(status);
        return new DeploymentConditionBuilder().withType(type).withStatus(status).withReason(reason).withMessage(message)
                .withLastUpdateTime(now).withLastTransitionTime(sameStatus ? before.getLastTransitionTime() : now).build();
    }
}
