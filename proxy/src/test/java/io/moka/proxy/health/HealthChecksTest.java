package io.moka.proxy.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.HealthCheck;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final List<String> failures = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile boolean healthy = true;
    private HealthChecks checks;
    private int port;

    @BeforeEach
    void open() throws IOException {
        checks = new HealthChecks(() -> healthy, (service, reason) -> failures.add(service + ": " + reason));
        port = freePort();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        checks.close();
        client.close();
    }

    private HttpResponse<String> ask(int at) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + "/healthz")).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HealthCheck endpoints(int count) {
        return new HealthCheck("default", "web", port, count);
    }

    @Test
    void aNodeWithEndpointsIsHealthyAndSaysHowMany() throws Exception {
        checks.set(WEB, endpoints(2));
        var answer = ask(port);
        assertEquals(200, answer.statusCode());
        assertEquals(Json.mapper().readTree("{\"service\":{\"namespace\":\"default\",\"name\":\"web\"},\"localEndpoints\":2,\"serviceProxyHealthy\":true}"), Json.mapper().readTree(answer.body()));
        assertEquals("2", answer.headers().firstValue("X-Load-Balancing-Endpoint-Weight").orElse(""));
        assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    }

    @Test
    void aNodeWithoutEndpointsOrWithAProxyThatLagsIsNot() throws Exception {
        checks.set(WEB, endpoints(0));
        assertEquals(503, ask(port).statusCode());
        checks.set(WEB, endpoints(1));
        assertEquals(200, ask(port).statusCode());
        healthy = false;
        assertEquals(503, ask(port).statusCode());
    }

    @Test
    void thePortMovesAndGoesWithTheService() throws Exception {
        checks.set(WEB, endpoints(1));
        int before = port;
        port = freePort();
        checks.set(WEB, endpoints(1));
        assertEquals(200, ask(port).statusCode());
        assertThrows(ConnectException.class, () -> ask(before));
        checks.retain(Set.of());
        assertThrows(ConnectException.class, () -> ask(port));
    }

    @Test
    void aTakenPortIsToldOfOnce() throws Exception {
        try (var squatter = new ServerSocket(port)) {
            checks.set(WEB, endpoints(1));
            checks.set(WEB, endpoints(2));
            assertEquals(1, failures.size(), "at " + squatter.getLocalPort() + ": " + failures);
        }
        checks.set(WEB, endpoints(1));
        assertEquals(200, ask(port).statusCode());
    }
}
