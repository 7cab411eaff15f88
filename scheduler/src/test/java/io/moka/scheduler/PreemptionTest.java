package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.preemption.DefaultPreemption;
import io.moka.scheduler.preemption.Evictions;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.DecisionLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole scheduler but its informers, on nodes of 4 cores; the API is scripted.
class PreemptionTest {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile boolean evictionsFail;
    private final List<PodDisruptionBudget> budgets = new CopyOnWriteArrayList<>();
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
            if (evictionsFail && request.method().equals("DELETE")) {
                reply.status(500, "InternalError", "etcd is away");
            } else {
                reply.json(200, "{\"metadata\":{\"name\":\"x\"}}");
            }
        });
        client = server.client();
        events = new EventRecorder(client, "default-scheduler", null, () -> now);
        var conditions = new PodConditions(client, () -> now);
        var nominations = new Nominations(cache, conditions);
        nominations.freedRoomFor(queue);
        var preemption = new DefaultPreemption(() -> budgets, new Evictions(client, events, () -> now, nominations), new Random(3));
        var profile = Catalogs.profile(preemption, new DefaultBinder(client));
        thread = Thread.ofVirtual().start(new SchedulingLoop(queue, cache, List.of(profile), conditions, events, new DecisionLog(), new WaitingPods(), () -> now));
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        events.close();
        client.close();
        server.close();
    }

    private static PodBuilder pod(String name, int priority, int cores) {
        return Fixtures.pod(name, String.valueOf(cores), "1Mi").editSpec().withSchedulerName("default-scheduler").withPriority(priority).endSpec();
    }

    /// `name,priority,cores[,start minute[,app]]`
    private static Pod running(String text, String node) {
        var parts = text.split(",");
        var pod = pod(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2])).editSpec().withNodeName(node).endSpec()
                .withNewStatus().withStartTime("2026-01-01T00:%02d:00Z".formatted(parts.length > 3 ? Integer.parseInt(parts[3]) : 0)).endStatus();
        return parts.length > 4 ? pod.editMetadata().addToLabels("app", parts[4]).endMetadata().build() : pod.build();
    }

    private void cluster(String text) {
        for (var part : text.split(";")) {
            var sides = part.strip().split(":");
            watch.nodes().onAdd(Fixtures.node(sides[0]).build());
            for (var pod : sides[1].strip().split("\\s+")) {
                if (!pod.equals("-")) {
                    watch.pods().onAdd(running(pod, sides[0]));
                }
            }
        }
    }

    private void budget(String app, int allowed) {
        budgets.add(new PodDisruptionBudgetBuilder().withNewMetadata().withNamespace("n").withName(app).endMetadata()
                .withNewSpec().withNewSelector().addToMatchLabels("app", app).endSelector().endSpec().withNewStatus().withDisruptionsAllowed(allowed).endStatus().build());
    }

    private List<ScriptedServer.Request> requests(String method, String pathEnd) {
        return server.requests().stream().filter(request -> request.method().equals(method) && request.path().endsWith(pathEnd)).toList();
    }

    private String deleted() {
        return server.requests().stream().filter(request -> request.method().equals("DELETE")).map(request -> request.path().split("/")[6])
                .collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(" "));
    }

    /// A pod of priority 10 and 2 cores arrives. Budgets: `app=allowed`.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "one victim is enough | a: v1,1,2 v2,2,2 | | a | v1",
        "the lowest priority goes | a: v1,5,4; b: v2,3,4 | | b | v2",
        "as few as needed | a: v1,1,1 v2,1,1 v3,1,2 | | a | v3",
        "the later started goes | a: v1,1,2,5 v2,1,2,9 | | a | v2",
        "fewest victims | a: v1,1,1 v2,1,1 v5,20,2; b: v3,1,2 v6,20,2 | | b | v3",
        "smallest sum | a: v1,3,1 v2,2,1 v5,20,2; b: v3,3,1 v4,1,1 v6,20,2 | | b | v3 v4",
        "lowest highest priority before fewest | a: v1,3,2 v5,20,2; b: v3,2,1 v4,2,1 v6,20,2 | | b | v3 v4",
        "latest start among equals | a: v1,1,4,3; b: v2,1,4,7; c: v3,1,4,5 | | b | v2",
        "a budget is respected | a: v1,1,4,1,web; b: v2,5,4 | web=0 | b | v2",
        "a budget with room | a: v1,1,4,1,web; b: v2,5,4 | web=1 | a | v1",
        "a budget is no wall | a: v1,1,4,1,web | web=0 | a | v1",
        "within a node the unprotected goes | a: v1,1,2,1,web v2,5,2 | web=0 | a | v2",
        "equal and higher priorities stay | a: v1,10,4; b: v2,11,2 v3,9,2 | | b | v3",
        "negative priorities | a: v1,-5,4; b: v2,-1,4 | | a | v1"})
    void theLeastHarmIsDone(String name, String cluster, String budget, String node, String victims) {
        if (budget != null) {
            budget(budget.split("=")[0], Integer.parseInt(budget.split("=")[1]));
        }
        cluster(cluster);
        watch.pods().onAdd(pod("p", 10, 2).build());
        Await.until("evicted", () -> deleted().equals(victims));
        assertEquals(node, cache.nominatedNode("uid-p"));
        Await.until("nominated", () -> requests("PATCH", "pods/p/status").stream().anyMatch(request -> request.body().contains("\"nominatedNodeName\":\"" + node + "\"")));
        for (var victim : victims.split(" ")) {
            var condition = requests("PATCH", "pods/" + victim + "/status").getFirst().body();
            assertTrue(condition.contains("DisruptionTarget") && condition.contains("PreemptionByScheduler"), condition);
            assertTrue(requests("DELETE", "pods/" + victim).getFirst().body().contains("\"uid\":\"uid-" + victim + "\""));
        }
    }

    private String message() {
        return requests("PATCH", "pods/p/status").stream().map(ScriptedServer.Request::body).reduce((a, b) -> b).orElse("");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "never | Never | 2 | a: v1,1,4 | preemption: not eligible due to preemptionPolicy=Never.",
        "nobody is less important | | 2 | a: v1,10,4 | preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
        "too large for any node | | 5 | a: v1,1,4 | preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        "too important neighbours | | 3 | a: v1,10,2 v2,1,2 | preemption: 0/1 nodes are available: 1 Insufficient cpu."})
    void itSaysWhyItDoesNotHelp(String name, String policy, int cores, String cluster, String message) {
        cluster(cluster);
        watch.pods().onAdd(pod("p", 10, cores).editSpec().withPreemptionPolicy(policy).endSpec().build());
        Await.until("it is said: " + message, () -> message().contains("0/1 nodes are available: 1 Insufficient cpu. " + message));
        assertEquals("", deleted());
        assertNull(cache.nominatedNode("uid-p"));
    }

    private static Pod terminating(String text, String node) {
        return new PodBuilder(running(text, node)).editMetadata().withDeletionTimestamp("2026-01-01T00:00:30Z").endMetadata()
                .editStatus().addNewCondition().withType("DisruptionTarget").withStatus("True").withReason("PreemptionByScheduler").endCondition().endStatus().build();
    }

    @Test
    void theRoomIsKeptFromLesserPodsUntilThePodTakesIt() {
        cluster("a: v1,1,4");
        watch.pods().onAdd(pod("p", 10, 4).build());
        Await.until("evicted", () -> deleted().equals("v1"));
        Await.until("it waits", () -> String.valueOf(queue.describe("uid-p")).startsWith("unschedulableQ"));
        watch.pods().onUpdate(running("v1,1,4", "a"), terminating("v1,1,4", "a"));
        watch.pods().onUpdate(pod("p", 10, 4).build(), pod("p", 10, 4).withNewStatus().withNominatedNodeName("a").endStatus().build());
        watch.pods().onAdd(pod("thief", 5, 4).build());
        Await.until("the thief finds no room", () -> String.valueOf(queue.describe("uid-thief")).startsWith("unschedulableQ"));
        now = now.plus(Duration.ofSeconds(20));
        watch.pods().onDelete(terminating("v1,1,4", "a"));
        Await.until("bound", () -> requests("POST", "/binding").stream().anyMatch(request -> request.path().contains("/p/")));
        assertEquals(1, requests("POST", "/binding").size());
        assertNull(cache.nominatedNode("uid-p"), "the room is taken");
    }

    @Test
    void whileTheVictimsEndNothingMoreIsEvicted() {
        cluster("a: v1,1,4; b: v2,9,4");
        watch.pods().onAdd(pod("p", 10, 4).build());
        Await.until("evicted", () -> deleted().equals("v1"));
        watch.pods().onUpdate(running("v1,1,4", "a"), terminating("v1,1,4", "a"));
        Await.until("the preemption is over", () -> String.valueOf(queue.describe("uid-p")).startsWith("unschedulableQ"));
        watch.pods().onUpdate(pod("p", 10, 4).build(), pod("p", 10, 4).withNewStatus().withNominatedNodeName("a").endStatus().build());
        Await.until("it is said", () -> {
            queue.activate("uid-p");
            return message().contains("not eligible due to a terminating pod on the nominated node.");
        });
        assertEquals("v1", deleted());
        assertEquals("a", cache.nominatedNode("uid-p"));
    }

    @Test
    void aFailedEvictionGivesTheNominationBackAndIsTriedAgain() {
        evictionsFail = true;
        cluster("a: v1,1,4");
        watch.pods().onAdd(pod("p", 10, 4).build());
        Await.until("given back", () -> requests("PATCH", "pods/p/status").stream().anyMatch(request -> request.body().contains("\"nominatedNodeName\":null")));
        evictionsFail = false;
        now = now.plus(Duration.ofMinutes(6));
        queue.activate("uid-p");
        Await.until("nominated again", () -> requests("DELETE", "pods/v1").size() > 1);
        Await.until("and kept", () -> "a".equals(cache.nominatedNode("uid-p")));
    }

    @Test
    void aMoreImportantPodTakesTheNominationOfALesserOne() {
        cluster("a: v1,1,4");
        watch.pods().onAdd(pod("p", 10, 4).build());
        Await.until("nominated", () -> "a".equals(cache.nominatedNode("uid-p")));
        watch.pods().onAdd(pod("q", 20, 4).build());
        Await.until("given up", () -> cache.nominatedNode("uid-p") == null && "a".equals(cache.nominatedNode("uid-q")));
    }

    /// A victim that the affinity of the pod needs is not evicted: the filters are asked again without it.
    @Test
    void aPodIsNotMadeRoomForByEvictingWhatItWantsToBeNear() {
        watch.nodes().onAdd(Fixtures.node("a").build());
        watch.pods().onAdd(running("friend,1,2,1,web", "a"));
        watch.pods().onAdd(running("other,1,2,1,db", "a"));
        watch.pods().onAdd(pod("p", 10, 2).editSpec().withNewAffinity().withNewPodAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname").withNewLabelSelector().addToMatchLabels("app", "web").endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution().endPodAffinity().endAffinity().endSpec().build());
        Await.until("it is said", () -> message().contains("preemption: 0/1 nodes are available: 1 node(s) didn't match pod affinity rules."));
        assertEquals("", deleted());
    }
}
