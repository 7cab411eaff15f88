package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.Pods;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.volumes.Storage;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Applies the informers' events to the cache and the queue.
final class ClusterWatch {

    private final ClusterCache cache;
    private final SchedulingQueue queue;
    private final Set<String> schedulerNames;
    private final WaitingPods waiting;

    ClusterWatch(ClusterCache cache, SchedulingQueue queue, Set<String> schedulerNames) {
        this(cache, queue, schedulerNames, new WaitingPods());
    }

    ClusterWatch(ClusterCache cache, SchedulingQueue queue, Set<String> schedulerNames, WaitingPods waiting) {
        this.waiting = waiting;
        this.cache = cache;
        this.queue = queue;
        this.schedulerNames = schedulerNames;
    }

    EventHandler<Pod> pods() {
        return EventHandler.onEvent((before, after) -> {
            if (after == null || Pods.isTerminal(after)) {
                gone(Objects.requireNonNull(after == null ? before : after));
            } else if (isBound(after)) {
                bound(before, after);
            } else if (isOurs(after)) {
                waiting(before, after);
            } else {
                queue.remove(after.getMetadata().getUid());
                cache.removeNomination(after.getMetadata().getUid());
            }
        });
    }

    private void gone(Pod pod) {
        var uid = pod.getMetadata().getUid();
        queue.remove(uid);
        waiting.refuse(uid, "the pod is gone");
        boolean nominated = cache.removeNomination(uid);
        if (cache.removePod(uid) || isBound(pod) || nominated) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_REMOVED, PodInfo.of(pod), null));
        }
    }

    private void bound(@Nullable Pod before, Pod after) {
        queue.remove(after.getMetadata().getUid());
        var pod = PodInfo.of(after);
        cache.putPod(pod, after.getSpec().getNodeName());
        if (before == null || !isBound(before)) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_PLACED, null, pod));
        } else if (!Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_PLACED, PodInfo.of(before), pod));
        } else if (requestsLess(before, pod)) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_REMOVED, null, null));
        } else if (Pods.isTerminating(after) && !Pods.isTerminating(before)) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_PLACED, pod, pod));
        }
    }

    /// A pod that was resized in place leaves room for others.
    private static boolean requestsLess(Pod before, PodInfo after) {
        return !before.getSpec().equals(after.pod().getSpec()) && !PodInfo.of(before).requests().equals(after.requests());
    }

    /// A new pod's nomination in its status is from before a restart or from another program; this process's own nominations are in the cache already.
    private void waiting(@Nullable Pod before, Pod pod) {
        var info = PodInfo.of(pod);
        if (before == null && !info.nominatedNode().isEmpty()) {
            cache.nominate(info, info.nominatedNode());
        }
        queue.put(info);
    }

    private static boolean isBound(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    private boolean isOurs(Pod pod) {
        return schedulerNames.contains(pod.getSpec().getSchedulerName()) && !Pods.isTerminating(pod);
    }

    EventHandler<Namespace> namespaces() {
        return EventHandler.onEvent((before, after) -> {
            if (after != null && (before == null || !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels()))) {
                queue.happened(new Change.Other(ClusterEvent.NAMESPACE_CHANGED));
            }
        });
    }

    /// Claims, volumes, storage classes and CSI nodes.
    <T extends HasMetadata> EventHandler<T> storage(Storage storage) {
        return EventHandler.onEvent((before, after) -> {
            storage.changed();
            if (after != null) {
                queue.happened(new Change.OfStorage(ClusterEvent.STORAGE_CHANGED, after));
            }
        });
    }

    EventHandler<Node> nodes() {
        return EventHandler.onEvent((before, after) -> {
            if (after == null) {
                cache.removeNode(Objects.requireNonNull(before).getMetadata().getName());
            } else {
                cache.putNode(after);
                announce(before, after);
            }
        });
    }

    private void announce(@Nullable Node before, Node after) {
        if (before == null) {
            queue.happened(new Change.OfNode(ClusterEvent.NODE_ADDED, null, after));
            return;
        }
        if (!Objects.equals(before.getSpec().getTaints(), after.getSpec().getTaints())
                || !Objects.equals(before.getSpec().getUnschedulable(), after.getSpec().getUnschedulable())) {
            queue.happened(new Change.OfNode(ClusterEvent.NODE_TAINTS_CHANGED, before, after));
        }
        if (!Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())) {
            queue.happened(new Change.OfNode(ClusterEvent.NODE_LABELS_CHANGED, before, after));
        }
        if (!Objects.equals(allocatable(before), allocatable(after))) {
            queue.happened(new Change.OfNode(ClusterEvent.NODE_ALLOCATABLE_CHANGED, before, after));
        }
    }

    private static @Nullable Map<String, Quantity> allocatable(Node node) {
        return node.getStatus() == null ? null : node.getStatus().getAllocatable();
    }
}
