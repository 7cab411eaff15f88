package io.moka.apiserver.front.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestWebhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events that are sent to a server.
final class AuditWebhookTest {
    @TempDir
    private Path folder;
    private final List<JsonNode> lists = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private TestWebhook webhook;

    @BeforeEach
    void start() throws IOException {
        webhook = TestWebhook.start(this::receive, "localhost");
        Files.writeString(folder.resolve("webhook.yaml"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: audit, cluster: {server: "https://localhost:%d/events", certificate-authority-data: "%s"}}]
                users: [{name: apiserver, user: {token: sesame}}]
                contexts: [{name: audit, context: {cluster: audit, user: apiserver}}]
                current-context: audit
                """.formatted(webhook.port(), TestWebhook.caBundle()));
        Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                rules:
                - {level: RequestResponse, resources: [{group: "", resources: [configmaps]}]}
                """);
    }

    @AfterEach
    void stop() {
        webhook.close();
    }

    private void receive(HttpExchange exchange) throws IOException {
        authorizations.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
        JsonNode sent = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
        if (refusals.getAndDecrement() > 0) {
            TestWebhook.answer(exchange, 503, Json.object());
        } else {
            lists.add(sent);
            TestWebhook.answer(exchange, 200, Json.object());
        }
    }

    private TestServer server(String... flags) {
        List<String> all = new ArrayList<>(List.of("--audit-policy-file=" + folder.resolve("policy.yaml"), "--audit-webhook-config-file=" + folder.resolve("webhook.yaml")));
        all.addAll(List.of(flags));
        return TestServer.start(all.toArray(String[]::new));
    }

    private List<JsonNode> events() {
        List<JsonNode> events = new ArrayList<>();
        lists.forEach(list -> list.path("items").forEach(events::add));
        return events;
    }

    private static TestServer.Answer create(TestServer server, String name, String data) {
        return server.admin().post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"" + data + "\"}}");
    }

    @Test
    void batchIsSentWhenItIsOldEnough() throws Exception {
        try (TestServer server = server("--audit-webhook-batch-max-wait=300ms")) {
            create(server, "a", "b");
            TestServer.await("both stages", () -> events().size() == 2);
            JsonNode list = lists.getFirst();
            assertEquals("EventList", list.path("kind").asText());
            assertEquals("audit.k8s.io/v1", list.path("apiVersion").asText());
            assertEquals("ResponseComplete", events().get(1).path("stage").asText());
            assertEquals("b", events().get(1).at("/responseObject/data/a").asText());
            assertFalse(events().get(1).has("kind"));
            assertEquals("/events Bearer sesame", authorizations.getFirst());
        }
    }

    @Test
    void batchIsSentWhenItIsLargeEnoughAndTheRestAtTheEnd() throws Exception {
        try (TestServer server = server("--audit-webhook-batch-max-wait=10m", "--audit-webhook-batch-max-size=4")) {
            create(server, "a", "b");
            create(server, "c", "d");
            TestServer.await("one batch", () -> lists.size() == 1);
            create(server, "e", "f");
            assertEquals(4, events().size());
        }
        assertEquals(List.of(4, 2), lists.stream().map(list -> list.path("items").size()).toList());
    }

    @Test
    void refusedBatchIsSentAgain() throws Exception {
        refusals.set(3);
        try (TestServer server = server("--audit-webhook-batch-max-wait=50ms", "--audit-webhook-batch-max-size=2", "--audit-webhook-initial-backoff=10ms")) {
            create(server, "a", "b");
            TestServer.await("the fourth attempt", () -> events().size() == 2);
            assertEquals(4, authorizations.size());
        }
    }

    @Test
    void blockingModeSendsBeforeTheAnswer() throws Exception {
        try (TestServer server = server("--audit-webhook-mode=blocking", "--audit-webhook-initial-backoff=1ms")) {
            create(server, "a", "b");
            assertEquals("RequestReceived", events().getFirst().path("stage").asText());
            refusals.set(1000);
            assertEquals(201, create(server, "c", "d").code());
        }
    }

    @Test
    void strictModeRefusesWhatIsNotOnRecord() throws Exception {
        try (TestServer server = server("--audit-webhook-mode=blocking-strict", "--audit-webhook-initial-backoff=1ms")) {
            assertEquals(201, create(server, "a", "b").code());
            refusals.set(1000);
            var refused = create(server, "c", "d");
            assertEquals(500, refused.code());
            assertTrue(refused.body().contains("failed to store audit event"), refused.body());
            assertEquals(200, server.admin().get("/api/v1/nodes").code());
            refusals.set(0);
            assertEquals(404, server.admin().get("/api/v1/namespaces/default/configmaps/c").code());
        }
    }

    @Test
    void tooLargeAnEventLosesItsBodies() throws Exception {
        try (TestServer server = server("--audit-webhook-batch-max-wait=50ms", "--audit-webhook-truncate-enabled", "--audit-webhook-truncate-max-event-size=3000")) {
            create(server, "a", "x".repeat(5000));
            TestServer.await("both stages", () -> events().size() == 2);
            JsonNode complete = events().get(1);
            assertFalse(complete.has("requestObject"));
            assertFalse(complete.has("responseObject"));
            assertEquals("true", complete.path("annotations").path("audit.k8s.io/truncated").asText());
        }
    }

    @Test
    void eventsThatDoNotFitAreLeftOutAndBatchesSplit() {
        Truncation truncation = new Truncation(60, 100);
        assertNotNull(truncation.event("{\"requestObject\":{}}".getBytes(UTF_8)));
        assertNull(truncation.event(("{\"a\":\"" + "x".repeat(60) + "\"}").getBytes(UTF_8)));
        List<byte[]> events = List.of(new byte[50], new byte[50], new byte[99], new byte[1], new byte[90]);
        assertEquals(List.of(2, 2, 1), truncation.batches(events).stream().map(List::size).toList());
    }

    @Test
    void olderFormIsALineOfWords() throws IOException {
        ObjectNode event = (ObjectNode) Json.MAPPER.readTree("""
                {"auditID":"1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/x/pods?a=\\"b\\"","verb":"list","user":{"username":"admin","groups":["a","b"]},
                "sourceIPs":["127.0.0.1"],"userAgent":"me","objectRef":{"namespace":"x"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z"}
                """);
        assertEquals("2026-01-01T00:00:00.000000Z AUDIT: id=\"1\" stage=\"ResponseComplete\" ip=\"127.0.0.1\" method=\"list\" user=\"admin\" groups=\"\\\"a\\\",\\\"b\\\"\" "
                + "as=\"<self>\" asgroups=\"<lookup>\" user-agent=\"me\" namespace=\"x\" uri=\"/api/v1/namespaces/x/pods?a=\\\"b\\\"\" response=\"200\"", LegacyFormat.line(event));
        event.remove(List.of("user", "sourceIPs", "objectRef", "responseStatus"));
        assertEquals("2026-01-01T00:00:00.000000Z AUDIT: id=\"1\" stage=\"ResponseComplete\" ip=\"<unknown>\" method=\"list\" user=\"<none>\" groups=\"<none>\" "
                + "as=\"<self>\" asgroups=\"<lookup>\" user-agent=\"me\" namespace=\"<none>\" uri=\"/api/v1/namespaces/x/pods?a=\\\"b\\\"\" response=\"<deferred>\"", LegacyFormat.line(event));
    }
}
