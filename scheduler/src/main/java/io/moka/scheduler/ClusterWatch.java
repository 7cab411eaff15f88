package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.Pods;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.queue.SchedulingQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turns what the informers say into changes of the cache and the queue.
final class ClusterWatch {

    private final ClusterCache cache;
    private final SchedulingQueue queue;
    private final String schedulerName;

    ClusterWatch(ClusterCache cache, SchedulingQueue queue, String schedulerName) {
        this.cache = cache;
        this.queue = queue;
        this.schedulerName = schedulerName;
    }

    EventHandler<Pod> pods() {
        return EventHandler.onEvent((before, after) -> {
            if (after == null || Pods.isTerminal(after)) {
                gone(Objects.requireNonNull(after == null ? before : after));
            } else if (isBound(after)) {
                bound(after);
            } else if (isOurs(after)) {
                queue.put(PodInfo.of(after));
            } else {
                queue.remove(after.getMetadata().getUid());
            }
        });
    }

    private void gone(Pod pod) {
        queue.remove(pod.getMetadata().getUid());
        cache.removePod(pod.getMetadata().getUid());
        if (isBound(pod)) {
            queue.happened(ClusterEvent.POD_REMOVED);
        }
    }

    private void bound(Pod pod) {
        queue.remove(pod.getMetadata().getUid());
        cache.putPod(PodInfo.of(pod), pod.getSpec().getNodeName());
    }

    private static boolean isBound(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    private boolean isOurs(Pod pod) {
        return schedulerName.equals(pod.getSpec().getSchedulerName()) && !Pods.isTerminating(pod) && pod.getSpec().getSchedulingGates().isEmpty();
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
            queue.happened(ClusterEvent.NODE_ADDED);
            return;
        }
        if (!Objects.equals(before.getSpec().getTaints(), after.getSpec().getTaints())
                || !Objects.equals(before.getSpec().getUnschedulable(), after.getSpec().getUnschedulable())) {
            queue.happened(ClusterEvent.NODE_TAINTS_CHANGED);
        }
        if (!Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())) {
            queue.happened(ClusterEvent.NODE_LABELS_CHANGED);
        }
        if (!Objects.equals(before.getStatus().getAllocatable(), after.getStatus().getAllocatable())) {
            queue.happened(ClusterEvent.NODE_ALLOCATABLE_CHANGED);
        }
    }
}
