package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds the current state of all nodes. Informers write it, the scheduling cycle takes snapshots of it.
public final class ClusterCache {

    private final ReentrantLock lock = new ReentrantLock();

    // guarded by lock: every pod in placed is in the NodeInfo of its node, if that node is known, and in waiting otherwise
    private final Map<String, NodeInfo> nodes = new HashMap<>();
    private final Map<String, Placed> placed = new HashMap<>();
    private final Map<String, Map<String, PodInfo>> waiting = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    // guarded by lock: pods without a node by uid, and the node on which preemption makes room for them
    private final Map<String, Nomination> nominations = new LinkedHashMap<>();
    private boolean nominationsChanged;

    private record Nomination(PodInfo pod, String node) {
    }

    private record Placed(PodInfo pod, String node, boolean assumed) {
    }

    public void putNode(Node node) {
        lock.lock();
        try {
            var name = node.getMetadata().getName();
            var known = nodes.get(name);
            var early = waiting.remove(name);
            nodes.put(name, NodeInfo.of(node, known != null ? known.pods() : early == null ? List.of() : new ArrayList<>(early.values())));
            changed.add(name);
        } finally {
            lock.unlock();
        }
    }

    public void removeNode(String name) {
        lock.lock();
        try {
            var gone = nodes.remove(name);
            if (gone != null) {
                gone.pods().forEach(pod -> waiting.computeIfAbsent(name, n -> new HashMap<>()).put(pod.uid(), pod));
                changed.add(name);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A pod that the API shows on a node; confirms an assumption.
    public void putPod(PodInfo pod, String node) {
        place(pod, node, false);
    }

    /// A pod that was given to a node, whose binding is not written yet.
    public void assume(PodInfo pod, String node) {
        place(pod, node, true);
    }

    /// The binding of an assumed pod failed. A pod that the API shows as bound is left alone.
    ///
    /// @return whether room has become free
    public boolean forget(PodInfo pod) {
        lock.lock();
        try {
            var known = placed.get(pod.uid());
            boolean assumed = known != null && known.assumed;
            if (assumed) {
                take(pod.uid());
            }
            return assumed;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the pod had a node, be it only assumed, so that room has become free
    public boolean removePod(String uid) {
        lock.lock();
        try {
            boolean placedBefore = placed.containsKey(uid);
            take(uid);
            return placedBefore;
        } finally {
            lock.unlock();
        }
    }

    /// Preemption makes room for the pod on the node: pods of a lower priority do not take it.
    public void nominate(PodInfo pod, String node) {
        lock.lock();
        try {
            if (!placed.containsKey(pod.uid())) {
                nominations.put(pod.uid(), new Nomination(pod, node));
                nominationsChanged = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the pod was nominated, so that room has become free
    public boolean removeNomination(String uid) {
        lock.lock();
        try {
            boolean removed = nominations.remove(uid) != null;
            nominationsChanged |= removed;
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /// The node on which room is made for the pod, or null.
    public @Nullable String nominatedNode(String uid) {
        lock.lock();
        try {
            var nomination = nominations.get(uid);
            return nomination == null ? null : nomination.node;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the pod already has a node, be it only assumed.
    public boolean isPlaced(String uid) {
        lock.lock();
        try {
            return placed.containsKey(uid);
        } finally {
            lock.unlock();
        }
    }

    private void place(PodInfo pod, String node, boolean assumed) {
        lock.lock();
        try {
            take(pod.uid());
            nominationsChanged |= nominations.remove(pod.uid()) != null;
            placed.put(pod.uid(), new Placed(pod, node, assumed));
            var info = nodes.get(node);
            if (info == null) {
                waiting.computeIfAbsent(node, n -> new HashMap<>()).put(pod.uid(), pod);
            } else {
                nodes.put(node, info.with(pod));
                changed.add(node);
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(String uid) {
        var known = placed.remove(uid);
        if (known == null) {
            return;
        }
        var info = nodes.get(known.node);
        if (info != null) {
            nodes.put(known.node, info.without(known.pod));
            changed.add(known.node);
        } else {
            var early = waiting.get(known.node);
            if (early != null && early.remove(uid) != null && early.isEmpty()) {
                waiting.remove(known.node);
            }
        }
    }

    /// A cache of the same nodes, nominations and pods on nodes, which shares nothing that changes. Its pods are known by their nodes alone: it serves questions,
    /// not informers.
    public ClusterCache copy() {
        var copy = new ClusterCache();
        lock.lock();
        try {
            copy.nodes.putAll(nodes);
            copy.nominations.putAll(nominations);
        } finally {
            lock.unlock();
        }
        copy.nodes.replaceAll((name, info) -> info.forAnotherThread());
        copy.changed.addAll(copy.nodes.keySet());
        copy.nominationsChanged = true;
        return copy;
    }

    /// A node by its name, or null.
    public @Nullable NodeInfo node(String name) {
        lock.lock();
        try {
            return nodes.get(name);
        } finally {
            lock.unlock();
        }
    }

    /// A pod on a node by its name, or null. Costs as much as there are pods.
    public @Nullable PlacedPod find(ObjectKey key) {
        lock.lock();
        try {
            for (var node : nodes.values()) {
                for (var pod : node.pods()) {
                    if (pod.key().equals(key)) {
                        return new PlacedPod(pod, node.name());
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a pod off its node in a [#copy].
    public void takeOff(PlacedPod placed) {
        lock.lock();
        try {
            nodes.computeIfPresent(placed.node, (name, info) -> info.without(placed.pod));
            changed.add(placed.node);
        } finally {
            lock.unlock();
        }
    }

    /// A pod and the node that it is on, or is given to.
    public record PlacedPod(PodInfo pod, String node) {
    }

    /// Brings the snapshot up to date, at the cost of what changed.
    public void refresh(Snapshot snapshot) {
        lock.lock();
        try {
            for (var name : changed) {
                @Nullable NodeInfo info = nodes.get(name);
                snapshot.set(name, info);
            }
            changed.clear();
            if (nominationsChanged) {
                snapshot.nominated(nominations.values().stream().collect(Collectors.groupingBy(Nomination::node, Collectors.mapping(Nomination::pod, Collectors.toList()))));
                nominationsChanged = false;
            }
        } finally {
            lock.unlock();
        }
    }
}
