package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.common.Scales;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads from the controllers of pods how many pods they want.
final class PodOwners {

    private final Lister<Deployment> deployments;
    private final Lister<ReplicaSet> replicaSets;
    private final Lister<StatefulSet> statefulSets;
    private final Lister<ReplicationController> replicationControllers;
    private final Scales scales;

    PodOwners(ControllerContext context) {
        Informers informers = context.informers();
        this.deployments = informers.of(Deployment.class).lister();
        this.replicaSets = informers.of(ReplicaSet.class).lister();
        this.statefulSets = informers.of(StatefulSet.class).lister();
        this.replicationControllers = informers.of(ReplicationController.class).lister();
        this.scales = new Scales(context.client());
    }

    ExpectedScale expected(List<Pod> pods) {
        int sum = 0;
        var unmanaged = new ArrayList<String>();
        Set<String> counted = new HashSet<>();
        for (var pod : pods) {
            var owner = Owners.controllerOf(pod);
            if (owner == null) {
                unmanaged.add(pod.getMetadata().getName());
                continue;
            }
            var top = top(pod.getMetadata().getNamespace(), owner);
            if (!counted.add(top.getUid())) {
                continue;
            }
            var replicas = replicas(pod.getMetadata().getNamespace(), top);
            switch (replicas) {
                case Scales.Answer.Replicas(int number) -> sum += number;
                case Scales.Answer.Unscalable(String reason) -> {
                    return ExpectedScale.failed(reason);
                }
            }
        }
        return new ExpectedScale(sum, unmanaged, null);
    }

    /// Returns the Deployment of a Deployment's ReplicaSet, and any other owner unchanged.
    private OwnerReference top(String namespace, OwnerReference owner) {
        if (!is(owner, ReplicaSet.class)) {
            return owner;
        }
        var set = replicaSets.get(namespace, owner.getName());
        var above = set == null || !set.getMetadata().getUid().equals(owner.getUid()) ? null : Owners.controllerOf(set);
        return above != null && is(above, Deployment.class) ? above : owner;
    }

    private Scales.Answer replicas(String namespace, OwnerReference owner) {
        Integer known = is(owner, Deployment.class) ? number(deployments.get(namespace, owner.getName()), owner, object -> object.getSpec().getReplicas())
                : is(owner, ReplicaSet.class) ? number(replicaSets.get(namespace, owner.getName()), owner, object -> object.getSpec().getReplicas())
                : is(owner, StatefulSet.class) ? number(statefulSets.get(namespace, owner.getName()), owner, object -> object.getSpec().getReplicas())
                : is(owner, ReplicationController.class) ? number(replicationControllers.get(namespace, owner.getName()), owner, object -> object.getSpec().getReplicas())
                : null;
        return known != null ? new Scales.Answer.Replicas(known) : scales.read(namespace, owner);
    }

    private static <T extends HasMetadata> @Nullable Integer number(@Nullable T object, OwnerReference owner, Function<T, Integer> replicas) {
        return object == null || !object.getMetadata().getUid().equals(owner.getUid()) ? null : replicas.apply(object);
    }

    private static boolean is(OwnerReference owner, Class<? extends HasMetadata> type) {
        return owner.getKind().equals(HasMetadata.getKind(type)) && owner.getApiVersion().equals(HasMetadata.getApiVersion(type));
    }
}
