package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Watches whose events are the messages of a WebSocket.
final class WebSocketWatchTest extends ServerTest {
    private static final String BEARER = "base64url.bearer.authorization.k8s.io.";
    private static final int PATIENCE_SECONDS = 20;

    /// Collects the text messages of a WebSocket; binary messages and the end are recorded as a description.
    private static final class Messages implements WebSocket.Listener {
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();
        private final boolean reading;

        Messages(boolean reading) {
            this.reading = reading;
        }

        @Override
        public void onOpen(WebSocket socket) {
            if (reading) {
                socket.request(Long.MAX_VALUE);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                arrived.add(message.toString());
                message.setLength(0);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            arrived.add("binary");
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            arrived.add("closed " + code);
            return null;
        }

        String next() {
            try {
                String next = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return next == null ? "nothing came" : next;
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }

        JsonNode event() {
            return Json.read(next().getBytes(UTF_8));
        }

        String change() {
            JsonNode event = event();
            return Json.text(event, "type") + " " + Json.name(event.path("object"));
        }
    }

    private static WebSocket.Builder browser(TestServer.Caller caller) {
        return caller.webSocket().header("Origin", "https://example.com");
    }

    private static Messages watch(String path) {
        Messages messages = new Messages(true);
        browser(admin()).buildAsync(server.webSocketUri(path), messages).join();
        return messages;
    }

    private static int refusal(WebSocket.Builder client, String path) {
        var failure = assertThrows(CompletionException.class, () -> client.buildAsync(server.webSocketUri(path), new Messages(true)).join());
        assertTrue(failure.getCause() instanceof WebSocketHandshakeException, failure::toString);
        return ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode();
    }

    /// Frames of the client are dropped as they come; one that would have to be held until it is complete is bounded.
    @Test
    void hugeFrameEndsTheConnection() {
        server.namespace("huge");
        WebSocket socket = browser(admin()).buildAsync(server.webSocketUri("/api/v1/namespaces/huge/configmaps?watch=true"), new Messages(true)).join();
        socket.sendBinary(ByteBuffer.allocate(60 * 1024), true).join();
        assertFalse(socket.isInputClosed());
        socket.sendBinary(ByteBuffer.allocate(1024 * 1024), true);
        TestServer.await("the connection is closed", socket::isInputClosed);
    }

    @Test
    void eachEventIsATextMessage() {
        String maps = server.namespace("frames") + "/configmaps";
        admin().post(maps, configMap("a", "1"));
        Messages events = watch(maps + "?watch=true");
        assertEquals("ADDED a", events.change());
        String written = admin().patch(maps + "/a", "merge-patch", "{\"data\":{\"key\":\"ü 2\"}}").text("metadata", "resourceVersion");
        JsonNode modified = events.event();
        assertEquals("MODIFIED", Json.text(modified, "type"));
        assertEquals("ü 2", Json.text(modified, "object", "data", "key"));
        assertEquals(written, Json.text(modified, "object", "metadata", "resourceVersion"));
        admin().delete(maps + "/a");
        assertEquals("DELETED a", events.change());
    }

    @Test
    void tablesComeInEventsToo() {
        String maps = server.namespace("tables") + "/configmaps";
        Messages events = new Messages(true);
        browser(admin()).header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").buildAsync(server.webSocketUri(maps + "?watch=true"), events).join();
        admin().post(maps, configMap("a", "1"));
        assertEquals("Table", Json.text(events.event(), "object", "kind"));
    }

    @Test
    void watchEndsWithACloseFrameAfterItsTimeout() {
        assertEquals("closed 1000", watch("/api/v1/namespaces/default/secrets?watch=true&timeoutSeconds=1").next());
    }

    @Test
    void revisionThatLeftTheRingIsAnErrorAndTheEnd() throws Exception {
        try (TestServer small = TestServer.start("--watch-cache-events=5")) {
            String maps = small.namespace("ring") + "/configmaps";
            String revision = small.admin().post(maps, configMap("a", "0")).text("metadata", "resourceVersion");
            for (int i = 1; i < 12; i++) {
                small.admin().patch(maps + "/a", "merge-patch", "{\"data\":{\"key\":\"" + i + "\"}}");
            }
            Messages events = new Messages(true);
            browser(small.admin()).buildAsync(small.webSocketUri(maps + "?watch=true&resourceVersion=" + revision), events).join();
            assertEquals("410", Json.text(events.event(), "object", "code"));
            assertEquals("closed 1000", events.next());
        }
    }

    @Test
    void clientThatReadsLateMissesNothing() {
        String maps = server.namespace("late") + "/configmaps";
        Messages events = new Messages(false);
        WebSocket socket = browser(admin()).buildAsync(server.webSocketUri(maps + "?watch=true"), events).join();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            admin().post(maps, configMap("m" + i, "x".repeat(30_000)));
            expected.add("ADDED m" + i);
        }
        socket.request(Long.MAX_VALUE);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            seen.add(events.change());
        }
        assertEquals(expected, seen);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void watchThatIsClosedOrAbandonedEnds(boolean politely, @TempDir Path folder) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}");
        Path log = folder.resolve("audit.log");
        try (TestServer audited = TestServer.start("--audit-policy-file=" + policy, "--audit-log-path=" + log)) {
            WebSocket socket = browser(audited.admin()).buildAsync(audited.webSocketUri("/api/v1/configmaps?watch=true"), new Messages(true)).join();
            TestServer.await("the watch has begun", () -> audits(log, "ResponseStarted"));
            if (politely) {
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            } else {
                socket.abort();
            }
            TestServer.await("the watch has ended", () -> audits(log, "ResponseComplete"));
        }
    }

    private static boolean audits(Path log, String stage) {
        try (var lines = Files.lines(log)) {
            return lines.anyMatch(line -> line.contains("configmaps?watch=true") && line.contains(stage) && line.contains("\"code\":101"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void tokenMayComeAsASubprotocol() {
        String namespace = server.namespace("token");
        admin().post("/apis/rbac.authorization.k8s.io/v1/namespaces/token/rolebindings",
                "{\"metadata\":{\"name\":\"view\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"view\"},"
                        + "\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"default\",\"namespace\":\"token\"}]}");
        String token = admin().post(namespace + "/serviceaccounts/default/token", "{}").text("status", "token");
        String encoded = BEARER + Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        String path = namespace + "/configmaps?watch=true";
        WebSocket socket = browser(server.anonymous()).subprotocols("base64.binary.k8s.io", encoded).buildAsync(server.webSocketUri(path), new Messages(true)).join();
        assertEquals("base64.binary.k8s.io", socket.getSubprotocol());
        socket.abort();
        assertEquals(401, refusal(browser(server.anonymous()).subprotocols(encoded), path), "the only subprotocol");
        assertEquals(401, refusal(browser(server.anonymous()).subprotocols("x", encoded, BEARER + "e30"), path), "two tokens");
        assertEquals(403, refusal(browser(server.anonymous()).subprotocols("x", encoded), "/api/v1/secrets?watch=true"), "what the caller may not see");
    }

    @ParameterizedTest
    @CsvSource({"e30", "%%%", "YQ==", "_w"})
    void malformedTokensAreNobodys(String encoded) {
        String protocol = BEARER + encoded.replaceAll("[%=]", "~");
        assertEquals(401, refusal(browser(server.anonymous()).subprotocols("x", protocol), "/api/v1/pods?watch=true"));
    }

    @Test
    void callerWithoutAnOriginIsRefused() {
        assertEquals(403, refusal(admin().webSocket(), "/api/v1/pods?watch=true"));
    }

    @Test
    void moreThanOneSubprotocolIsRefused() {
        assertEquals(400, refusal(browser(admin()).subprotocols("a", "b"), "/api/v1/pods?watch=true"));
    }

    @Test
    void whoMayNotWatchIsToldSo() {
        assertEquals(403, refusal(browser(server.as(TestPki.shared().client("nobody", "nobodies"))), "/api/v1/pods?watch=true"));
    }
}
