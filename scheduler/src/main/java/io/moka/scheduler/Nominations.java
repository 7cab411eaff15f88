package io.moka.scheduler;

import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.preemption.Evictions;
import io.moka.scheduler.queue.SchedulingQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Ends the nominations of pods whose preemption failed, or whose node a more important pod gets.
final class Nominations implements Evictions.Nominations {

    private final ClusterCache cache;
    private final PodConditions conditions;
    private volatile @Nullable SchedulingQueue queue;

    Nominations(ClusterCache cache, PodConditions conditions) {
        this.cache = cache;
        this.conditions = conditions;
    }

    /// The queue is made after the plugins; this is called before the first pod is scheduled.
    void freedRoomFor(SchedulingQueue theQueue) {
        queue = theQueue;
    }

    @Override
    public void failed(PodInfo pod) {
        end(pod);
        Objects.requireNonNull(queue).activate(pod.uid());
    }

    @Override
    public void displaced(PodInfo pod) {
        end(pod);
    }

    private void end(PodInfo pod) {
        if (cache.removeNomination(pod.uid())) {
            conditions.clearNomination(pod);
            Objects.requireNonNull(queue).happened(new Change.OfPod(ClusterEvent.POD_REMOVED, pod, null));
        }
    }
}
