package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.NodeTerms;
import io.moka.machinery.storage.PodClaims;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeMatch;
import io.moka.machinery.storage.Volumes;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreBind;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Reserve;
import io.moka.scheduler.framework.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses nodes that cannot reach the volumes of the pod's claims, or on which a claim that waits for a pod finds no volume and none can be provisioned.
/// Waiting claims are bound before the pod is: the claim is written into the chosen volume, or the chosen node is written into the claim for the provisioner,
/// and the binder does the rest.
public final class VolumeBinding implements PreFilter, Filter, Reserve, PreBind {

    /// How long a binding waits for its claims. A pod whose volumes take longer waits in the queue for them.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NO_VOLUME = "node(s) didn't find available persistent volumes to bind";
    private static final CycleState.Key<PodStorage> KEY = new CycleState.Key<>();

    private final Storage storage;
    private final ClaimWriter writer;

    public VolumeBinding(Storage storage, ClaimWriter writer) {
        this.storage = storage;
        this.writer = writer;
    }

    /// The volumes of a node for the claims that wait.
    ///
    /// @param matched claims and the volumes that they would get
    /// @param provisioned claims for which a volume would be made
    private record Choice(Map<PersistentVolumeClaim, PersistentVolume> matched, List<PersistentVolumeClaim> provisioned) {
    }

    /// The pod's claims in this cycle.
    ///
    /// @param bound the volumes of those that are bound
    /// @param lost names of volumes that bound claims name and that are not there
    /// @param waiting the claims that wait for a pod, the smallest first
    /// @param choices by node, as the nodes are filtered
    private record PodStorage(List<PersistentVolume> bound, List<String> lost, List<PersistentVolumeClaim> waiting, List<PersistentVolume> free,
            Map<String, Choice> choices) implements CycleState.Data {

        @Override
        public CycleState.Data copy() {
            return this;
        }
    }

