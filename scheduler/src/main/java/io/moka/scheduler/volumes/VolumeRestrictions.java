package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.PodClaims;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.HashSet;
import java.util.Set;

/// Refuses all nodes for a pod whose claim has the access mode ReadWriteOncePod and is used by another pod anywhere in the cluster. Preemption can free the
/// claim.
public final class VolumeRestrictions implements PreFilter, Filter {

    private static final String IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
    private static final CycleState.Key<Uses> KEY = new CycleState.Key<>();

    private final Storage storage;

    public VolumeRestrictions(Storage storage) {
        this.storage = storage;
    }

    /// The number of uses of the pod's exclusive claims by pods on nodes.
    private static final class Uses implements CycleState.Data {
        private final Set<ObjectKey> claims;
        private int count;

        private Uses(Set<ObjectKey> claims, int count) {
            this.claims = claims;
            this.count = count;
        }

        private int of(PodInfo other) {
            int uses = 0;
            for (var claim : PodClaims.of(other.pod())) {
                uses += claims.contains(claim) ? 1 : 0;
            }
            return uses;
        }

        @Override
        public CycleState.Data copy() {
            return new Uses(claims, count);
        }
    }

    @Override
    public String name() {
        return "VolumeRestrictions";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.POD_REMOVED, ClusterEvent.NODE_ADDED, ClusterEvent.STORAGE_CHANGED);
    }

    /// A pod that is gone helps those that use its claims.
    @Override
    public boolean helps(PodInfo waiting, Change change) {
        if (change instanceof Change.OfPod(var event, var before, var after) && before != null) {
            var claims = new HashSet<>(PodClaims.of(waiting.pod()));
            return PodClaims.of(before.pod()).stream().anyMatch(claims::contains);
        }
        return !(change instanceof Change.OfStorage(var event, var object) && object instanceof PersistentVolumeClaim claim)
                || PodClaims.of(waiting.pod()).contains(ObjectKey.of(claim));
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var exclusive = new HashSet<ObjectKey>();
        for (var key : PodClaims.of(pod.pod())) {
            var claim = storage.claim(key);
            if (claim != null && claim.getSpec().getAccessModes().contains("ReadWriteOncePod")) {
                exclusive.add(key);
            }
        }
        if (exclusive.isEmpty()) {
            return Result.SKIP;
        }
        var uses = new Uses(exclusive, 0);
        for (var node : snapshot.nodes()) {
            for (var other : node.pods()) {
                uses.count += uses.of(other);
            }
        }
        state.put(KEY, uses);
        return Result.ALL_NODES;
    }

    @Override
    public void addPod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        var uses = state.get(KEY);
        uses.count += uses.of(other);
    }

    @Override
    public void removePod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        var uses = state.get(KEY);
        uses.count -= uses.of(other);
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var uses = state.get(KEY);
        return node -> uses.count > 0 ? Verdict.unschedulable(IN_USE) : Verdict.SUCCESS;
    }
}
