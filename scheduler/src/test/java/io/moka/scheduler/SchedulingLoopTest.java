package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.Reserve;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.DecisionLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The loop on a node with room for one pod; the test says when and how each binding is answered.
class SchedulingLoopTest {

    private interface Answer {
        void to(ScriptedServer.Reply reply) throws Exception;
    }

    private static final Answer BOUND = reply -> reply.json(201, "{\"kind\":\"Status\",\"status\":\"Success\"}");

    // by the pod's name: how its binding is answered
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ClusterCache cache = new ClusterCache();
    private final SchedulingQueue queue = Queues.queue(() -> now);
    private final ClusterWatch watch = new ClusterWatch(cache, queue, Set.of("default-scheduler"));

    private ScriptedServer server;
    private ApiClient client;
    private EventRecorder events;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> {
            if (request.path().endsWith("/binding")) {
                var parts = request.path().split("/");
                answers.getOrDefault(parts[parts.length - 2], BOUND).to(reply);
            } else {
                reply.json(200, "{\"metadata\":{\"name\":\"x\"}}");
            }
        });
        client = server.client();
        events = new EventRecorder(client, "default-scheduler", null, () -> now);
        watch.nodes().onAdd(roomForOne());
    }

    private void run(Plugin... more) {
        var plugins = new ArrayList<Plugin>(Catalogs.catalog(new DefaultBinder(client)).defaults());
        plugins.addAll(0, List.of(more));
        var profile = Profile.of("default-scheduler", plugins);
        thread = Thread.ofVirtual().start(new SchedulingLoop(queue, cache, List.of(profile), new PodConditions(client, () -> now), events, new DecisionLog(), new WaitingPods(), () -> now));
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        events.close();
        client.close();
        server.close();
    }

    private static Node roomForOne() {
        return Fixtures.node("a").editStatus().addToAllocatable("pods", new Quantity("1")).endStatus().build();
    }

    private static Pod pod(String name) {
        return Fixtures.pod(name).editSpec().withSchedulerName("default-scheduler").endSpec().build();
    }

    private List<String> bindings() {
        return server.requests().stream().map(ScriptedServer.Request::path).filter(path -> path.endsWith("/binding")).map(path -> path.split("/")[6]).toList();
    }

    private String place(String pod) {
        return String.valueOf(queue.describe("uid-" + pod));
    }

    /// The first takes the room, its binding hangs; the second finds none.
    private CountDownLatch firstAssumedSecondUnschedulable(Answer late) {
        var release = new CountDownLatch(1);
        answers.put("first", reply -> {
            release.await();
            late.to(reply);
        });
        run();
        watch.pods().onAdd(pod("first"));
        Await.until("the first is being bound", () -> bindings().equals(List.of("first")));
        watch.pods().onAdd(pod("second"));
        Await.until("the second finds no room", () -> place("second").startsWith("unschedulableQ"));
        now = now.plus(Duration.ofSeconds(20));
        return release;
    }

    @Test
    void anAssumedPodThatIsDeletedWakesThoseThatWaitForRoom() {
        var release = firstAssumedSecondUnschedulable(reply -> reply.status(404, "NotFound", "gone"));
        watch.pods().onDelete(pod("first"));
        Await.until("the second is bound", () -> bindings().contains("second"));
        release.countDown();
    }

    /// The pod may have been replaced by another of its name.
    @Test
    void aConditionIsWrittenForThePodOfItsUidAlone() throws IOException {
        var release = firstAssumedSecondUnschedulable(BOUND);
        Await.until("the condition is written", () -> conditionOfSecond().isPresent());
        release.countDown();

        var patch = Json.mapper().readTree(conditionOfSecond().orElseThrow().body());
        assertEquals("uid-second", patch.at("/metadata/uid").asText());
        assertEquals("PodScheduled", patch.at("/status/conditions/0/type").asText());
    }

    private Optional<ScriptedServer.Request> conditionOfSecond() {
        return server.requests().stream().filter(request -> request.method().equals("PATCH") && request.path().endsWith("/pods/second/status")).findFirst();
    }

    @Test
    void aBindingThatFailsWakesThoseThatWaitForRoom() {
        var release = firstAssumedSecondUnschedulable(reply -> reply.status(404, "NotFound", "gone"));
        release.countDown();
        Await.until("the second is bound", () -> bindings().contains("second"));
    }

    @Test
    void aBindingThatFailsIsTriedAgainAfterAPause() {
        answers.put("first", reply -> {
            answers.remove("first");
            reply.status(500, "InternalError", "etcd is away");
        });
        run();
        watch.pods().onAdd(pod("first"));
        Await.until("it waits", () -> place("first").startsWith("backoffQ"));
        now = now.plus(Duration.ofSeconds(2));
        watch.nodes().onUpdate(roomForOne(), roomForOne());
        watch.pods().onAdd(pod("other"));
        Await.until("tried again", () -> bindings().stream().filter("first"::equals).count() == 2);
    }

    @Test
    void aPluginThatCannotGiveBackItsReservationStopsNothing() {
        answers.put("first", reply -> reply.status(500, "InternalError", "etcd is away"));
        run(new Reserve() {
            @Override
            public String name() {
                return "Broken";
            }

            @Override
            public Verdict reserve(CycleState state, PodInfo pod, String node) {
                return Verdict.SUCCESS;
            }

            @Override
            public void unreserve(CycleState state, PodInfo pod, String node) {
                throw new IllegalStateException("lost count");
            }
        });
        watch.pods().onAdd(pod("first"));
        Await.until("it waits for its next attempt", () -> place("first").startsWith("backoffQ"));
        watch.pods().onAdd(pod("second"));
        Await.until("the second has got the room", () -> bindings().contains("second"));
    }

    /// A pod that shows as bound while its own binding fails late (the answer was lost) keeps its room.
    @Test
    void aBindingWhoseAnswerIsLostFreesNoRoom() {
        var release = firstAssumedSecondUnschedulable(reply -> reply.status(500, "InternalError", "the answer is lost"));
        watch.pods().onUpdate(pod("first"), Fixtures.pod("first").editSpec().withNodeName("a").endSpec().build());
        release.countDown();
        watch.pods().onAdd(pod("third"));
        Await.until("the third finds no room", () -> place("third").startsWith("unschedulableQ"));
        assertEquals(List.of("first"), bindings());
    }

    @Test
    void aPodThatCannotBeJudgedStopsNoOther() {
        run(new Filter() {
            @Override
            public String name() {
                return "Broken";
            }

            @Override
            public Check check(CycleState state, PodInfo pod) {
                if (pod.key().name().equals("bad")) {
                    throw new IllegalStateException("cannot read it");
                }
                return node -> Verdict.SUCCESS;
            }
        });
        watch.pods().onAdd(pod("bad"));
        watch.pods().onAdd(pod("good"));
        Await.until("the good one is bound", () -> bindings().equals(List.of("good")));
        assertTrue(place("bad").startsWith("backoffQ"), place("bad"));
    }

    @Test
    void aClockThatIsSetBackKeepsNoPodWaiting() {
        answers.put("first", reply -> {
            answers.remove("first");
            reply.status(500, "InternalError", "etcd is away");
        });
        watch.nodes().onUpdate(roomForOne(), Fixtures.node("a").build());
        run();
        watch.pods().onAdd(pod("first"));
        Await.until("it waits", () -> place("first").startsWith("backoffQ"));
        now = now.minus(Duration.ofHours(1));
        watch.pods().onAdd(pod("other"));
        Await.until("tried again", () -> bindings().stream().filter("first"::equals).count() == 2);
    }
}
