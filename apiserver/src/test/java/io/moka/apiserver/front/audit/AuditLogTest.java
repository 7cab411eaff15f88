package io.moka.apiserver.front.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.AuditEvents;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The audit log of a real server: one request at a time, found again by its id.
final class AuditLogTest {
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitManagedFields: true
            rules:
            - {level: None, resources: [{group: "", resources: [events]}]}
            - {level: Metadata, resources: [{group: "", resources: [secrets]}]}
            - {level: RequestResponse, resources: [{group: "", resources: [configmaps]}]}
            - {level: Request, omitStages: [RequestReceived], resources: [{group: "", resources: [namespaces]}]}
            - {level: Metadata}
            """;

    @TempDir
    private static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), POLICY);
        server = TestServer.start("--audit-policy-file=" + folder.resolve("policy.yaml"), "--audit-log-path=" + folder.resolve("audit.log"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static List<JsonNode> events(String auditId) {
        return AuditEvents.of(folder.resolve("audit.log"), auditId);
    }

    private static List<JsonNode> eventsOf(TestServer.Answer answer, int count) {
        String id = answer.response().headers().firstValue("Audit-Id").orElseThrow();
        TestServer.await("the events are written", () -> events(id).size() == count);
        return events(id);
    }

    @Test
    void metadataSaysWhoDidWhat() {
        var answer = server.admin().post("/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"p\":\"opensesame\"}}");
        var events = eventsOf(answer, 2);
        JsonNode received = events.get(0);
        assertEquals("RequestReceived", received.path("stage").asText());
        assertFalse(received.has("responseStatus"));
        JsonNode complete = events.get(1);
        assertEquals("ResponseComplete", complete.path("stage").asText());
        assertEquals("audit.k8s.io/v1", complete.path("apiVersion").asText());
        assertEquals("Metadata", complete.path("level").asText());
        assertEquals("create", complete.path("verb").asText());
        assertEquals("/api/v1/namespaces/default/secrets", complete.path("requestURI").asText());
        assertEquals("admin", complete.at("/user/username").asText());
        assertEquals("127.0.0.1", complete.at("/sourceIPs/0").asText());
        assertEquals("{\"resource\":\"secrets\",\"namespace\":\"default\",\"name\":\"s\",\"uid\":\"" + answer.text("metadata", "uid") + "\",\"apiVersion\":\"v1\"}", complete.path("objectRef").toString());
        assertEquals("{\"metadata\":{},\"code\":201}", complete.path("responseStatus").toString());
        assertEquals("allow", complete.at("/annotations").path("authorization.k8s.io/decision").asText());
        assertFalse(complete.toString().contains("opensesame"), complete.toString());
        assertFalse(complete.has("requestObject"));
        assertTrue(complete.path("stageTimestamp").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z"));
    }

    @Test
    void requestAndAnswerAreWrittenWhereThePolicySaysSo() {
        var answer = server.admin().post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"b\"}}");
        JsonNode complete = eventsOf(answer, 2).get(1);
        assertEquals("b", complete.at("/requestObject/data/a").asText());
        assertEquals(answer.text("metadata", "uid"), complete.at("/responseObject/metadata/uid").asText());
        assertFalse(complete.at("/responseObject/metadata").has("managedFields"));
        var list = server.admin().get("/api/v1/namespaces/default/configmaps");
        assertEquals("ConfigMapList", eventsOf(list, 2).get(1).at("/responseObject/kind").asText());
    }

    @Test
    void stagesAndRequestsThatAreNotWantedAreLeftOut() {
        var namespace = server.admin().post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"audited\"}}");
        var events = eventsOf(namespace, 1);
        assertEquals("ResponseComplete", events.getFirst().path("stage").asText());
        assertEquals("audited", events.getFirst().at("/requestObject/metadata/name").asText());
        assertFalse(events.getFirst().has("responseObject"));
        var nothing = server.admin().get("/api/v1/events");
        eventsOf(server.admin().get("/api/v1/namespaces/default/secrets"), 2);
        assertEquals(List.of(), events(nothing.response().headers().firstValue("Audit-Id").orElseThrow()));
    }

    @Test
    void refusalsSayWhy() {
        var bob = server.as(TestPki.shared().client("bob"));
        JsonNode complete = eventsOf(bob.get("/api/v1/namespaces/default/pods"), 2).get(1);
        assertEquals(403, complete.at("/responseStatus/code").asInt());
        assertEquals("Forbidden", complete.at("/responseStatus/reason").asText());
        assertEquals("Failure", complete.at("/responseStatus/status").asText());
        assertEquals("forbid", complete.at("/annotations").path("authorization.k8s.io/decision").asText());
        JsonNode unknown = eventsOf(server.withToken("nonsense").get("/api/v1/pods"), 1).getFirst();
        assertEquals("ResponseStarted", unknown.path("stage").asText());
        assertEquals(401, unknown.at("/responseStatus/code").asInt());
        assertEquals("{}", unknown.path("user").toString());
    }

    @Test
    void theRoleThatAllowedIsNamed() {
        var bob = server.as(TestPki.shared().client("bob"));
        JsonNode complete = eventsOf(bob.get("/version"), 2).get(1);
        assertEquals("RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\"",
                complete.at("/annotations").path("authorization.k8s.io/reason").asText());
    }

    @Test
    void bothWhoCallsAndWhoIsMeantAreNamed() {
        var admin = server.admin();
        JsonNode complete = eventsOf(admin.send(admin.request("/api/v1/nodes").header("Impersonate-User", "zoe").header("Impersonate-Group", "devs")), 2).get(1);
        assertEquals("admin", complete.at("/user/username").asText());
        assertEquals("zoe", complete.at("/impersonatedUser/username").asText());
        assertEquals("devs", complete.at("/impersonatedUser/groups/0").asText());
    }

    @Test
    void theClientsOwnIdAndAddressAreKept() {
        var admin = server.admin();
        var answer = admin.send(admin.request("/version").header("Audit-Id", "mine-1").header("X-Forwarded-For", "203.0.113.9, 198.51.100.1").header("User-Agent", "me/1"));
        assertEquals("mine-1", answer.response().headers().firstValue("Audit-Id").orElseThrow());
        JsonNode complete = eventsOf(answer, 2).get(1);
        assertEquals("[\"203.0.113.9\",\"198.51.100.1\",\"127.0.0.1\"]", complete.path("sourceIPs").toString());
        assertEquals("me/1", complete.path("userAgent").asText());
    }

    @Test
    void aWatchIsWrittenWhenItStartsAndWhenItEnds() {
        var answer = server.admin().get("/api/v1/namespaces/default/secrets?watch=true&timeoutSeconds=1");
        var stages = eventsOf(answer, 3).stream().map(event -> event.path("stage").asText()).toList();
        assertEquals(List.of("RequestReceived", "ResponseStarted", "ResponseComplete"), stages);
    }

    @Test
    void eventsOfABatchAreWrittenBeforeTheServerEnds(@TempDir Path logs) throws Exception {
        try (TestServer batching = TestServer.start("--audit-policy-file=" + folder.resolve("policy.yaml"), "--audit-log-path=" + logs.resolve("batch.log"), "--audit-log-mode=batch")) {
            assertEquals(200, batching.admin().get("/api/v1/nodes").code());
        }
        assertTrue(Files.readString(logs.resolve("batch.log")).contains("/api/v1/nodes"));
    }

    @Test
    void anEventIsInTheFileBeforeItsAnswer() throws IOException {
        var answer = server.admin().get("/api/v1/nodes");
        assertEquals("RequestReceived", events(answer.response().headers().firstValue("Audit-Id").orElseThrow()).getFirst().path("stage").asText());
    }

    /// The policy leaves health alone, so that the server becomes ready.
    @Test
    void aRequestThatCannotBeWrittenIsRefusedIfThatIsAskedFor() throws Exception {
        Path policy = Files.writeString(folder.resolve("secrets.yaml"), "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, resources: [{group: '', resources: [secrets]}]}]\n");
        try (TestServer strict = TestServer.start("--audit-policy-file=" + policy, "--audit-log-path=/dev/full", "--audit-log-mode=blocking-strict")) {
            assertEquals(500, strict.admin().get("/api/v1/secrets").code());
            assertEquals(200, strict.admin().get("/api/v1/nodes").code());
        }
        try (TestServer lenient = TestServer.start("--audit-policy-file=" + policy, "--audit-log-path=/dev/full")) {
            assertEquals(200, lenient.admin().get("/api/v1/secrets").code());
        }
    }

    @Test
    void aFileThatIsFullIsPutAside(@TempDir Path logs) throws IOException {
        Instant[] now = {Instant.parse("2026-01-31T12:00:00Z")};
        try (AuditFile file = new AuditFile(logs.resolve("audit.log"), 100, 2, Duration.ZERO, () -> now[0])) {
            for (int i = 0; i < 10; i++) {
                file.write("x".repeat(60).getBytes(UTF_8));
                now[0] = now[0].plusSeconds(1);
            }
        }
        try (var files = Files.list(logs)) {
            assertEquals(List.of("audit-2026-01-31T12-00-08.000.log", "audit-2026-01-31T12-00-09.000.log", "audit.log"), files.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }
}
