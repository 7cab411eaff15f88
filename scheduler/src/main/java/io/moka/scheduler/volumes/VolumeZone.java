package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.PodClaims;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Refuses nodes outside the zone or region with which a volume of the pod is labelled. A label may have several values, joined by `__`.
public final class VolumeZone implements PreFilter, Filter {

    private static final CycleState.Key<Places> KEY = new CycleState.Key<>();
    /// Labels of volumes and nodes, and under which label a node may have the same value.
    private static final Map<String, String> LABELS = Map.of(
            "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region");

    private final Storage storage;

    public VolumeZone(Storage storage) {
        this.storage = storage;
    }

    private record Place(String label, List<String> values) {
    }

    private record Places(List<Place> all) implements CycleState.Data {

        @Override
        public CycleState.Data copy() {
            return this;
        }
    }

    @Override
    public String name() {
        return "VolumeZone";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.STORAGE_CHANGED);
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var places = new ArrayList<Place>();
        for (var key : PodClaims.of(pod.pod())) {
            var claim = storage.claim(key);
            var volume = claim == null || Claims.volumeName(claim).isEmpty() ? null : storage.volume(Claims.volumeName(claim));
            if (volume != null) {
                places.addAll(places(volume));
            }
        }
        if (places.isEmpty()) {
            return Result.SKIP;
        }
        state.put(KEY, new Places(places));
        return Result.ALL_NODES;
    }

    private static List<Place> places(PersistentVolume volume) {
        var labels = volume.getMetadata().getLabels();
        return labels == null ? List.of() : LABELS.keySet().stream().filter(labels::containsKey).sorted()
                .map(label -> new Place(label, List.of(labels.get(label).split("__")))).toList();
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var places = state.get(KEY).all;
        return node -> places.stream().allMatch(place -> place.values.contains(value(node, place.label))) ? Verdict.SUCCESS
                : Verdict.unresolvable("node(s) had no available volume zone");
    }

    private static String value(NodeInfo node, String label) {
        var value = node.labels().get(label);
        return value != null ? value : node.labels().getOrDefault(LABELS.get(label), "");
    }
}
