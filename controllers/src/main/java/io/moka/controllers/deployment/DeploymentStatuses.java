package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.controllers.podowner.PodTrouble;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Computes the status of a Deployment: the numbers of replicas, and the conditions Available, Progressing and ReplicaFailure.
final class DeploymentStatuses {

    private final Rollout rollout;
    private final List<Pod> pods;
    private final @Nullable String failure;
    private final boolean annotated;
    private final Instant now;

    /// @param failure why the new ReplicaSet was refused
    /// @param annotated whether the deployment has an annotation that is to be written with the status
    DeploymentStatuses(Rollout rollout, List<Pod> pods, @Nullable String failure, boolean annotated, Instant now) {
        this.rollout = rollout;
        this.annotated = annotated;
        this.pods = pods;
        this.failure = failure;
        this.now = now;
    }

    /// Returns the write of the status if it differs, and the progress deadline while one is running.
    Plan plan() {
        var deployment = rollout.deployment();
        var draft = new Plan.Draft();
        var status = statusOf();
        if (!Json.tree(status).equals(Json.tree(deployment.getStatus())) || annotated) {
            var changed = Json.copy(deployment);
            changed.setStatus(status);
            draft.add(new Write.UpdateStatus(changed));
        }
        var deadline = deadline(status);
        return (deadline == null ? draft : draft.lookAgain(deadline)).plan();
    }

    static boolean isComplete(Rollout rollout) {
        var current = rollout.current();
        int wanted = rollout.replicas();
        return current != null && Rollout.actual(current) == wanted && Rollout.available(current) == wanted && current.getSpec().getReplicas() == wanted
                && rollout.old().stream().allMatch(set -> Rollout.actual(set) == 0 && set.getSpec().getReplicas() == 0)
                && current.getStatus() != null && Objects.equals(current.getStatus().getObservedGeneration(), current.getMetadata().getGeneration());
    }

    private DeploymentStatus statusOf() {
        int total = rollout.all().stream().mapToInt(Rollout::actual).sum();
        int ready = rollout.all().stream().mapToInt(Rollout::ready).sum();
        int available = rollout.availablePods();
        int updated = rollout.current() == null ? 0 : Rollout.actual(rollout.current());
        int unavailable = Math.max(0, Math.max(total, rollout.desiredPods()) - available);
        var before = rollout.deployment().getStatus();
        return new DeploymentStatusBuilder()
                .withObservedGeneration(rollout.deployment().getMetadata().getGeneration())
                .withReplicas(Counts.positive(total)).withUpdatedReplicas(Counts.positive(updated)).withReadyReplicas(Counts.positive(ready))
                .withAvailableReplicas(Counts.positive(available)).withUnavailableReplicas(Counts.positive(unavailable))
                .withCollisionCount(before == null ? null : before.getCollisionCount())
                .withTerminatingReplicas(rollout.all().stream().mapToInt(Rollout::terminating).sum())
                .withConditions(conditions(progressed(before, total, updated, ready, available)))
                .build();
    }

    private static boolean progressed(@Nullable DeploymentStatus before, int total, int updated, int ready, int available) {
        return before == null || updated > Counts.number(before.getUpdatedReplicas()) || ready > Counts.number(before.getReadyReplicas())
                || available > Counts.number(before.getAvailableReplicas()) || total - updated < Counts.number(before.getReplicas()) - Counts.number(before.getUpdatedReplicas());
    }

