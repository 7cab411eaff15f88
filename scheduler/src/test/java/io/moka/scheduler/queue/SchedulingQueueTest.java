package io.moka.scheduler.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Plugin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SchedulingQueue queue = Queues.queue(() -> now);

    private static PodInfo pod(String name, int priority) {
        return Fixtures.info(new PodBuilder(Fixtures.pod(name).build()).editSpec().withPriority(priority).endSpec());
    }

    private static PodInfo labelled(String name, String label) {
        return Fixtures.info(new PodBuilder(Fixtures.pod(name).build()).editMetadata().addToLabels("x", label).endMetadata());
    }

    private static Plugin plugin(ClusterEvent... helpedBy) {
        return new Plugin() {
            @Override
            public String name() {
                return "Refusing";
            }

            @Override
            public Set<ClusterEvent> helpedBy() {
                return Set.of(helpedBy);
            }
        };
    }

    private void happened(ClusterEvent event) {
        queue.happened(new Change.Other(event));
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
        queue.putUnschedulable(taken, Set.of(plugin(helpedBy)));
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
        happened(ClusterEvent.NODE_LABELS_CHANGED);
        assertEquals("unschedulableQ", place("a"));
        happened(ClusterEvent.POD_REMOVED);
        assertEquals("backoffQ", place("a"));
        pass(Duration.ofSeconds(1));
        assertEquals("a", next());
    }

    @Test
    void whoHasWaitedLongerThanItsPauseGoesOnAtOnce() throws InterruptedException {
        queue.put(pod("a", 0));
        fail("a", ClusterEvent.NODE_ADDED);
        pass(Duration.ofSeconds(20));
        happened(ClusterEvent.NODE_ADDED);
        assertEquals("activeQ", place("a"));
    }

    @Test
    void pausesDoubleUpToTenSeconds() throws InterruptedException {
        queue.put(pod("a", 0));
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            fail("a", ClusterEvent.NODE_ADDED);
            happened(ClusterEvent.NODE_ADDED);
            assertEquals("backoffQ until " + now.plusSeconds(seconds), queue.describe("uid-a"));
            pass(Duration.ofSeconds(seconds));
        }
        assertEquals(7, queue.take().attempts());
    }

    @Test
    void anEventDuringTheCycleIsNotMissed() throws InterruptedException {
        queue.put(pod("a", 0));
        var taken = queue.take();
        happened(ClusterEvent.NODE_ADDED);
        queue.putUnschedulable(taken, Set.of(plugin(ClusterEvent.NODE_ADDED)));
        assertEquals("backoffQ", place("a"));
    }

    @Test
    void anEventBeforeTheCycleDoesNotCount() throws InterruptedException {
        queue.put(pod("a", 0));
        happened(ClusterEvent.NODE_ADDED);
        fail("a", ClusterEvent.NODE_ADDED);
        assertEquals("unschedulableQ", place("a"));
    }

    @Test
    void aChangeOfThePodDuringItsCycleIsNotMissed() throws InterruptedException {
        queue.put(labelled("a", "1"));
        var taken = queue.take();
        queue.put(labelled("a", "2"));
        queue.putUnschedulable(taken, Set.of(plugin(ClusterEvent.POD_CHANGED)));
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
        happened(ClusterEvent.NODE_ADDED);
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

    /// Upstream's `SchedulerPopFromBackoffQ`.
    @Test
    void aRefusedPodGoesOnEarlyWhenNothingElseIsToBeDoneButAFailedOneWaits() throws InterruptedException {
        queue.put(pod("refused", 0));
        fail("refused", ClusterEvent.NODE_ADDED);
        queue.put(pod("failed", 0));
        queue.putBack(queue.take());
        happened(ClusterEvent.NODE_ADDED);
        assertEquals("backoffQ", place("refused"));
        queue.put(pod("other", 0));
        assertEquals("other", next());
        assertEquals("refused", next());
        assertEquals("backoffQ", place("failed"));
    }

    @Test
    void aGatedPodWaitsWithoutAttemptsUntilItsGatesAreOpen() throws InterruptedException {
        var gated = new PodBuilder(pod("g", 5).pod()).editSpec().addNewSchedulingGate("wait").endSpec();
        queue.put(Fixtures.info(gated));
        queue.put(pod("a", 0));
        happened(ClusterEvent.NODE_ADDED);
        assertEquals("gated", place("g"));
        assertEquals("a", next());
        queue.put(pod("g", 5));
        assertEquals("g", next());
    }

    @Test
    void anEventThatThePluginKnowsNotToHelpWakesNobody() throws InterruptedException {
        var asked = new ArrayList<String>();
        queue.put(pod("a", 0));
        queue.putUnschedulable(queue.take(), Set.of(new Plugin() {
            @Override
            public String name() {
                return "Hinting";
            }

            @Override
            public Set<ClusterEvent> helpedBy() {
                return Set.of(ClusterEvent.POD_REMOVED);
            }

            @Override
            public boolean helps(PodInfo waiting, Change change) {
                asked.add(waiting.key().name());
                return change instanceof Change.OfPod;
            }
        }));
        happened(ClusterEvent.NODE_ADDED);
        assertEquals(List.of(), asked);
        happened(ClusterEvent.POD_REMOVED);
        assertEquals("unschedulableQ", place("a"));
        assertEquals(List.of("a"), asked);
        queue.happened(new Change.OfPod(ClusterEvent.POD_REMOVED, pod("gone", 0), null));
        assertEquals("backoffQ", place("a"));
    }

    /// The work of an event is bounded by the pods that its kind could help, so that draining n pods is not n²: counted by the questions asked.
    @Test
    void drainingTenThousandPodsAsksNothingOfThoseThatWaitForSomethingElse() throws InterruptedException {
        var questions = new AtomicInteger();
        var labels = new Plugin() {
            @Override
            public String name() {
                return "Labels";
            }

            @Override
            public Set<ClusterEvent> helpedBy() {
                questions.incrementAndGet();
                return Set.of(ClusterEvent.NODE_LABELS_CHANGED);
            }
        };
        int pods = 10_000;
        for (int i = 0; i < pods; i++) {
            queue.put(pod("p" + i, 0));
        }
        for (int i = 0; i < pods / 2; i++) {
            queue.putUnschedulable(queue.take(), Set.of(labels));
        }
        for (int i = 0; i < pods / 2; i++) {
            var taken = queue.take();
            queue.remove(taken.pod().uid());
            happened(ClusterEvent.POD_PLACED);
        }
        assertTrue(questions.get() <= 3 * pods, "asked " + questions);
        happened(ClusterEvent.NODE_LABELS_CHANGED);
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < pods / 2; i++) {
            queue.remove(queue.take().pod().uid());
        }
        assertEquals("unknown", place("p0"));
    }
}
