package io.moka.machinery.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiClientTest {

    private static final String OBJECT = """
            {"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"n","name":"c","resourceVersion":"5"},"data":{"a":"b"}}""";

    @ParameterizedTest
    @CsvSource({
        "404, NotFound, true, false, false, false, false", "409, Conflict, false, true, false, false, false",
        "409, AlreadyExists, false, false, true, false, false", "410, Expired, false, false, false, true, false",
        "429, TooManyRequests, false, false, false, false, true", "503, ServiceUnavailable, false, false, false, false, true"})
    void aRefusalCarriesTheServersStatus(int code, String reason, boolean notFound, boolean conflict, boolean exists, boolean gone, boolean retriable)
            throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.status(code, reason, "because")); var client = server.client()) {
            var refusal = assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).get("n", "c"));
            assertEquals("because", refusal.getMessage());
            assertEquals(reason, refusal.reason());
            assertEquals(code, refusal.code());
            assertEquals(List.of(notFound, conflict, exists, gone, retriable), List.of(refusal.isNotFound(), refusal.isConflict(),
                    refusal.isAlreadyExists(), refusal.isGone(), refusal.isRetriable()));
        }
    }

    @ParameterizedTest
    @CsvSource({"'<html>bad gateway</html>', <html>bad gateway</html>", "'{\"kind\":\"Other\"}', the server answered 502", "'[]', []"})
    void whatIsNoStatusIsTheMessageItself(String body, String message) throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(502, body)); var client = server.client()) {
            var refusal = assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).get("n", "c"));
            assertEquals(502, refusal.code());
            assertEquals(message, refusal.getMessage());
        }
    }

    @Test
    void whatIsMissingIsFoundToBeMissing() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.status(404, "NotFound", "no")); var client = server.client()) {
            assertNull(client.resources(ConfigMap.class).find("n", "c"));
        }
    }

    @Test
    void aServerThatIsNotThereIsAnIoFailureThatNamesTheCall() throws IOException {
        var server = new ScriptedServer((request, reply) -> { });
        try (var client = server.client()) {
            server.close();
            var failure = assertThrows(UncheckedIOException.class, () -> client.resources(ConfigMap.class).get("n", "c"));
            assertTrue(failure.getMessage().startsWith("GET https://127.0.0.1:"), failure.getMessage());
        }
    }

    @Test
    void anEditIsTriedAgainAfterAConflict() throws IOException {
        var conflicts = new AtomicInteger(2);
        try (var server = new ScriptedServer((request, reply) -> {
            if (request.method().equals("PUT") && conflicts.getAndDecrement() > 0) {
                reply.status(409, "Conflict", "somebody was faster");
            } else {
                reply.json(200, request.method().equals("PUT") ? request.body() : OBJECT);
            }
        }); var client = server.client()) {
            var edited = client.resources(ConfigMap.class).edit("n", "c", map -> new ConfigMapBuilder(map).addToData("x", "y").build());
            assertEquals(Map.of("a", "b", "x", "y"), edited.getData());
            assertEquals(3, server.requests().stream().filter(request -> request.method().equals("GET")).count());
        }
    }

    @Test
    void verbsGoWhereTheyBelong() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, OBJECT)); var client = server.client("secret")) {
            var maps = client.resources(ConfigMap.class);
            maps.create(Json.mapper().readValue(OBJECT, ConfigMap.class));
            maps.patch("n", "c", PatchType.MERGE, Map.of("data", Map.of("a", "z")));
            maps.patchStatus("n", "c", PatchType.STRATEGIC, Map.of());
            maps.delete("n", "c");
            maps.deleteCollection("n", ListOptions.all().labels("a=b,c!=d"));
            var said = server.requests().stream().map(request -> request.method() + " " + request.path()).toList();
            assertEquals(List.of("POST /api/v1/namespaces/n/configmaps", "PATCH /api/v1/namespaces/n/configmaps/c",
                    "PATCH /api/v1/namespaces/n/configmaps/c/status", "DELETE /api/v1/namespaces/n/configmaps/c",
                    "DELETE /api/v1/namespaces/n/configmaps"), said);
            assertEquals(List.of("application/merge-patch+json"), server.requests().get(1).headers().get("Content-type"));
            assertEquals("a=b,c!=d", server.requests().getLast().query().get("labelSelector"));
            for (var request : server.requests()) {
                assertEquals(List.of("Bearer secret"), request.headers().get("Authorization"));
            }
        }
    }

    @Test
    void pathsFollowGroupAndScope() {
        assertEquals("/apis/apps/v1/namespaces/n/deployments/d", ResourceType.of(Deployment.class).path("n", "d"));
        assertEquals("/api/v1/nodes/a%2Fb%20c", ResourceType.of(Node.class).path("ignored", "a/b c"));
        assertEquals("/apis/apps/v1/deployments", ResourceType.of(Deployment.class).path(""));
        assertEquals("deployments.apps", ResourceType.of(Deployment.class).qualifiedPlural());
        assertEquals("apps/v1", ResourceType.of(Deployment.class).apiVersion());
    }

    @Test
    void discoveryPrefersOneDocumentAndFallsBackToMany() throws IOException {
        var aggregated = """
                {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"%s"},"versions":[{"version":"v1","resources":[{"resource":"%s",
                "responseKind":{"kind":"%s"},"scope":"Namespaced","singularResource":"one","shortNames":["o"],"verbs":["list","watch"]}]}]}]}""";
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, request.path().equals("/api")
                ? aggregated.formatted("", "pods", "Pod") : aggregated.formatted("apps", "deployments", "Deployment"))); var client = server.client()) {
            var found = new Discovery(client).resources();
            assertEquals(List.of("pods", "deployments.apps"), found.stream().map(resource -> resource.type().qualifiedPlural()).toList());
            assertEquals(2, server.requests().size());
        }
        var answers = Map.of("/api", "{\"kind\":\"APIVersions\"}", "/api/v1", resourceList("pods", "Pod"), "/apis", """
                {"kind":"APIGroupList","groups":[{"name":"apps","preferredVersion":{"version":"v1"},"versions":[{"version":"v1"},{"version":"v1beta1"}]}]}""",
                "/apis/apps/v1", resourceList("deployments", "Deployment"), "/apis/apps/v1beta1", resourceList("deployments", "Deployment"));
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, answers.get(request.path()))); var client = server.client()) {
            var found = new Discovery(client).resources();
            assertEquals(List.of("v1 pods", "apps/v1 deployments"), found.stream().map(r -> r.type().apiVersion() + " " + r.type().plural()).toList());
        }
    }

    private static String resourceList(String plural, String kind) {
        return """
                {"kind":"APIResourceList","resources":[{"name":"%s","kind":"%s","namespaced":true,"verbs":["get"]},{"name":"%s/status","kind":"%s","namespaced":true}]}"""
                .formatted(plural, kind, plural, kind);
    }

    @Test
    void aWatchEndsWhenItIsClosedFromOutside() throws Exception {
        var opened = new ArrayDeque<ScriptedServer.Request>();
        try (var server = new ScriptedServer((request, reply) -> {
            opened.add(request);
            reply.event("ADDED", OBJECT);
            new java.util.concurrent.CountDownLatch(1).await();
        }); var client = server.client(); var watch = client.resources(ConfigMap.class).watch("n", ListOptions.all().revision("3"))) {
            assertEquals("5", watch.next().resourceVersion());
            var end = new CompletableFuture<WatchEvent<ConfigMap>>();
            var reader = Thread.ofVirtual().start(() -> {
                try {
                    end.complete(watch.next());
                } catch (IOException | RuntimeException e) {
                    end.completeExceptionally(e);
                }
            });
            Await.until("the reader waits", () -> reader.getState() == Thread.State.WAITING);
            watch.close();
            var failure = assertThrows(ExecutionException.class, () -> end.get(30, TimeUnit.SECONDS));
            assertInstanceOf(IOException.class, failure.getCause());
        }
    }

    private static final Timeouts SHORT = new Timeouts(Duration.ofMillis(300), Duration.ofMillis(400), Duration.ofMillis(500));
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    /// @param script how the server falls silent
    private static void failsInTime(ScriptedServer.Script script, Consumer<ApiClient> call) throws IOException {
        try (var server = new ScriptedServer(script); var client = server.client(SHORT)) {
            long start = System.nanoTime();
            assertThrows(UncheckedIOException.class, () -> call.accept(client));
            assertTrue(System.nanoTime() - start >= 250_000_000L, "not at once");
        }
    }

    @Test
    @Timeout(60)
    void callsListsAndWatchesEndWhenTheServerFallsSilent() throws IOException {
        ScriptedServer.Script silent = (request, reply) -> NEVER.await();
        ScriptedServer.Script stuck = (request, reply) -> {
            reply.begin();
            NEVER.await();
        };
        for (var script : List.of(silent, stuck)) {
            failsInTime(script, client -> client.resources(ConfigMap.class).get("n", "c"));
            failsInTime(script, client -> client.resources(ConfigMap.class).list("n", ListOptions.all()));
            failsInTime(script, client -> new Discovery(client).resources());
            failsInTime(script, client -> {
                try (var watch = client.resources(ConfigMap.class).watch("n", ListOptions.all())) {
                    watch.next();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @Timeout(60)
    void aWebSocketThatTheServerDoesNotAnswerIsGivenUp() throws IOException {
        failsInTime((request, reply) -> NEVER.await(),
                client -> client.openWebSocket("/api/v1/namespaces/n/pods/p/exec", "?command=date", List.of("v5.channel.k8s.io"), new WebSocket.Listener() { }));
    }

    @Test
    @Timeout(60)
    void aWatchWithBookmarksGoesOnBeyondTheSilenceThatItMayKeep() throws Exception {
        try (var server = new ScriptedServer((request, reply) -> {
            for (int i = 0; i < 8; i++) {
                reply.event("BOOKMARK", OBJECT);
                LockSupport.parkNanos(200_000_000);
            }
        }); var client = server.client(new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(1)));
                var watch = client.resources(ConfigMap.class).watch("n", ListOptions.all())) {
            int bookmarks = 0;
            while (watch.next() != null) {
                bookmarks++;
            }
            assertEquals(8, bookmarks);
        }
    }

    @Test
    @Timeout(20)
    void aWatchIsOpenBeforeItsFirstEvent() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        try (var server = new ScriptedServer((request, reply) -> {
            reply.begin();
            mayGoOn.await();
            reply.event("ADDED", OBJECT);
        }); var client = server.client(); var watch = client.resources(ConfigMap.class).watch("n", ListOptions.all())) {
            mayGoOn.countDown();
            assertInstanceOf(WatchEvent.Added.class, watch.next());
        }
    }

    /// The other end of a connection has vanished without a word: what comes next must not go the same way.
    @Test
    @Timeout(60)
    void aDeadConnectionIsReplaced() throws Exception {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, OBJECT)); var relay = new Relay(server.port())) {
            // long enough for a handshake on a loaded machine
            var patience = Duration.ofSeconds(8);
            try (var client = server.client(new Timeouts(patience, patience, patience), relay.port())) {
                client.resources(ConfigMap.class).get("n", "c");
                relay.freezeWhatIsOpen();
                assertThrows(UncheckedIOException.class, () -> client.resources(ConfigMap.class).get("n", "c"));
                assertEquals("c", client.resources(ConfigMap.class).get("n", "c").getMetadata().getName());
            }
        }
    }

    @Test
    void thePauseThatAServerAsksForIsKnown() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.header("Retry-After", "7").status(429, "TooManyRequests", "later")); var client = server.client()) {
            var refusal = assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).get("n", "c"));
            assertEquals(Duration.ofSeconds(7), refusal.retryAfter());
            assertEquals(Duration.ofSeconds(7), assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).list("n", ListOptions.all())).retryAfter());
        }
    }

    @Test
    void timesOfLeasesKeepTheirMicroseconds() throws IOException {
        var sent = """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"holderIdentity":"a","renewTime":"2026-01-02T03:04:05.000006Z"}}""";
        var lease = Json.mapper().readValue(sent, Lease.class);
        assertEquals(ZonedDateTime.parse("2026-01-02T03:04:05.000006Z").toInstant(), lease.getSpec().getRenewTime().toInstant());
        var written = Json.tree(lease).path("spec").path("renewTime").asText();
        assertEquals("2026-01-02T03:04:05.000006Z", written);
        var round = new LeaseBuilder(lease).editSpec().withRenewTime(ZonedDateTime.parse("2026-01-02T03:04:05Z")).endSpec().build();
        assertTrue(Json.tree(round).path("spec").path("renewTime").asText().matches("2026-01-02T03:04:05(\\.000000)?Z"), Json.tree(round).toString());
    }

    @Test
    void unknownFieldsSurviveAndAbsentOnesAreNotWritten() throws IOException {
        var text = "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"future\":{\"a\":1}}";
        var map = Json.mapper().readValue(text, ConfigMap.class);
        var written = Json.tree(map);
        assertEquals(1, written.path("future").path("a").asInt());
        assertFalse(written.has("binaryData") && written.get("binaryData").isNull());
        var copy = Json.copy(map);
        copy.getMetadata().setName("other");
        assertEquals("c", map.getMetadata().getName());
    }
}