    private List<DeploymentCondition> conditions(boolean progressed) {
        var conditions = new ArrayList<DeploymentCondition>();
        boolean available = rollout.availablePods() >= rollout.replicas() - rollout.maxUnavailable();
        conditions.add(condition("Available", available ? "True" : "False", available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", false));
        if (rollout.deployment().getSpec().getProgressDeadlineSeconds() != null) {
            conditions.add(progressing(progressed));
        }
        if (failure != null) {
            // the first message stays while creating fails: the next may differ in a name or a time alone
            var before = present("ReplicaFailure");
            conditions.add(before != null ? before : condition("ReplicaFailure", "True", "FailedCreate", failure, false));
        }
        return conditions;
    }

    private DeploymentCondition progressing(boolean progressed) {
        var name = rollout.deployment().getMetadata().getName();
        if (Boolean.TRUE.equals(rollout.deployment().getSpec().getPaused())) {
            return condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", false);
        }
        if (isComplete(rollout)) {
            return condition("Progressing", "True", "NewReplicaSetAvailable",
                    "ReplicaSet \"" + setName() + "\" has successfully progressed.", false);
        }
        var before = present("Progressing");
        if (rollout.current() == null) {
            return before != null ? before : condition("Progressing", "True", "NewReplicaSetCreated", "Created new replica set for " + name, true);
        }
        if (before == null || before.getReason().equals("NewReplicaSetAvailable") || before.getReason().equals("DeploymentPaused")) {
            return condition("Progressing", "True", before == null ? "NewReplicaSetCreated" : "ReplicaSetUpdated",
                    before == null ? "Created new replica set \"" + setName() + "\"" : "ReplicaSet \"" + setName() + "\" is progressing.", true);
        }
        if (progressed) {
            return condition("Progressing", "True", "ReplicaSetUpdated", "ReplicaSet \"" + setName() + "\" is progressing.", true);
        }
        boolean told = before.getReason().equals("ProgressDeadlineExceeded");
        return !told && isOverdue(before)
                ? condition("Progressing", "False", "ProgressDeadlineExceeded", "ReplicaSet \"" + setName() + "\" has timed out progressing." + trouble(), false)
                : before;
    }

    /// Returns which pod of the new set blocks the roll-out, and why: added once to upstream's message, when the deadline has passed.
    private String trouble() {
        var current = rollout.current();
        return current == null ? "" : pods.stream().filter(pod -> Owners.isControlledBy(pod, current) && Pods.isActive(pod) && !Pods.isReady(pod))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .map(pod -> " Pod \"" + pod.getMetadata().getName() + "\": " + PodTrouble.of(pod) + ".").findFirst().orElse("");
    }

    private boolean isOverdue(DeploymentCondition progressing) {
        return !deadlineOf(progressing).isAfter(now);
    }

    private Instant deadlineOf(DeploymentCondition progressing) {
        var since = Times.parse(progressing.getLastUpdateTime());
        int seconds = rollout.deployment().getSpec().getProgressDeadlineSeconds();
        return since == null ? Instant.MAX : since.plusSeconds(seconds);
    }

    private @Nullable Instant deadline(DeploymentStatus status) {
        if (rollout.deployment().getSpec().getProgressDeadlineSeconds() == null || isComplete(rollout)) {
            return null;
        }
        for (var condition : status.getConditions()) {
            if (condition.getType().equals("Progressing") && condition.getStatus().equals("True")) {
                var deadline = deadlineOf(condition);
                return deadline.equals(Instant.MAX) ? null : deadline;
            }
        }
        return null;
    }

    private String setName() {
        return rollout.current() == null ? "" : rollout.current().getMetadata().getName();
    }

    private @Nullable DeploymentCondition present(String type) {
        var status = rollout.deployment().getStatus();
        return status == null ? null : status.getConditions().stream().filter(c -> c.getType().equals(type)).findFirst().orElse(null);
    }

    /// Keeps what is there if it says the same, unless the moment itself is news.
    private DeploymentCondition condition(String type, String status, String reason, String message, boolean touch) {
        var before = present(type);
        if (before != null && !touch && before.getStatus().equals(status) && before.getReason().equals(reason) && before.getMessage().equals(message)) {
            return before;
        }
        var time = Times.format(now);
        boolean sameStatus = before != null && before.getStatus().equals(status);
        return new DeploymentConditionBuilder().withType(type).withStatus(status).withReason(reason).withMessage(message)
                .withLastUpdateTime(time).withLastTransitionTime(sameStatus ? before.getLastTransitionTime() : time).build();
    }
}
