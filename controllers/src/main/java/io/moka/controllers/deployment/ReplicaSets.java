package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Reads and writes the ReplicaSets of Deployments.
final class ReplicaSets {

    /// The result of creating a ReplicaSet.
    sealed interface Outcome {

        record Written() implements Outcome {
        }

        /// Another template has the same hash; the deployment now counts one collision more and will be called again.
        record Collided() implements Outcome {
        }

        record Refused(ApiException reason) implements Outcome {
        }
    }

    private final OwnedObjects<Deployment, ReplicaSet> claims;
    private final Resources<ReplicaSet> sets;
    private final Resources<Deployment> deployments;

    // the newest state of what this process has written itself, until the cache shows it
    private final Map<String, ReplicaSet> written = new ConcurrentHashMap<>();

    ReplicaSets(ControllerContext context) {
        var informer = context.informers().of(ReplicaSet.class);
        this.claims = new OwnedObjects<>(context, Deployment.class, ReplicaSet.class,
                new OwnedObjects.Claims<>(deployment -> LabelSelector.of(deployment.getSpec().getSelector())));
        informer.addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                written.remove(before.getMetadata().getUid());
            }
        }));
        this.sets = context.client().resources(ReplicaSet.class);
        this.deployments = context.client().resources(Deployment.class);
    }

    Rollout rolloutOf(Deployment deployment) {
        var owned = owned(deployment);
        owned.sort(Comparator.comparing((ReplicaSet set) -> set.getMetadata().getCreationTimestamp()).thenComparing(set -> set.getMetadata().getName()));
        var current = owned.stream().filter(set -> TemplateHash.same(set.getSpec().getTemplate(), deployment.getSpec().getTemplate())).findFirst().orElse(null);
        owned.remove(current);
        return new Rollout(deployment, current, owned);
    }

    private List<ReplicaSet> owned(Deployment deployment) {
        var owned = new HashMap<String, ReplicaSet>();
        claims.claim(deployment).forEach(set -> owned.put(set.getMetadata().getUid(), newest(set)));
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

    /// Creates the set that a plan asks for.
    Outcome create(Deployment deployment, ReplicaSet wanted) {
        try {
            remember(sets.create(wanted));
            return new Outcome.Written();
        } catch (ApiException e) {
            return e.isAlreadyExists() ? alreadyThere(deployment, wanted) : new Outcome.Refused(e);
        }
    }

    private Outcome alreadyThere(Deployment deployment, ReplicaSet wanted) {
        var there = sets.get(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
        if (Owners.isControlledBy(there, deployment) && TemplateHash.same(there.getSpec().getTemplate(), deployment.getSpec().getTemplate())) {
            remember(there);
            return new Outcome.Written();
        }
        int collisions = deployment.getStatus() == null || deployment.getStatus().getCollisionCount() == null ? 0 : deployment.getStatus().getCollisionCount();
        deployments.patchStatus(deployment.getMetadata().getNamespace(), deployment.getMetadata().getName(), PatchType.MERGE,
                Map.of("status", Map.of("collisionCount", collisions + 1)));
        return new Outcome.Collided();
    }

    void update(ReplicaSet set) {
        remember(sets.update(set));
    }

    void forget(ReplicaSet set) {
        written.remove(set.getMetadata().getUid());
    }
}
