package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.AuditEvents;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.TestWebhook;
import io.moka.apiserver.testing.Trees;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Audit annotations that policies and webhooks add to events.
final class AdmissionAuditTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";

    @TempDir
    private static Path folder;

    private static @Nullable JsonNode complete(String auditId) {
        return AuditEvents.of(folder.resolve("audit.log"), auditId).stream().filter(event -> event.path("stage").asText().equals("ResponseComplete")).findFirst().orElse(null);
    }

    private static JsonNode annotationsOf(Answer answer) {
        String id = answer.response().headers().firstValue("Audit-Id").orElseThrow();
        TestServer.await("the event is written", () -> complete(id) != null);
        return java.util.Objects.requireNonNull(complete(id)).path("annotations");
    }

    private static void make(TestServer server, String plural, String yaml) {
        Answer made = server.admin().post(GROUP + plural, Trees.node(yaml).toString());
        assertEquals(201, made.code(), made.body());
        server.admin().get(GROUP + plural);
    }

    @Test
    void violationsPatchesAndFailuresAreOnRecord() throws Exception {
        Files.writeString(folder.resolve("policy.yaml"), "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: RequestResponse}]}");
        try (TestServer server = TestServer.start("--audit-policy-file=" + folder.resolve("policy.yaml"), "--audit-log-path=" + folder.resolve("audit.log"));
                TestWebhook hook = TestWebhook.reviews(AdmissionAuditTest::patching, "localhost")) {
            String rules = "[{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]";
            make(server, "validatingadmissionpolicies", "{metadata: {name: audited}, spec: {matchConstraints: {resourceRules: " + rules + "}, validations: [{expression: 'false', message: odd}],"
                    + " auditAnnotations: [{key: who, valueExpression: request.userInfo.username}]}}");
            make(server, "validatingadmissionpolicybindings", "{metadata: {name: one}, spec: {policyName: audited, validationActions: [Audit]}}");
            String webhook = "{name: %s.example.com, sideEffects: None, failurePolicy: Ignore, admissionReviewVersions: [v1], clientConfig: {url: 'https://localhost:%d/', caBundle: %s}, rules: %s}";
            make(server, "mutatingwebhookconfigurations", "{metadata: {name: hooks}, webhooks: [" + webhook.formatted("patches", hook.port(), TestWebhook.caBundle(), rules) + ", "
                    + webhook.formatted("down", 9, TestWebhook.caBundle(), rules) + "]}");
            JsonNode annotations = annotationsOf(server.admin().post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"x\"}}"));
            assertEquals("[{\"message\":\"odd\",\"policy\":\"audited\",\"binding\":\"one\",\"expressionIndex\":0,\"validationActions\":[\"Audit\"]}]",
                    annotations.path("validation.policy.admission.k8s.io/validation_failure").asText());
            assertEquals("admin", annotations.path("audited/who").asText());
            assertEquals("{\"configuration\":\"hooks\",\"webhook\":\"patches.example.com\",\"mutated\":true}", annotations.path("mutation.webhook.admission.k8s.io/round_0_index_0").asText());
            assertTrue(annotations.path("patch.webhook.admission.k8s.io/round_0_index_0").asText().contains("\"patch\":[{\"op\":\"add\""), annotations.toString());
            assertEquals("seen", annotations.path("patches.example.com/note").asText());
            assertEquals("down.example.com", annotations.path("failed-open.mutation.webhook.admission.k8s.io/round_0_index_1").asText());
        }
    }

    private static ObjectNode patching(ObjectNode review) {
        ObjectNode answer = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode response = answer.putObject("response").put("uid", Json.text(review, "request", "uid")).put("allowed", true).put("patchType", "JSONPatch");
        response.put("patch", Base64.getEncoder().encodeToString("[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"a\":\"b\"}}]".getBytes(StandardCharsets.UTF_8)));
        response.putObject("auditAnnotations").put("note", "seen");
        return answer;
    }
}
