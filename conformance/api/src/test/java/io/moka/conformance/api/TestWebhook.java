package io.moka.conformance.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// A webhook on this machine. Each path has a behaviour of its own: `/deny` refuses, and tests add others, such as one that patches the object.
final class TestWebhook implements AutoCloseable {
    private final HttpsServer server;

    private TestWebhook() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(ControlPlane.shared().serverIdentity("127.0.0.1").serverContext(ControlPlane.shared().authorityPem())));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    }

    static TestWebhook start() {
        var webhook = new TestWebhook();
        webhook.on("/deny", response -> response.put("allowed", false).putObject("status").put("message", "the webhook denies this"));
        webhook.server.start();
        return webhook;
    }

    /// @param answer fills in the response; while it runs, the response holds the request under `request`
    void on(String path, Consumer<ObjectNode> answer) {
        server.createContext(path, exchange -> {
            try (exchange) {
                answer(exchange, answer);
            }
        });
    }

    /// Answers with a JSON patch.
    void patching(String path, String yamlPatch) {
        on(path, response -> response.put("allowed", true).put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(Api.json(yamlPatch).getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    }

    private static void answer(HttpExchange exchange, Consumer<ObjectNode> answer) throws IOException {
        ObjectNode review = (ObjectNode) Api.JSON.readTree(exchange.getRequestBody().readAllBytes());
        ObjectNode response = review.putObject("response");
        response.set("uid", review.path("request").path("uid"));
        response.set("request", review.remove("request"));
        answer.accept(response);
        response.remove("request");
        byte[] bytes = Api.JSON.writeValueAsBytes(review);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /// A webhook of a configuration, in YAML.
    ///
    /// @param rule such as `{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}`
    /// @param more further fields, each followed by a comma
    String webhook(String name, String path, String rule, String more) {
        return "{name: %s, sideEffects: None, admissionReviewVersions: [v1], %s clientConfig: {url: 'https://127.0.0.1:%d%s', caBundle: %s}, rules: [%s]}"
                .formatted(name, more, server.getAddress().getPort(), path, ControlPlane.shared().caBundle(), rule);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
