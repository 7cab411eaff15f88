package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.queue.Queues;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.DecisionLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole loop decides; the page repeats what was recorded, and answers hypotheses on a copy.
class WhyTest {

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ClusterCache cache = new ClusterCache();
    private final SchedulingQueue queue = Queues.queue(() -> now);
    private final ClusterWatch watch = new ClusterWatch(cache, queue, Set.of("default-scheduler"));
    private final DecisionLog decisions = new DecisionLog();

    private ScriptedServer server;
    private ApiClient client;
    private EventRecorder events;
    private SchedulingLoop loop;
    private Thread thread;
    private Why why;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> reply.json(201, "{\"kind\":\"Status\",\"status\":\"Success\",\"metadata\":{\"name\":\"x\"}}"));
        client = server.client();
        events = new EventRecorder(client, "default-scheduler", null, () -> now);
        var profile = Profile.of("default-scheduler", Catalogs.catalog(new DefaultBinder(client)).defaults());
        loop = new SchedulingLoop(queue, cache, List.of(profile), new PodConditions(client, () -> now), events, decisions, new WaitingPods(), () -> now);
        why = new Why(decisions, queue, cache, List.of(profile), loop::isRunning);
        List.of("a", "b").forEach(name -> watch.nodes().onAdd(Fixtures.node(name).build()));
        thread = Thread.ofVirtual().start(loop);
        Await.until("the loop runs", loop::isRunning);
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        events.close();
        client.close();
        server.close();
    }

    private static Pod pod(String name, String cpu) {
        return Fixtures.pod(name, cpu, "128Mi").editSpec().withSchedulerName("default-scheduler").endSpec().build();
    }

    private JsonNode ask(String pod, String... hypotheses) {
        var query = new HashMap<>(Map.of("namespace", "n", "pod", pod));
        if (hypotheses.length > 0) {
            query.put("if", String.join(";", hypotheses));
        }
        try {
            return Json.mapper().readTree(why.get(query).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void decide(String name, String cpu) {
        watch.pods().onAdd(pod(name, cpu));
        Await.until("a decision about " + name, () -> ask(name).has("decision"));
    }

    @Test
    void ofAPlacedPodTheScoresOfTheWinnerAndTheRunnerUpAreTold() {
        decide("first", "1");
        decide("second", "1");
        var first = ask("first").at("/decision/outcome");
        var answer = ask("second");
        var outcome = answer.at("/decision/outcome");
        assertEquals("Placed", outcome.path("result").asText());
        assertFalse(outcome.path("node").asText().equals(first.path("node").asText()), "the emptier node wins");
        assertTrue(answer.path("state").asText().startsWith("on node " + outcome.path("node").asText()), answer::toString);
        assertEquals("2026-01-01T00:00:00Z 1", answer.at("/decision/time").asText() + " " + answer.at("/decision/attempt").asText());
        var ranking = outcome.path("ranking");
        assertEquals(2, ranking.path("nodes").size());
        int fit = ranking.path("plugins").valueStream().map(JsonNode::asText).toList().indexOf("NodeResourcesFit");
        assertTrue(ranking.at("/nodes/0/scores/" + fit).asInt() > ranking.at("/nodes/1/scores/" + fit).asInt(), ranking::toString);
        for (var node : ranking.path("nodes")) {
            assertEquals(node.path("total").asLong(), node.path("scores").valueStream().mapToLong(JsonNode::asLong).sum());
        }
    }

    @Test
    void ofAPendingPodEachNodeSaysItsSmallestChange() {
        decide("first", "3500m");
        decide("second", "3700m");
        decide("big", "700m");
        var answer = ask("big");
        var outcome = answer.at("/decision/outcome");
        assertEquals("Pending 0/2 nodes are available: 2 Insufficient cpu.", outcome.path("result").asText() + " " + outcome.path("message").asText());
        assertTrue(answer.path("state").asText().startsWith("unschedulableQ since"), answer::toString);
        var changes = outcome.path("nodes").valueStream().map(node -> node.path("change").asText()).sorted().toList();
        assertEquals(List.of("lacks 200m CPU; pod n/first, priority 0, holds 3500m", "lacks 400m CPU; pod n/second, priority 0, holds 3700m"), changes);
        assertTrue(outcome.path("waitsFor").toString().contains("a pod is removed (NodeResourcesFit)"), outcome::toString);
    }

    @Test
    void aHypothesisIsAnsweredOnACopy() {
        decide("first", "3500m");
        decide("second", "3700m");
        decide("big", "700m");
        assertEquals("added-node", ask("big", "add-node=cpu:4,memory:8Gi").at("/decision/outcome/node").asText());
        var freed = ask("first").at("/decision/outcome/node").asText();
        assertEquals(freed, ask("big", "delete=pod/first").at("/decision/outcome/node").asText());
        assertEquals("Pending", ask("big", "delete=pod/first", "cordon=" + freed).at("/decision/outcome/result").asText());
        assertEquals("Pending", ask("first", "cordon=" + freed).at("/decision/outcome/result").asText(), "it would not fit elsewhere");
        assertEquals(freed, ask("first", "cordon=" + (freed.equals("a") ? "b" : "a")).at("/decision/outcome/node").asText(), "its own room counts as free");
        assertEquals("Pending", ask("big").at("/decision/outcome/result").asText(), "nothing has changed");
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertEquals(404, ask("nobody").path("code").asInt());
        decide("first", "1");
        assertEquals("cordon: there is no node \"z\"", ask("first", "cordon=z").path("message").asText());
        assertEquals("delete: no node has a pod \"n/z\"", ask("first", "delete=pod/z").path("message").asText());
        assertEquals(400, ask("first", "explode").path("code").asInt());
        assertEquals(503, new Why(decisions, queue, cache, List.of(), () -> false).get(Map.of("pod", "first")).code());
    }
}
