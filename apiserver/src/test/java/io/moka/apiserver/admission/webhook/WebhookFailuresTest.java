package io.moka.apiserver.admission.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.TestWebhook;
import io.moka.apiserver.testing.Trees;
import io.moka.machinery.pki.CertificateAuthority;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Webhooks that do what they should not.
final class WebhookFailuresTest extends WebhookTest {

    /// @param handler answers wrongly
    /// @param reason  a pattern for what follows `failed calling webhook "x": `
    private record Case(String name, TestWebhook.Handler handler, String reason) {
        /// Short only where the time-out is what is tested: no other failure may depend on the machine's speed.
        String timeout() {
            return name.equals("late") ? "timeoutSeconds: 1" : "timeoutSeconds: 30";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private interface Response {
        void fill(ObjectNode answer, ObjectNode response);
    }

    private static TestWebhook.Handler answering(Response response) {
        return exchange -> {
            ObjectNode review = (ObjectNode) Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            ObjectNode answer = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
            response.fill(answer, answer.putObject("response").put("uid", Json.text(review, "request", "uid")).put("allowed", true));
            TestWebhook.answer(exchange, 200, answer);
        };
    }

    private static TestWebhook.Handler text(int code, String body) {
        return exchange -> {
            exchange.sendResponseHeaders(code, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        };
    }

    private static void endless(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < 200; i++) {
            exchange.getResponseBody().write(block);
        }
    }

    private static void never(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        try {
            new CountDownLatch(1).await(5, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    static Stream<Case> failures() {
        String invalid = "received invalid webhook response: ";
        return Stream.of(
                new Case("error", text(500, "broken"), "failed to call webhook: an error on the server (\"broken\") has prevented the request from succeeding"),
                new Case("missing", text(404, ""), "failed to call webhook: the server could not find the requested resource"),
                new Case("garbage", text(200, "not JSON"), "failed to call webhook: couldn't get version/kind; json parse error: .*"),
                new Case("empty", text(200, "{}"), invalid + "webhook response was absent"),
                new Case("endless", WebhookFailuresTest::endless, "failed to call webhook: .*has more than 16777216 bytes"),
                new Case("late", WebhookFailuresTest::never, "failed to call webhook: Post \"https://localhost:\\d+/\\?timeout=1s\": context deadline exceeded"),
                new Case("other", answering((answer, response) -> response.put("uid", "x")), invalid + "expected response.uid=\".{36}\", got \"x\""),
                new Case("kind", answering((answer, response) -> answer.put("apiVersion", "admission.k8s.io/v2")),
                        invalid + "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v2, Kind=AdmissionReview"),
                new Case("untyped", answering((answer, response) -> response.put("patch", "W10=")), invalid + "webhook returned response.patch but not response.patchType"),
                new Case("patchless", answering((answer, response) -> response.put("patchType", "JSONPatch")), invalid + "webhook returned response.patchType but not response.patch"),
                new Case("merge", answering((answer, response) -> response.put("patchType", "Merge").put("patch", "W10=")), "unsupported patch type \"Merge\""));
    }

    private static String quoted(String pattern) {
        return pattern.replace("(", "\\(").replace(")", "\\)");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureFailsTheRequestUnlessThePolicyIgnoresIt(Case failing) {
        String namespace = "failing-" + failing.name;
        String path = server().namespace(namespace) + "/configmaps";
        try (TestWebhook hook = TestWebhook.start(failing.handler, "localhost")) {
            mutating("fails-" + failing.name, namespace, CONFIG_MAPS, at(hook), failing.timeout());
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(500, refused.code(), refused.body());
            assertEquals("InternalError", refused.text("reason"));
            String expected = "Internal error occurred: failed calling webhook \"fails-" + failing.name + ".example.com\": " + quoted(failing.reason);
            assertTrue(refused.text("message").matches(expected), refused.text("message") + "\n" + expected);
            assertEquals(404, admin().get(path + "/one").code(), "nothing was written");
            forgetWebhooks();
            mutating("open-" + failing.name, namespace, CONFIG_MAPS, at(hook), failing.timeout() + ", failurePolicy: Ignore");
            Answer allowed = admin().post(path, configMap("two"));
            assertEquals(201, allowed.code(), allowed.body());
        }
    }

    /// Answers the first request on each connection and closes the connection on the second.
    private static void answerOnce(SSLSocket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            ObjectNode review = readReview(in);
            byte[] answer = Json.write(Trees.object("{kind: AdmissionReview, apiVersion: admission.k8s.io/v1, response: {allowed: true, uid: " + Json.text(review, "request", "uid") + "}}"));
            connection.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + answer.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().write(answer);
            readReview(in);
        } catch (IOException ended) {
            // the client has closed it
        }
    }

    private static ObjectNode readReview(DataInputStream in) throws IOException {
        int length = 0;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            length = line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:") ? Integer.parseInt(line.substring(15).strip()) : length;
        }
        return (ObjectNode) Json.MAPPER.readTree(in.readNBytes(length));
    }

    private static String readLine(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Test
    void connectionThatIsClosedWhenItIsUsedAgainIsReplaced() throws IOException {
        String path = server().namespace("closing") + "/configmaps";
        try (var listening = (SSLServerSocket) TestPki.shared().serverContext("localhost").getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        SSLSocket connection = (SSLSocket) listening.accept();
                        Thread.ofVirtual().start(() -> answerOnce(connection));
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            validating("closing", "closing", CONFIG_MAPS, "{url: 'https://localhost:" + listening.getLocalPort() + "/', caBundle: " + TestWebhook.caBundle() + "}", "");
            for (int i = 0; i < 4; i++) {
                Answer created = admin().post(path, configMap("c" + i));
                assertEquals(201, created.code(), created.body());
            }
        }
    }

    @Test
    void validatingWebhookMayNotPatch() {
        String path = server().namespace("patching-validator") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> patch(response, "[{op: add, path: /data/c, value: d}]"))) {
            validating("patching-validator", "patching-validator", CONFIG_MAPS, at(hook), "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(500, refused.code());
            assertTrue(refused.text("message").endsWith("received invalid webhook response: validating webhook may not return response.patch"), refused.body());
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsNotTrusted() throws Exception {
        String path = server().namespace("foreign") + "/configmaps";
        String other = Base64.getEncoder().encodeToString(CertificateAuthority.create("other", InstantSource.system()).certificatePem());
        try (TestWebhook hook = hook(reviews(), response -> { })) {
            validating("foreign", "foreign", CONFIG_MAPS, "{url: 'https://localhost:" + hook.port() + "/', caBundle: " + other + "}", "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(500, refused.code());
            assertTrue(refused.text("message").endsWith("tls: failed to verify certificate: x509: certificate signed by unknown authority"), refused.body());
        }
    }

    @Test
    void certificateOfAnotherNameIsNotTrusted() {
        String path = server().namespace("misnamed") + "/configmaps";
        try (TestWebhook hook = TestWebhook.start(answering((answer, response) -> { }), "elsewhere")) {
            validating("misnamed", "misnamed", CONFIG_MAPS, at(hook), "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(500, refused.code());
            assertTrue(refused.text("message").contains("tls: failed to verify certificate: x509: certificate is not valid for localhost"), refused.body());
        }
    }

    @Test
    void patchThatDoesNotApplyChangesNothing() {
        String path = server().namespace("unpatchable") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> patch(response, "[{op: add, path: /data/c, value: d}, {op: remove, path: /data/missing}]"))) {
            mutating("unpatchable", "unpatchable", CONFIG_MAPS, at(hook), "failurePolicy: Ignore");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(500, refused.code(), "a patch that does not apply fails the request whatever the policy");
            assertTrue(refused.text("message").startsWith("Internal error occurred: remove operation does not apply"), refused.body());
            assertEquals(404, admin().get(path + "/one").code());
        }
    }

    @Test
    void patchMayNotMakeAnotherKindOrType() {
        String path = server().namespace("changeling") + "/configmaps";
        for (String operation : new String[] {"{op: replace, path: /kind, value: Secret}", "{op: replace, path: /data, value: 7}", "{op: replace, path: '', value: []}"}) {
            try (TestWebhook hook = hook(reviews(), response -> patch(response, "[" + operation + "]"))) {
                mutating("changeling", "changeling", CONFIG_MAPS, at(hook), "");
                assertEquals(500, admin().post(path, configMap("one")).code(), operation);
                forgetWebhooks();
            }
        }
        assertEquals(404, admin().get(path + "/one").code());
    }

    @Test
    void whatAPatchMakesIsValidated() {
        String path = server().namespace("invalidated") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> patch(response, "[{op: add, path: '/data/b c', value: d}]"))) {
            mutating("invalidated", "invalidated", CONFIG_MAPS, at(hook), "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(422, refused.code(), refused.body());
            assertTrue(refused.text("message").contains("data[b c]: Invalid value"), refused.body());
        }
    }

    @Test
    void webhookThatIsDownDoesNotKeepItsConfigurationFromBeingDeleted() {
        String down = "{url: 'https://localhost:9/', caBundle: " + TestWebhook.caBundle() + "}";
        mutating("down", "", rule("'*'", "*", "*", "'*/*'"), down, "");
        validating("down-too", "", rule("'*'", "*", "*", "'*/*'"), down, "");
        Answer refused = admin().post("/api/v1/namespaces/default/configmaps", configMap("one"));
        assertTrue(refused.text("message").endsWith("dial tcp localhost:9: connect: connection refused"), refused.body());
        assertEquals(500, admin().post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json("{spec: {nonResourceAttributes: {path: /, verb: get}}}")).code());
        for (String plural : new String[] {"mutatingwebhookconfigurations/down", "validatingwebhookconfigurations/down-too"}) {
            assertEquals(200, admin().patch(GROUP + plural, "merge-patch", json("{metadata: {labels: {a: b}}}")).code());
            assertEquals(200, admin().delete(GROUP + plural).code());
        }
        fresh();
        assertEquals(201, admin().post("/api/v1/namespaces/default/configmaps", configMap("one")).code());
    }

    @Test
    void refusalCarriesTheWebhooksStatusAndWarnings() {
        String path = server().namespace("refusing") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> {
            response.put("allowed", false).putArray("warnings").add("careful \"now\"");
            response.putObject("status").put("code", 418).put("message", "not today").put("reason", "Teapot").putObject("details").putArray("causes").addObject().put("field", "data.a");
        })) {
            validating("refusing", "refusing", CONFIG_MAPS, at(hook), "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(418, refused.code());
            assertEquals("admission webhook \"refusing.example.com\" denied the request: not today", refused.text("message"));
            assertEquals("Teapot", refused.text("reason"));
            assertEquals("data.a", refused.json().at("/details/causes/0/field").asText());
            assertEquals("299 - \"careful \\\"now\\\"\"", refused.response().headers().firstValue("Warning").orElse(""));
        }
    }

    @Test
    void refusalWithoutWordsIsStillARefusal() {
        String path = server().namespace("mute") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> response.put("allowed", false).putObject("status").put("code", 200).put("status", "Success"))) {
            mutating("mute", "mute", CONFIG_MAPS, at(hook), "");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(400, refused.code());
            assertEquals("Failure", refused.text("status"));
            assertEquals("admission webhook \"mute.example.com\" denied the request: without explanation", refused.text("message"));
        }
    }
}
