package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.podowner.PodControl;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Counts;
import java.time.Instant;
import java.util.List;

/// Plans the pods to create or delete: the difference between the present pods and the desired number.
public final class ReplicaPlan {

    /// The largest number of pods in one reconciliation; the next one follows when the cache shows these changes.
    static final int BURST = 500;

    private ReplicaPlan() {
    }

    /// @param active the owner's pods that are neither over nor going away
    /// @param related all active pods under the same owner's owner, by which the crowded nodes are known
    public static <T extends HasMetadata> Plan of(ReplicaKind<T> kind, T owner, List<Pod> active, List<Pod> related, Instant now) {
        if (owner.getMetadata().getDeletionTimestamp() != null) {
            return Plan.NOTHING;
        }
        int difference = Counts.number(kind.replicas().apply(owner)) - active.size();
        var draft = new Plan.Draft();
        for (int i = 0; i < Math.min(difference, BURST); i++) {
            draft.add(new Write.Create(PodControl.of(kind.template().apply(owner), owner)));
        }
        if (difference < 0) {
            DeletionOrder.leastValuable(active, related, Math.min(-difference, BURST), now).forEach(pod -> draft.add(new Write.Delete(pod)));
        }
        return draft.plan();
    }

    /// The object with its new status, where the status differs.
    static <T extends HasMetadata> Plan status(ReplicaKind<T> kind, T owner, ReplicaCounts counts) {
        return counts.equals(kind.status().apply(owner)) ? Plan.NOTHING
                : new Plan(List.of(new Write.UpdateStatus(kind.withStatus().apply(Json.copy(owner), counts))), null);
    }
}