    @Override
    public String name() {
        return "VolumeBinding";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.STORAGE_CHANGED, ClusterEvent.POD_CHANGED);
    }

    /// A claim helps the pods that use it.
    @Override
    public boolean helps(PodInfo waiting, Change change) {
        return !(change instanceof Change.OfStorage(var event, var object) && object instanceof PersistentVolumeClaim claim)
                || PodClaims.of(waiting.pod()).contains(ObjectKey.of(claim));
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var keys = PodClaims.of(pod.pod());
        if (keys.isEmpty()) {
            return Result.SKIP;
        }
        var claims = new ArrayList<PersistentVolumeClaim>();
        for (var key : keys) {
            var claim = storage.claim(key);
            var problem = claim == null ? "persistentvolumeclaim \"" + key.name() + "\" not found" : ClaimProblems.of(claim, pod.pod());
            if (problem != null) {
                return new Result(Verdict.unresolvable(problem), null);
            }
            claims.add(Objects.requireNonNull(claim));
        }
        var bound = new ArrayList<PersistentVolume>();
        var lost = new ArrayList<String>();
        var waiting = new ArrayList<PersistentVolumeClaim>();
        for (var claim : claims) {
            if (Claims.isBound(claim)) {
                var volume = storage.volume(Claims.volumeName(claim));
                if (volume == null) {
                    lost.add(Claims.volumeName(claim));
                } else {
                    bound.add(volume);
                }
            } else if (Claims.waitsForConsumer(storage.storageClass(claim)) && Claims.volumeName(claim).isEmpty()) {
                var node = StorageNames.annotation(claim, StorageNames.SELECTED_NODE);
                if (!node.isEmpty()) {
                    return new Result(Verdict.unresolvable("a volume for persistentvolumeclaim \"" + claim.getMetadata().getName() + "\" is being made on node " + node), null);
                }
                waiting.add(claim);
            } else {
                return new Result(Verdict.unresolvable("pod has unbound immediate PersistentVolumeClaims"), null);
            }
        }
        waiting.sort(Comparator.comparingLong(Claims::requestedBytes));
        state.put(KEY, new PodStorage(bound, lost, waiting, waiting.isEmpty() ? List.of() : free(waiting), new HashMap<>()));
        return Result.ALL_NODES;
    }

    /// The volumes that could be any of the claims', looked up once for all nodes.
    private List<PersistentVolume> free(List<PersistentVolumeClaim> waiting) {
        return storage.volumes().list().stream().filter(volume -> waiting.stream().anyMatch(claim -> Volumes.isFor(volume, claim)
                || volume.getSpec().getClaimRef() == null && Volumes.className(volume).equals(Claims.className(claim)))).toList();
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var claims = state.get(KEY);
        return node -> check(claims, node);
    }

    private Verdict check(PodStorage claims, NodeInfo node) {
        if (!claims.lost.isEmpty()) {
            return Verdict.unresolvable("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
        }
        if (!claims.bound.stream().allMatch(volume -> NodeTerms.reaches(volume, node.name(), node.labels()))) {
            return Verdict.unresolvable("node(s) had volume node affinity conflict");
        }
        var matched = new HashMap<PersistentVolumeClaim, PersistentVolume>();
        var provisioned = new ArrayList<PersistentVolumeClaim>();
        var taken = new HashSet<String>();
        for (var claim : claims.waiting) {
            var volume = VolumeMatch.best(claim, claims.free, node.node(), taken, true);
            if (volume != null) {
                matched.put(claim, volume);
                taken.add(volume.getMetadata().getName());
            } else if (Provisioning.isPossible(storage.storageClass(claim), node)) {
                provisioned.add(claim);
            } else {
                return Verdict.unresolvable(NO_VOLUME);
            }
        }
        claims.choices.put(node.name(), new Choice(matched, provisioned));
        return Verdict.SUCCESS;
    }

    @Override
    public Verdict reserve(CycleState state, PodInfo pod, String node) {
        var choice = choice(state, node);
        if (choice != null) {
            choice.matched.forEach((claim, volume) -> storage.volumes().assume(Volumes.boundTo(volume, claim)));
            choice.provisioned.forEach(claim -> storage.claims().assume(selected(claim, node)));
        }
        return Verdict.SUCCESS;
    }

    private static PersistentVolumeClaim selected(PersistentVolumeClaim claim, String node) {
        return new PersistentVolumeClaimBuilder(claim).editMetadata().addToAnnotations(StorageNames.SELECTED_NODE, node).endMetadata().build();
    }

    @Override
    public void unreserve(CycleState state, PodInfo pod, String node) {
        var choice = choice(state, node);
        if (choice != null) {
            choice.matched.values().forEach(volume -> storage.volumes().forget(ObjectKey.of(volume)));
            choice.provisioned.forEach(claim -> storage.claims().forget(ObjectKey.of(claim)));
        }
    }

    private static @Nullable Choice choice(CycleState state, String node) {
        var claims = state.find(KEY);
        return claims == null ? null : claims.choices.get(node);
    }

    @Override
    public Verdict preBind(CycleState state, PodInfo pod, String node) {
        var choice = choice(state, node);
        if (choice == null || choice.matched.isEmpty() && choice.provisioned.isEmpty()) {
            return Verdict.SUCCESS;
        }
        choice.matched.forEach((claim, volume) -> {
            var named = Volumes.boundTo(volume, claim);
            if (named != volume) {
                writer.update(named);
            }
        });
        choice.provisioned.forEach(claim -> writer.update(selected(claim, node)));
        var keys = new ArrayList<ObjectKey>();
        choice.matched.keySet().forEach(claim -> keys.add(ObjectKey.of(claim)));
        choice.provisioned.forEach(claim -> keys.add(ObjectKey.of(claim)));
        return await(keys);
    }

    private Verdict await(List<ObjectKey> keys) {
        try {
            boolean bound = storage.await(() -> keys.stream().allMatch(this::isBound), PATIENCE);
            return bound ? Verdict.SUCCESS : new Verdict.Failed("binding volumes: the claims are not bound after " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict.Failed("binding volumes: interrupted");
        }
    }

    private boolean isBound(ObjectKey key) {
        var claim = storage.claim(key);
        return claim != null && Claims.isBound(claim) && Claims.phase(claim).equals("Bound");
    }
}
