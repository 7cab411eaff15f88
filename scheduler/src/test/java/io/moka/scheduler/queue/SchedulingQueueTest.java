package io.moka.scheduler.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SchedulingQueue queue = new SchedulingQueue(() -> now);

    private static PodInfo pod(String name, int priority) {
        return Fixtures.info(new PodBuilder(Fixtures.pod(name).build()).editSpec().withPriority(priority).endSpec());
    }

    private static PodInfo labelled(String name, String label) {
        return Fixtures.info(new PodBuilder(Fixtures.pod(name).build()).editMetadata().addToLabels("x", label).endMetadata());
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private String next() throws InterruptedException {
        return queue.take().pod().key().name();
    }

    private String place(String name) {
        var place = queue.describe("uid-" + name);
        return place == null ? "unknown" : place.split(" ")[0];
    }

    /// Takes the pod and finds no node for it.
    private void fail(String name, ClusterEvent... helpedBy) throws InterruptedException {
        var taken = queue.take();
        assertEquals(name, taken.pod().key().name());
        queue.putUnschedulable(taken, helpedBy.length == 0 ? EnumSet.noneOf(ClusterEvent.class) : EnumSet.of(helpedBy[0], helpedBy));
    }

    @Test
    void higherPriorityComesFirstThenWhoCameFirst() throws InterruptedException {
        queue.put(pod("early", 0));
        pass(Duration.ofMillis(1));
        queue.put(pod("late", 0));
        queue.put(pod("important", 1000));
        queue.put(pod("humble", -5));
        assertEquals("important", next());
        assertEquals("early", next());
        assertEquals("late", next());
        assertEquals("humble", next());
    }

    @Test
    void aChangedPriorityChangesTheOrder() throws InterruptedException {
        queue.put(pod("a", 0));
        pass(Duration.ofMillis(1));
        queue.put(pod("b", 0));
        queue.put(pod("b", 10));
        assertEquals("b", next());
    }

    @Test
    void onlyAnEventThatCouldHelpBringsAPodBack() throws InterruptedException {
        queue.put(pod("a", 0));
        fail("a", ClusterEvent.POD_REMOVED);
        assertEquals("unschedulableQ", place("a"));
        queue.happened(ClusterEvent.NODE_LABELS_CHANGED);
        assertEquals("unschedulableQ", place("a"));
        queue.happened(ClusterEvent.POD_REMOVED);
        assertEquals("backoffQ", place("a"));
        pass(Duration.ofSeconds(1));
        assertEquals("a", next());
    }

    @Test
    void whoHasWaitedLongerThanItsPauseGoesOnAtOnce() throws InterruptedException {
        queue.put(pod("a", 0));
        fail("a", ClusterEvent.NODE_ADDED);
        pass(Duration.ofSeconds(20));
        queue.happened(ClusterEvent.NODE_ADDED);
        assertEquals("activeQ", place("a"));
    }

    @Test
    void pausesDoubleUpToTenSeconds() throws InterruptedException {
        queue.put(pod("a", 0));
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            fail("a", ClusterEvent.NODE_ADDED);
            queue.happened(ClusterEvent.NODE_ADDED);
            assertEquals("backoffQ until " + now.plusSeconds(seconds), queue.describe("uid-a"));
            pass(Duration.ofSeconds(seconds));
        }
        assertEquals(7, queue.take().attempts());
    }

    @Test
    void anEventDuringTheCycleIsNotMissed() throws InterruptedException {
        queue.put(pod("a", 0));
        var taken = queue.take();
        queue.happened(ClusterEvent.NODE_ADDED);
        queue.putUnschedulable(taken, Set.of(ClusterEvent.NODE_ADDED));
        assertEquals("backoffQ", place("a"));
    }

    @Test
    void anEventBeforeTheCycleDoesNotCount() throws InterruptedException {
        queue.put(pod("a", 0));
        queue.happened(ClusterEvent.NODE_ADDED);
        fail("a", ClusterEvent.NODE_ADDED);
        assertEquals("unschedulableQ", place("a"));
    }

    @Test
    void aChangeOfThePodDuringItsCycleIsNotMissed() throws InterruptedException {
        queue.put(labelled("a", "1"));
        var taken = queue.take();
        queue.put(labelled("a", "2"));
        queue.putUnschedulable(taken, Set.of(ClusterEvent.POD_CHANGED));
        assertEquals("backoffQ", place("a"));
        pass(Duration.ofSeconds(1));
        assertEquals("2", queue.take().pod().pod().getMetadata().getLabels().get("x"));
    }

    @Test
    void aPodWhoseBindingFailedIsTriedAgainInItsNewestState() throws InterruptedException {
        queue.put(labelled("a", "1"));
        var taken = queue.take();
        queue.put(labelled("a", "2"));
        queue.putBack(taken);
        assertEquals("backoffQ", place("a"));
        pass(Duration.ofSeconds(1));
        assertEquals("2", queue.take().pod().pod().getMetadata().getLabels().get("x"));
    }

    @Test
    void aStatusAloneBringsNothingBack() throws InterruptedException {
        queue.put(pod("a", 0));
        fail("a", ClusterEvent.POD_CHANGED);
        queue.put(Fixtures.info(new PodBuilder(pod("a", 0).pod()).withNewStatus().withPhase("Pending").endStatus()));
        assertEquals("unschedulableQ", place("a"));
        queue.put(labelled("a", "new"));
        assertEquals("backoffQ", place("a"));
    }

    @Test
    void afterFiveMinutesItIsTriedAgainInAnyCase() throws InterruptedException {
        queue.put(pod("a", 0));
        fail("a");
        pass(Duration.ofMinutes(4));
        queue.put(pod("b", 0));
        assertEquals("b", next());
        pass(Duration.ofMinutes(1));
        assertEquals("a", next());
    }

    @Test
    void whoIsGoneDoesNotComeBack() throws InterruptedException {
        for (var name : new String[] {"active", "flying", "waiting"}) {
            queue.put(pod(name, 0));
        }
        queue.remove("uid-active");
        var flying = queue.take();
        queue.remove("uid-flying");
        queue.putUnschedulable(flying, Set.of());
        queue.putBack(flying);
        assertEquals("unknown", place("flying"));
        fail("waiting", ClusterEvent.NODE_ADDED);
        queue.remove("uid-waiting");
        queue.happened(ClusterEvent.NODE_ADDED);
        assertNull(queue.describe("uid-waiting"));
    }

    @Test
    void whoWaitsIsWokenByAPod() throws InterruptedException {
        var got = new SynchronousQueue<String>();
        var waiting = Thread.ofVirtual().start(() -> {
            try {
                got.put(next());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        queue.put(pod("a", 0));
        assertEquals("a", got.poll(10, TimeUnit.SECONDS));
        waiting.join();
        assertTrue(place("a").equals("in"));
    }
}
