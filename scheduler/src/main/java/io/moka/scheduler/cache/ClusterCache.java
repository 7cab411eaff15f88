package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The current state of all nodes. Informers write it, the scheduling cycle takes snapshots.
public final class ClusterCache {

    private final ReentrantLock lock = new ReentrantLock();

    // guarded by lock: every pod in placed is in the NodeInfo of its node, if that node is known, and in waiting otherwise
    private final Map<String, NodeInfo> nodes = new HashMap<>();
    private final Map<String, Placed> placed = new HashMap<>();
    private final Map<String, Map<String, PodInfo>> waiting = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

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
    public void forget(PodInfo pod) {
        lock.lock();
        try {
            var known = placed.get(pod.uid());
            if (known != null && known.assumed) {
                take(pod.uid());
            }
        } finally {
            lock.unlock();
        }
    }

    public void removePod(String uid) {
        lock.lock();
        try {
            take(uid);
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

    /// Brings the snapshot up to date, at the cost of what changed.
    public void refresh(Snapshot snapshot) {
        lock.lock();
        try {
            for (var name : changed) {
                @Nullable NodeInfo info = nodes.get(name);
                snapshot.set(name, info);
            }
            changed.clear();
        } finally {
            lock.unlock();
        }
    }
}
