package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds the pods of a ReplicaSet, adopting and releasing as the selector says.
final class PodClaim {

    private final Lister<Pod> pods;
    private final Resources<Pod> writer;
    private final Resources<ReplicaSet> sets;

    PodClaim(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.writer = context.client().resources(Pod.class);
        this.sets = context.client().resources(ReplicaSet.class);
    }

    /// The set's active pods.
    List<Pod> podsOf(ReplicaSet set) {
        var selector = LabelSelector.of(set.getSpec().getSelector());
        var claimed = new ArrayList<Pod>();
        for (var pod : pods.byIndex(Informers.BY_CONTROLLER, set.getMetadata().getUid())) {
            if (selector.matches(pod.getMetadata().getLabels())) {
                claimed.add(pod);
            } else if (!Pods.isTerminating(pod)) {
                release(set, pod);
            }
        }
        if (set.getMetadata().getDeletionTimestamp() == null) {
            for (var orphan : pods.byIndex(Informers.BY_CONTROLLER, "")) {
                if (belongs(set, selector, orphan) && adopt(set, orphan)) {
                    claimed.add(orphan);
                }
            }
        }
        claimed.removeIf(pod -> !Pods.isActive(pod));
        return claimed;
    }

    private static boolean belongs(ReplicaSet set, LabelSelector selector, Pod orphan) {
        return set.getMetadata().getNamespace().equals(orphan.getMetadata().getNamespace())
                && selector.matches(orphan.getMetadata().getLabels()) && Pods.isActive(orphan);
    }

    /// Asks the server, not the cache, whether the set still exists: an orphan must not be given to a set that is going.
    private boolean adopt(ReplicaSet set, Pod orphan) {
        var fresh = sets.find(set.getMetadata().getNamespace(), set.getMetadata().getName());
        if (fresh == null || !fresh.getMetadata().getUid().equals(set.getMetadata().getUid()) || fresh.getMetadata().getDeletionTimestamp() != null) {
            return false;
        }
        return patched(orphan, Map.of("metadata", Map.of("uid", orphan.getMetadata().getUid(), "ownerReferences", List.of(Owners.controlledBy(set)))));
    }

    private void release(ReplicaSet set, Pod pod) {
        patched(pod, Map.of("metadata", Map.of("uid", pod.getMetadata().getUid(),
                "ownerReferences", List.of(Map.of("$patch", "delete", "uid", set.getMetadata().getUid())))));
    }

    private boolean patched(Pod pod, Object patch) {
        try {
            writer.patch(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), PatchType.STRATEGIC, patch);
            return true;
        } catch (ApiException e) {
            if (e.isNotFound() || e.code() == 422) {
                return false;
            }
            throw e;
        }
    }
}
