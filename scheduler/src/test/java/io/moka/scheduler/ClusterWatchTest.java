package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterWatchTest {

    private final SchedulingQueue queue = Queues.queue(InstantSource.system());
    private final ClusterCache cache = new ClusterCache();
    private final ClusterWatch watch = new ClusterWatch(cache, queue, Set.of("default-scheduler"));

    private final Pod pod = Fixtures.pod("p").editSpec().withSchedulerName("default-scheduler").endSpec().build();

    private String place() {
        return queue.describe("uid-p");
    }

    @Test
    void onlyOurOwnPodsAreQueuedAndOnlyOnceTheirGatesAreOpen() {
        watch.pods().onAdd(new PodBuilder(pod).editSpec().withSchedulerName("other").endSpec().build());
        assertNull(place());
        var gated = new PodBuilder(pod).editSpec().addNewSchedulingGate("wait").endSpec().build();
        watch.pods().onAdd(gated);
        assertEquals("gated (waiting for scheduling gates: [wait])", place());
        watch.pods().onUpdate(gated, pod);
        assertEquals("activeQ", place());
    }

    @Test
    void aPodThatIsToGoIsNotScheduledAnyMore() {
        watch.pods().onAdd(pod);
        watch.pods().onUpdate(pod, new PodBuilder(pod).editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build());
        assertNull(place());
    }

    @Test
    void aBoundPodTakesItsPlaceOnTheNodeUntilItIsOver() {
        watch.pods().onAdd(pod);
        var bound = new PodBuilder(pod).editSpec().withNodeName("a").endSpec().build();
        watch.pods().onUpdate(pod, bound);
        assertNull(place());
        assertTrue(cache.isPlaced("uid-p"));
        watch.pods().onUpdate(bound, new PodBuilder(bound).withNewStatus().withPhase("Succeeded").endStatus().build());
        assertTrue(!cache.isPlaced("uid-p"));
    }
}
