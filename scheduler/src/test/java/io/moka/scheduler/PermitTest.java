package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Permit;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.DecisionLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Permit plugin lets each pod of a group wait until the whole group has nodes.
class PermitTest {

    /// The pods wait for so many.
    private static final class Group implements Permit {
        private final WaitingPods waiting;
        private final int size;
        private final Duration atMost;

        Group(WaitingPods waiting, int size, Duration atMost) {
            this.waiting = waiting;
            this.size = size;
            this.atMost = atMost;
        }

        @Override
        public String name() {
            return "Group";
        }

        @Override
        public Answer permit(CycleState state, PodInfo pod, String node) {
            var others = waiting.pods();
            if (others.size() + 1 < size) {
                return new Answer.Wait(atMost);
            }
            others.forEach(other -> waiting.allow(other.uid(), name()));
            return ALLOWED;
        }
    }

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ClusterCache cache = new ClusterCache();
    private final SchedulingQueue queue = Queues.queue(() -> now);
    private final WaitingPods waiting = new WaitingPods();
    private final ClusterWatch watch = new ClusterWatch(cache, queue, Set.of("default-scheduler"), waiting);

    private ScriptedServer server;
    private ApiClient client;
    private EventRecorder events;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> reply.json(201, "{\"kind\":\"Status\",\"status\":\"Success\",\"metadata\":{\"name\":\"x\"}}"));
        client = server.client();
        events = new EventRecorder(client, "default-scheduler", null, () -> now);
        watch.nodes().onAdd(Fixtures.node("a").build());
    }

    private void run(int size, Duration atMost) {
        var plugins = new ArrayList<Plugin>(Catalogs.catalog(new DefaultBinder(client)).defaults());
        plugins.add(new Group(waiting, size, atMost));
        thread = Thread.ofVirtual().start(new SchedulingLoop(queue, cache, List.of(Profile.of("default-scheduler", plugins)), new PodConditions(client, () -> now), events,
                new DecisionLog(), waiting, () -> now));
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        events.close();
        client.close();
        server.close();
    }

    private static Pod pod(String name) {
        return Fixtures.pod(name, "10m", "1Mi").editSpec().withSchedulerName("default-scheduler").endSpec().build();
    }

    private long bindings() {
        return server.requests().stream().filter(request -> request.path().endsWith("/binding")).count();
    }

    /// More than there may be bindings under way.
    @Test
    void podsAreBoundOnceTheWholeGroupHasNodes() {
        watch.nodes().onUpdate(Fixtures.node("a").build(), Fixtures.node("a").editStatus().addToAllocatable("pods", new Quantity("200")).endStatus().build());
        run(150, Duration.ofMinutes(1));
        for (int i = 0; i < 149; i++) {
            watch.pods().onAdd(pod("p" + i));
        }
        Await.until("all but one wait", () -> waiting.pods().size() == 149);
        assertEquals(0, bindings());
        watch.pods().onAdd(pod("last"));
        Await.until("all are bound", () -> bindings() == 150);
        assertTrue(waiting.pods().isEmpty());
    }

    @Test
    void aPodThatWaitsForTooLongGivesItsPlaceBack() {
        run(2, Duration.ofMillis(20));
        watch.pods().onAdd(pod("alone"));
        Await.until("it is tried again later", () -> String.valueOf(queue.describe("uid-alone")).startsWith("backoffQ"));
        assertEquals(0, bindings());
        assertTrue(!cache.isPlaced("uid-alone"));
    }

    @Test
    void aPodThatIsDeletedWhileItWaitsIsNotBound() {
        run(2, Duration.ofMinutes(1));
        watch.pods().onAdd(pod("gone"));
        Await.until("it waits", () -> waiting.pods().size() == 1);
        watch.pods().onDelete(pod("gone"));
        Await.until("it waits no more", () -> waiting.pods().isEmpty());
        watch.pods().onAdd(pod("one"));
        watch.pods().onAdd(pod("two"));
        Await.until("the others are bound", () -> bindings() == 2);
    }
}
