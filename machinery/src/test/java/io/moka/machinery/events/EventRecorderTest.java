package io.moka.machinery.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.machinery.testing.Await;
import io.moka.machinery.client.Json;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What the recorder sends to a server that keeps a list of the requests.
class EventRecorderTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static JsonNode body(ScriptedServer server, int index) throws IOException {
        return Json.mapper().readTree(server.requests().get(index).body());
    }

    private static io.fabric8.kubernetes.api.model.Pod pod() {
        return new PodBuilder().withNewMetadata().withNamespace("n").withName("web").withUid("u1").endMetadata().build();
    }

    @Test
    void theFirstIsCreatedAndItsLikeAreCounted() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, "{\"metadata\":{\"name\":\"web.1\"}}"));
                var client = server.client(); var events = new EventRecorder(client, "kubelet", "node-a", InstantSource.fixed(NOW))) {
            for (int i = 0; i < 3; i++) {
                events.record(pod(), "spec.containers{web}", EventRecorder.Type.Warning, "BackOff", "Back-off restarting");
            }
            events.normal(pod(), "Started", "Started container");
            Await.until("four requests", () -> server.requests().size() == 4);
            var first = body(server, 0);
            assertEquals("/api/v1/namespaces/n/events", server.requests().getFirst().path());
            assertEquals("BackOff", first.path("reason").asText());
            assertEquals("Warning", first.path("type").asText());
            assertEquals("kubelet", first.at("/source/component").asText());
            assertEquals("node-a", first.at("/source/host").asText());
            assertEquals("spec.containers{web}", first.at("/involvedObject/fieldPath").asText());
            assertEquals("Pod", first.at("/involvedObject/kind").asText());
            assertEquals("2026-01-01T00:00:00Z", first.path("firstTimestamp").asText());
            assertEquals("PATCH", server.requests().get(1).method());
            assertEquals("/api/v1/namespaces/n/events/web.1", server.requests().get(1).path());
            assertEquals(2, body(server, 1).path("count").asInt());
            assertEquals(3, body(server, 2).path("count").asInt());
            assertEquals("POST", server.requests().get(3).method());
        }
    }

    /// A pod that is refused has another name in each attempt.
    @Test
    void eventsThatDifferInTheirTextsAloneBecomeOne() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, "{\"metadata\":{\"name\":\"web.1\"}}"));
                var client = server.client(); var events = new EventRecorder(client, "c", null, InstantSource.fixed(NOW))) {
            for (int i = 0; i < 20; i++) {
                events.warning(pod(), "FailedCreate", "Error creating: pods \"web-" + i + "\" is forbidden");
            }
            Await.until("twenty requests", () -> server.requests().size() == 20);
            assertEquals(10, server.requests().stream().filter(request -> request.method().equals("POST")).count());
            assertEquals("(combined from similar events): Error creating: pods \"web-9\" is forbidden", body(server, 9).path("message").asText());
            assertEquals("(combined from similar events): Error creating: pods \"web-19\" is forbidden", body(server, 19).path("message").asText());
            assertEquals(11, body(server, 19).path("count").asInt());
        }
    }

    @Test
    void anEventThatHasExpiredIsMadeAnew() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> {
            if (request.method().equals("PATCH")) {
                reply.status(404, "NotFound", "expired");
            } else {
                reply.json(201, "{\"metadata\":{\"name\":\"a.1\"}}");
            }
        }); var client = server.client(); var events = new EventRecorder(client, "c", null, InstantSource.fixed(NOW))) {
            var node = new NodeBuilder().withNewMetadata().withName("a").withUid("u").endMetadata().build();
            events.normal(node, "Ready", "is ready");
            events.normal(node, "Ready", "is ready");
            Await.until("three requests", () -> server.requests().size() == 3);
            assertEquals("/api/v1/namespaces/default/events", server.requests().get(2).path(), "what has no namespace goes to default");
            assertEquals("POST", server.requests().get(2).method());
            assertEquals(1, body(server, 2).path("count").asInt());
        }
    }

    @Test
    void aRefusalOrAnAbsentServerHarmsNoLaterEvent() throws IOException {
        var broken = new AtomicBoolean(true);
        try (var server = new ScriptedServer((request, reply) -> {
            if (broken.getAndSet(false)) {
                throw new IOException("the connection breaks");
            }
            if (request.body().contains("Forbidden")) {
                reply.status(403, "Forbidden", "no");
            } else {
                reply.json(201, "{\"metadata\":{\"name\":\"web.1\"}}");
            }
        }); var client = server.client(); var events = new EventRecorder(client, "c", null, InstantSource.fixed(NOW))) {
            events.normal(pod(), "Lost", "x");
            events.normal(pod(), "Forbidden", "x");
            events.normal(pod(), "Fine", "x");
            Await.until("the third came through", () -> server.requests().stream().anyMatch(request -> request.body().contains("Fine")));
        }
    }

    @Test
    void anObjectMayMakeTwentyFiveEventsAndOneMoreEachFiveMinutes() {
        var now = new Instant[] {NOW};
        var filter = new SpamFilter(() -> now[0]);
        for (int i = 0; i < 25; i++) {
            assertTrue(filter.admit("a"));
        }
        assertFalse(filter.admit("a"));
        assertTrue(filter.admit("b"), "another object has its own measure");
        now[0] = NOW.plus(Duration.ofMinutes(4));
        assertFalse(filter.admit("a"));
        now[0] = NOW.plus(Duration.ofMinutes(5));
        assertTrue(filter.admit("a"));
        assertFalse(filter.admit("a"));
    }

    @Test
    void anObjectThatReportsTooOftenIsHeldBackAndNoOther() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(201, "{\"metadata\":{\"name\":\"e.1\"}}"));
                var client = server.client(); var events = new EventRecorder(client, "c", null, InstantSource.fixed(NOW))) {
            for (int i = 0; i < 40; i++) {
                events.normal(pod(), "Reason" + i, "x");
            }
            events.normal(new NodeBuilder().withNewMetadata().withName("a").withUid("u2").endMetadata().build(), "Last", "x");
            Await.until("the other object's event", () -> server.requests().stream().anyMatch(request -> request.body().contains("Last")));
            assertEquals(26, server.requests().size(), "25 of the pod and one of the node");
        }
    }

    @Test
    void textsAreForgottenAfterTenMinutes() throws IOException {
        var time = new VirtualTime();
        try (var server = new ScriptedServer((request, reply) -> reply.json(201, "{\"metadata\":{\"name\":\"e.1\"}}"));
                var client = server.client(); var events = new EventRecorder(client, "c", null, time)) {
            for (int i = 0; i < 10; i++) {
                events.warning(pod(), "Failed", "attempt " + i);
            }
            Await.until("ten events", () -> server.requests().size() == 10);
            assertEquals("(combined from similar events): attempt 9", body(server, 9).path("message").asText());
            time.pass(Duration.ofMinutes(11));
            events.warning(pod(), "Failed", "attempt 10");
            Await.until("one more", () -> server.requests().size() == 11);
            assertEquals("attempt 10", body(server, 10).path("message").asText());
            assertEquals("2026-01-01T00:11:00Z", body(server, 10).path("lastTimestamp").asText());
        }
    }

    @Test
    void eventsOfOneInstantKeepTheirOrderInTheirNames() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(201, request.body()));
                var client = server.client(); var events = new EventRecorder(client, "c", null, InstantSource.fixed(NOW))) {
            for (var reason : List.of("Scheduled", "Pulling", "Pulled", "Created", "Started")) {
                events.normal(pod(), reason, "x");
            }
            Await.until("five events", () -> server.requests().size() == 5);
            var names = new ArrayList<String>();
            for (int i = 0; i < 5; i++) {
                names.add(body(server, i).at("/metadata/name").asText());
            }
            assertEquals(names.stream().sorted().distinct().toList(), names);
        }
    }
}
