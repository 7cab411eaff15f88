package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Plans one step of a Deployment towards its template and size: ReplicaSets to create, change and delete, and the resulting status. The events that a step's
/// writes cause lead to the next step.
final class DeploymentPlan {

    private final Rollout rollout;
    private final List<Pod> pods;
    private final Instant now;

    // the sets that change, as they will be, by name
    private final Map<String, ReplicaSet> changed = new LinkedHashMap<>();
    private final List<Write> creations = new ArrayList<>();
    private final List<Write> deletions = new ArrayList<>();
    private final List<Write> events = new ArrayList<>();

    private DeploymentPlan(Rollout rollout, List<Pod> pods, Instant now) {
        this.rollout = rollout;
        this.pods = pods;
        this.now = now;
    }

    /// @param pods the pods of all ReplicaSets of the deployment
    static Plan of(Rollout rollout, List<Pod> pods, Instant now) {
        return new DeploymentPlan(rollout, pods, now).plan();
    }

    /// The status where the server refused the new ReplicaSet.
    static Plan refused(Rollout rollout, List<Pod> pods, String message, Instant now) {
        return new DeploymentStatuses(rollout, pods, message, false, now).plan();
    }

    private Plan plan() {
        var deployment = rollout.deployment();
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            return new DeploymentStatuses(rollout, pods, null, false, now).plan();
        }
        var next = rollout;
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            Scaling.proportionally(rollout, this::scale);
        } else {
            next = ensureCurrent();
            if (isScalingEvent(next)) {
                Scaling.proportionally(next, this::scale);
            } else if (next.isRollingUpdate()) {
                new RollingUpdate(next, this::scale).step();
            } else {
                recreate(next);
            }
        }
        var after = planned(next);
        if (DeploymentStatuses.isComplete(after)) {
            cleanUp(after);
        }
        return assemble(after);
    }

    private Plan assemble(Rollout after) {
        var draft = new Plan.Draft();
        creations.forEach(draft::add);
        changed.values().stream().filter(set -> set.getMetadata().getResourceVersion() != null).forEach(set -> draft.add(new Write.Update(set)));
        deletions.forEach(draft::add);
        events.forEach(draft::add);
        var status = new DeploymentStatuses(after, pods, null, after.deployment() != rollout.deployment(), now).plan();
        status.writes().forEach(draft::add);
        if (status.lookAgain() != null) {
            draft.lookAgain(status.lookAgain());
        }
        return draft.plan();
    }

    /// The rollout with the sets as the plan leaves them.
    private Rollout planned(Rollout next) {
        return new Rollout(next.deployment(), next.current() == null ? null : planned(next.current()), next.old().stream().map(this::planned).toList());
    }

    private ReplicaSet planned(ReplicaSet set) {
        return changed.getOrDefault(set.getMetadata().getName(), set);
    }

    private ReplicaSet change(ReplicaSet set) {
        return changed.computeIfAbsent(set.getMetadata().getName(), name -> Json.copy(set));
    }

    /// Makes the ReplicaSet of the current template, or brings its annotations up to date.
    private Rollout ensureCurrent() {
        long revision = rollout.old().stream().mapToLong(Annotations::revision).max().orElse(0) + 1;
        var current = rollout.current() == null ? create(revision) : annotate(rollout.current(), revision);
        return new Rollout(withRevision(Annotations.revision(current)), current, rollout.old());
    }

    private ReplicaSet annotate(ReplicaSet current, long revision) {
        var annotations = Annotations.forSet(rollout, Annotations.of(current), revision);
        annotations.put(Annotations.DESIRED_REPLICAS, Annotations.of(current).getOrDefault(Annotations.DESIRED_REPLICAS, Integer.toString(rollout.replicas())));
        annotations.put(Annotations.MAX_REPLICAS, Annotations.of(current).getOrDefault(Annotations.MAX_REPLICAS, annotations.get(Annotations.MAX_REPLICAS)));
        var minReady = rollout.deployment().getSpec().getMinReadySeconds();
        if (annotations.equals(Annotations.of(current)) && Objects.equals(current.getSpec().getMinReadySeconds(), minReady)) {
            return current;
        }
        var next = change(current);
        next.getMetadata().setAnnotations(annotations);
        next.getSpec().setMinReadySeconds(minReady);
        return next;
    }

    private ReplicaSet create(long revision) {
        var deployment = rollout.deployment();
        var status = deployment.getStatus();
        var hash = TemplateHash.of(deployment.getSpec().getTemplate(), status == null ? null : status.getCollisionCount());
        var template = new PodTemplateSpecBuilder(deployment.getSpec().getTemplate()).editOrNewMetadata().addToLabels(TemplateHash.LABEL, hash).endMetadata().build();
        var selector = new LabelSelectorBuilder(deployment.getSpec().getSelector()).addToMatchLabels(TemplateHash.LABEL, hash).build();
        int size = RollingUpdate.firstSize(rollout);
        var set = new ReplicaSetBuilder()
                .withNewMetadata().withName(deployment.getMetadata().getName() + "-" + hash).withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels()).withAnnotations(Annotations.forSet(rollout, Map.of(), revision))
                .withOwnerReferences(Owners.controlledBy(deployment)).endMetadata()
                .withNewSpec().withReplicas(size).withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(selector).withTemplate(template).endSpec()
                .build();
        creations.add(new Write.Create(set));
        if (size > 0) {
            events.add(scaled("up", set, 0, size));
        }
        return set;
    }

    /// The revision is an annotation of the deployment; it is written with the status, since a change of the object would ask for another round.
    private Deployment withRevision(long revision) {
        var deployment = rollout.deployment();
        if (revision == 0 || Annotations.revision(deployment) == revision) {
            return deployment;
        }
        var copy = Json.copy(deployment);
        if (copy.getMetadata().getAnnotations() == null) {
            copy.getMetadata().setAnnotations(new LinkedHashMap<>());
        }
        copy.getMetadata().getAnnotations().put(Annotations.REVISION, Long.toString(revision));
        return copy;
    }

    /// `spec.replicas` was changed while a rollout is under way: all sets are scaled first, in proportion.
    private static boolean isScalingEvent(Rollout rollout) {
        return rollout.all().stream().filter(set -> set.getSpec().getReplicas() > 0)
                .anyMatch(set -> differs(Annotations.desiredReplicas(set), rollout.replicas()));
    }

    private static boolean differs(@Nullable Integer recorded, int wanted) {
        return recorded != null && recorded != wanted;
    }

    /// Plans the strategy Recreate: removes all old pods first, then creates the new ones.
    private void recreate(Rollout next) {
        var old = next.oldWithPods();
        old.forEach(set -> scale(set, 0));
        boolean oldRunning = pods.stream().anyMatch(pod -> !Pods.isTerminal(pod)
                && next.old().stream().anyMatch(set -> Owners.isControlledBy(pod, set)));
        if (old.isEmpty() && !oldRunning && next.current() != null) {
            scale(next.current(), next.replicas());
        }
    }

    /// Gives the set its new size, and notes what the deployment wanted at that time.
    private void scale(ReplicaSet set, int replicas) {
        int before = set.getSpec().getReplicas();
        var desired = Integer.toString(rollout.replicas());
        var max = Integer.toString(rollout.replicas() + rollout.maxSurge());
        var annotations = Annotations.of(set);
        if (before == replicas && desired.equals(annotations.get(Annotations.DESIRED_REPLICAS)) && max.equals(annotations.get(Annotations.MAX_REPLICAS))) {
            return;
        }
        var next = change(set);
        next.getSpec().setReplicas(replicas);
        if (next.getMetadata().getAnnotations() == null) {
            next.getMetadata().setAnnotations(new LinkedHashMap<>());
        }
        next.getMetadata().getAnnotations().put(Annotations.DESIRED_REPLICAS, desired);
        next.getMetadata().getAnnotations().put(Annotations.MAX_REPLICAS, max);
        if (before != replicas) {
            events.add(scaled(replicas > before ? "up" : "down", set, before, replicas));
        }
    }

    private Write scaled(String direction, ReplicaSet set, int from, int to) {
        return Write.normal(rollout.deployment(), "ScalingReplicaSet", "Scaled %s replica set %s from %d to %d".formatted(direction, set.getMetadata().getName(), from, to));
    }

    /// Deletes the oldest sets beyond the history that is to be kept.
    private void cleanUp(Rollout after) {
        var limit = after.deployment().getSpec().getRevisionHistoryLimit();
        var idle = after.old().stream()
                .filter(set -> set.getSpec().getReplicas() == 0 && Rollout.actual(set) == 0 && set.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparingLong(Annotations::revision)).toList();
        int surplus = limit == null ? 0 : Math.max(0, idle.size() - limit);
        idle.subList(0, surplus).forEach(set -> deletions.add(new Write.Delete(set)));
    }
}
