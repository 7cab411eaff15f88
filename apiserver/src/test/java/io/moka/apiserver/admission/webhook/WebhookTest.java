package io.moka.apiserver.admission.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.TestWebhook;
import io.moka.apiserver.testing.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/// Base of the webhook tests: a server, webhooks that it is configured to call, and the reviews that they receive.
abstract class WebhookTest {
    static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static TestServer server;

    private final List<String> configurations = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void forgetWebhooks() {
        configurations.forEach(path -> server.admin().delete(path));
        fresh();
    }

    static TestServer server() {
        return server;
    }

    static TestServer.Caller admin() {
        return server.admin();
    }

    static String json(String yaml) {
        return Trees.node(yaml).toString();
    }

    /// Waits by a consistent list: when it is answered, the caches have all earlier writes.
    static void fresh() {
        for (String plural : new String[] {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}) {
            assertEquals(200, admin().get(GROUP + plural).code());
        }
    }

    /// Starts a webhook that adds each review to `seen` and fills in the response.
    static TestWebhook hook(List<ObjectNode> seen, Consumer<ObjectNode> response) {
        return TestWebhook.reviews(review -> {
            seen.add(review.deepCopy());
            ObjectNode answer = Json.object().put("kind", "AdmissionReview").put("apiVersion", Json.text(review, "apiVersion"));
            response.accept(answer.putObject("response").put("uid", Json.text(review, "request", "uid")).put("allowed", true));
            return answer;
        }, "localhost");
    }

    static List<ObjectNode> reviews() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    static void patch(ObjectNode response, String operations) {
        response.put("patchType", "JSONPatch").put("patch", Base64.getEncoder().encodeToString(json(operations).getBytes(StandardCharsets.UTF_8)));
    }

    static String at(TestWebhook hook) {
        return "{url: 'https://localhost:" + hook.port() + "/', caBundle: " + TestWebhook.caBundle() + "}";
    }

    /// Creates a mutating webhook configuration for one namespace; `more` holds further fields of the webhook.
    void mutating(String name, String namespace, String rules, String clientConfig, String more) {
        configure("MutatingWebhookConfiguration", name, namespace, rules, clientConfig, more);
    }

    void validating(String name, String namespace, String rules, String clientConfig, String more) {
        configure("ValidatingWebhookConfiguration", name, namespace, rules, clientConfig, more);
    }

    private void configure(String kind, String name, String namespace, String rules, String clientConfig, String more) {
        String selector = namespace.isEmpty() ? "{}" : "{matchLabels: {kubernetes.io/metadata.name: " + namespace + "}}";
        String path = GROUP + kind.toLowerCase(java.util.Locale.ROOT) + "s";
        Answer made = admin().post(path, json("{apiVersion: admissionregistration.k8s.io/v1, kind: " + kind + ", metadata: {name: " + name + "}, webhooks: [{name: "
                + name + ".example.com, sideEffects: None, admissionReviewVersions: [v1], namespaceSelector: " + selector + ", rules: [" + rules + "], clientConfig: "
                + clientConfig + (more.isEmpty() ? "" : ", " + more) + "}]}"));
        assertEquals(201, made.code(), made.body());
        configurations.add(path + "/" + name);
        fresh();
    }

    static String rule(String operations, String group, String version, String resources) {
        return "{operations: [" + operations + "], apiGroups: ['" + group + "'], apiVersions: ['" + version + "'], resources: [" + resources + "]}";
    }

    static final String CONFIG_MAPS = rule("'*'", "", "v1", "configmaps");

    static String configMap(String name) {
        return json("{metadata: {name: " + name + "}, data: {a: b}}");
    }
}
