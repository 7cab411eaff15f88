package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Reads and writes the ReplicaSets of Deployments.
final class ReplicaSets {

    /// What came of making sure that the current template has its ReplicaSet.
    sealed interface Current {
        record Present(Rollout rollout) implements Current {
        }

        /// Another template has the same hash; the deployment now counts one collision more and will be called again.
        record Collided() implements Current {
        }

        record Refused(ApiException reason) implements Current {
        }
    }

    private final Lister<ReplicaSet> lister;
    private final Resources<ReplicaSet> sets;
    private final Resources<Deployment> deployments;
    private final EventRecorder events;

    // the newest state of what this process has written itself, until the cache shows it
    private final Map<String, ReplicaSet> written = new ConcurrentHashMap<>();

    ReplicaSets(ControllerContext context) {
        var informer = context.informers().of(ReplicaSet.class);
        this.lister = informer.lister();
        informer.addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                written.remove(before.getMetadata().getUid());
            }
        }));
        this.sets = context.client().resources(ReplicaSet.class);
        this.deployments = context.client().resources(Deployment.class);
        this.events = context.events().apply("deployment-controller");
    }

    Rollout rolloutOf(Deployment deployment) {
        var owned = owned(deployment);
        owned.sort(Comparator.comparing((ReplicaSet set) -> set.getMetadata().getCreationTimestamp()).thenComparing(set -> set.getMetadata().getName()));
        var current = owned.stream().filter(set -> TemplateHash.same(set.getSpec().getTemplate(), deployment.getSpec().getTemplate())).findFirst().orElse(null);
        owned.remove(current);
        return new Rollout(deployment, current, owned);
    }

    private List<ReplicaSet> owned(Deployment deployment) {
        var selector = LabelSelector.of(deployment.getSpec().getSelector());
        var owned = new HashMap<String, ReplicaSet>();
        for (var set : lister.list(deployment.getMetadata().getNamespace())) {
            if (Owners.isControlledBy(set, deployment)) {
                owned.put(set.getMetadata().getUid(), newest(set));
            } else if (Owners.controllerOf(set) == null && deployment.getMetadata().getDeletionTimestamp() == null
                    && selector.matches(set.getMetadata().getLabels()) && set.getMetadata().getDeletionTimestamp() == null) {
                owned.put(set.getMetadata().getUid(), adopt(deployment, set));
            }
        }
        written.values().stream().filter(set -> Owners.isControlledBy(set, deployment))
                .forEach(set -> owned.putIfAbsent(set.getMetadata().getUid(), set));
        return new ArrayList<>(owned.values());
    }

    /// The cache may lag behind our own writes; a step made on the older state would be made twice.
    private ReplicaSet newest(ReplicaSet cached) {
        var own = written.get(cached.getMetadata().getUid());
        if (own == null) {
            return cached;
        }
        if (revision(cached) >= revision(own)) {
            written.remove(cached.getMetadata().getUid(), own);
            return cached;
        }
        return own;
    }

    private static long revision(ReplicaSet set) {
        return Long.parseLong(set.getMetadata().getResourceVersion());
    }

    private ReplicaSet remember(ReplicaSet set) {
        written.put(set.getMetadata().getUid(), set);
        return set;
    }

    private ReplicaSet adopt(Deployment deployment, ReplicaSet set) {
        return remember(sets.patch(set.getMetadata().getNamespace(), set.getMetadata().getName(), PatchType.STRATEGIC,
                Map.of("metadata", Map.of("uid", set.getMetadata().getUid(), "ownerReferences", List.of(Owners.controlledBy(deployment))))));
    }

    /// Makes the ReplicaSet of the current template, or brings its annotations up to date.
    Current ensureCurrent(Rollout rollout) {
        long revision = rollout.old().stream().mapToLong(Annotations::revision).max().orElse(0) + 1;
        var current = rollout.current();
        if (current == null) {
            return create(rollout, revision);
        }
        var annotations = Annotations.forSet(rollout, Annotations.of(current), revision);
        annotations.put(Annotations.DESIRED_REPLICAS, Annotations.of(current).getOrDefault(Annotations.DESIRED_REPLICAS, Integer.toString(rollout.replicas())));
        boolean sameWait = Objects.equals(current.getSpec().getMinReadySeconds(), rollout.deployment().getSpec().getMinReadySeconds());
        if (!annotations.equals(Annotations.of(current)) || !sameWait) {
            var changed = Json.copy(current);
            changed.getMetadata().setAnnotations(annotations);
            changed.getSpec().setMinReadySeconds(rollout.deployment().getSpec().getMinReadySeconds());
            current = remember(sets.update(changed));
        }
        return new Current.Present(new Rollout(recordRevision(rollout.deployment(), Annotations.revision(current)), current, rollout.old()));
    }

    private Current create(Rollout rollout, long revision) {
        var deployment = rollout.deployment();
        var status = deployment.getStatus();
        var hash = TemplateHash.of(deployment.getSpec().getTemplate(), status == null ? null : status.getCollisionCount());
        var desired = newSet(rollout, hash, revision);
        try {
            var created = remember(sets.create(desired));
            events.normal(deployment, "ScalingReplicaSet", "Scaled up replica set %s from 0 to %d"
                    .formatted(created.getMetadata().getName(), created.getSpec().getReplicas()));
            return new Current.Present(new Rollout(recordRevision(deployment, revision), created, rollout.old()));
        } catch (ApiException e) {
            return e.isAlreadyExists() ? alreadyThere(rollout, desired) : new Current.Refused(e);
        }
    }

    private Current alreadyThere(Rollout rollout, ReplicaSet desired) {
        var deployment = rollout.deployment();
        var there = sets.get(desired.getMetadata().getNamespace(), desired.getMetadata().getName());
        if (Owners.isControlledBy(there, deployment) && TemplateHash.same(there.getSpec().getTemplate(), deployment.getSpec().getTemplate())) {
            return new Current.Present(new Rollout(deployment, remember(there), rollout.old()));
        }
        int collisions = deployment.getStatus() == null || deployment.getStatus().getCollisionCount() == null ? 0 : deployment.getStatus().getCollisionCount();
        deployments.patchStatus(deployment.getMetadata().getNamespace(), deployment.getMetadata().getName(), PatchType.MERGE,
                Map.of("status", Map.of("collisionCount", collisions + 1)));
        return new Current.Collided();
    }

    private static ReplicaSet newSet(Rollout rollout, String hash, long revision) {
        var deployment = rollout.deployment();
        var template = new PodTemplateSpecBuilder(deployment.getSpec().getTemplate()).editOrNewMetadata().addToLabels(TemplateHash.LABEL, hash).endMetadata().build();
        var selector = new LabelSelectorBuilder(deployment.getSpec().getSelector()).addToMatchLabels(TemplateHash.LABEL, hash).build();
        return new ReplicaSetBuilder()
                .withNewMetadata().withName(deployment.getMetadata().getName() + "-" + hash).withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels()).withAnnotations(Annotations.forSet(rollout, Map.of(), revision))
                .withOwnerReferences(Owners.controlledBy(deployment)).endMetadata()
                .withNewSpec().withReplicas(RollingUpdate.firstSize(rollout)).withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(selector).withTemplate(template).endSpec()
                .build();
    }

    /// Through the status, since an annotation is a wish, and would ask for another round.
    private Deployment recordRevision(Deployment deployment, long revision) {
        if (Annotations.revision(deployment) == revision) {
            return deployment;
        }
        return deployments.patchStatus(deployment.getMetadata().getNamespace(), deployment.getMetadata().getName(), PatchType.MERGE,
                Map.of("metadata", Map.of("annotations", Map.of(Annotations.REVISION, Long.toString(revision)))));
    }

    /// Gives the set its new size, and notes what the deployment wanted at that time.
    ReplicaSet scale(ReplicaSet set, int replicas, Deployment deployment) {
        int before = set.getSpec().getReplicas();
        var rollout = new Rollout(deployment, null, List.of());
        var desired = Integer.toString(rollout.replicas());
        var max = Integer.toString(rollout.replicas() + rollout.maxSurge());
        var annotations = Annotations.of(set);
        if (before == replicas && desired.equals(annotations.get(Annotations.DESIRED_REPLICAS)) && max.equals(annotations.get(Annotations.MAX_REPLICAS))) {
            return set;
        }
        var changed = Json.copy(set);
        changed.getSpec().setReplicas(replicas);
        changed.getMetadata().getAnnotations().put(Annotations.DESIRED_REPLICAS, desired);
        changed.getMetadata().getAnnotations().put(Annotations.MAX_REPLICAS, max);
        var updated = remember(sets.update(changed));
        if (before != replicas) {
            events.normal(deployment, "ScalingReplicaSet", "Scaled %s replica set %s from %d to %d"
                    .formatted(replicas > before ? "up" : "down", set.getMetadata().getName(), before, replicas));
        }
        return updated;
    }

    /// Deletes the oldest sets beyond the history that is to be kept.
    void cleanUp(Rollout rollout) {
        var limit = rollout.deployment().getSpec().getRevisionHistoryLimit();
        var idle = rollout.old().stream()
                .filter(set -> set.getSpec().getReplicas() == 0 && Rollout.actual(set) == 0 && set.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparingLong(Annotations::revision)).toList();
        int surplus = limit == null ? 0 : idle.size() - limit;
        for (var set : idle.subList(0, Math.max(0, surplus))) {
            written.remove(set.getMetadata().getUid());
            sets.delete(set.getMetadata().getNamespace(), set.getMetadata().getName());
        }
    }
}
