package io.moka.apiserver.extension.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestWebhook;
import io.moka.apiserver.testing.Trees;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real server with a small HTTPS server behind it that stands for a metrics server.
final class AggregationTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static TestServer server;
    private static TestWebhook remote;
    private static TestWebhook local;

    @BeforeAll
    static void start() throws IOException {
        Path identity = Files.createTempDirectory("moka-front-proxy-").resolve("front-proxy-client");
        CertificateAuthority.write(TestPki.shared().client("front-proxy-client"), identity);
        local = TestWebhook.start(AggregationTest::serve, "127.0.0.1");
        server = TestServer.start("--proxy-client-cert-file=" + identity + ".crt", "--proxy-client-key-file=" + identity + ".key",
                "--local-api-service=default/local=" + local.port());
        remote = TestWebhook.start(AggregationTest::serve, "metrics.default.svc");
        server.admin().post("/api/v1/namespaces/default/services", yaml("{metadata: {name: metrics}, spec: {type: ExternalName, externalName: localhost, ports: [{port: " + remote.port() + "}]}}"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        remote.close();
        local.close();
    }

    private static String yaml(String text) {
        return Trees.node(text).toString();
    }

    /// Discovery; elsewhere, what was asked and by whom.
    private static void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/apis/local.example.com/v1")) {
            TestWebhook.answer(exchange, 200, Trees.object("{kind: APIResourceList, apiVersion: v1, groupVersion: local.example.com/v1, resources: [{name: pods, singularName: '', namespaced: false, kind: Pod, verbs: [list]}]}"));
            return;
        }
        if (path.equals("/apis/metrics.example.com/v1")) {
            TestWebhook.answer(exchange, 200, Trees.object("""
                    {kind: APIResourceList, apiVersion: v1, groupVersion: metrics.example.com/v1, resources: [
                      {name: pods, singularName: pod, namespaced: true, kind: PodMetrics, verbs: [get, list], shortNames: [pm]},
                      {name: pods/raw, singularName: '', namespaced: true, kind: Raw, verbs: [get]}]}"""));
            return;
        }
        ObjectNode seen = Json.object().put("path", exchange.getRequestURI().toString()).put("method", exchange.getRequestMethod())
                .put("user", exchange.getRequestHeaders().getFirst("X-Remote-User")).put("certificate", certificate(exchange))
                .put("authorization", exchange.getRequestHeaders().getFirst("Authorization")).put("forged", exchange.getRequestHeaders().getFirst("X-Remote-Extra-Forged"))
                .put("accept", exchange.getRequestHeaders().getFirst("Accept")).put("contentType", exchange.getRequestHeaders().getFirst("Content-Type"))
                .put("cookies", String.join(" and ", exchange.getRequestHeaders().getOrDefault("Cookie", List.of())))
                .put("forwardedFor", exchange.getRequestHeaders().getFirst("X-Forwarded-For")).put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.getRequestHeaders().getOrDefault("X-Remote-Group", List.of()).forEach(group -> seen.withArray("groups").add(group));
        TestWebhook.answer(exchange, path.endsWith("/teapot") ? 418 : 200, seen);
    }

    private static String certificate(HttpExchange exchange) {
        try {
            return ((X509Certificate) ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException none) {
            return "";
        }
    }

    private static String service(String group, String service, int port) {
        return yaml("{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1." + group + "}, spec: {group: " + group + ", version: v1, groupPriorityMinimum: 100, versionPriority: 100, caBundle: "
                + TestWebhook.caBundle() + ", service: {namespace: default, name: " + service + ", port: " + port + "}}}");
    }

    private static JsonNode condition(String name) {
        return server.admin().get(SERVICES + "/" + name).json().at("/status/conditions/0");
    }

    private static void register() {
        server.admin().post(SERVICES, service("metrics.example.com", "metrics", remote.port()));
        TestServer.await("the remote server is available", () -> condition("v1.metrics.example.com").path("status").asText().equals("True"));
    }

    @Test
    void groupVersionsOfThisServerHaveServicesThatAreAlwaysAvailable() {
        TestServer.await("the services are made", () -> condition("v1.apps").path("reason").asText().equals("Local"));
        TestServer.await("the core group has one", () -> condition("v1.").path("status").asText().equals("True"));
        ObjectNode core = server.admin().get(SERVICES + "/v1.").object();
        assertEquals(18000, core.at("/spec/groupPriorityMinimum").asInt());
        assertEquals("onstart", core.at("/metadata/labels/kube-aggregator.kubernetes.io~1automanaged").asText());
    }

    @Test
    void customGroupsComeAndGo() {
        String definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        server.admin().post(definition, yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.things.example.com}, spec: {group: things.example.com, scope: Cluster,
                 names: {plural: things, kind: Thing}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}"""));
        TestServer.await("its service is there", () -> server.admin().get(SERVICES + "/v1.things.example.com").code() == 200);
        server.admin().delete(definition + "/things.things.example.com");
        TestServer.await("its service has gone", () -> server.admin().get(SERVICES + "/v1.things.example.com").code() == 404);
    }

    @Test
    void requestsArePassedOnWithTheCallersIdentityAndOurCertificate() {
        register();
        var answer = server.admin().send(server.admin().request("/apis/metrics.example.com/v1/namespaces/default/pods/web?x=1").header("Accept", "application/json;as=Table").header("X-Forwarded-For", "192.0.2.7").header("Cookie", "a=1").header("Cookie", "b=2").header("X-Remote-User", "somebody").header("X-Remote-Extra-Forged", "yes"));
        assertEquals(200, answer.code(), answer.body());
        assertEquals("/apis/metrics.example.com/v1/namespaces/default/pods/web?x=1", answer.text("path"));
        assertEquals("admin", answer.text("user"));
        assertTrue(answer.body().contains("system:masters"), answer.body());
        assertTrue(answer.text("certificate").contains("CN=front-proxy-client"), answer.body());
        assertEquals("", answer.text("forged"));
        assertEquals("application/json;as=Table", answer.text("accept"));
        assertEquals("192.0.2.7, 127.0.0.1", answer.text("forwardedFor"));
        assertEquals("a=1; b=2", answer.text("cookies"));
        var posted = server.admin().post("/apis/metrics.example.com/v1/namespaces/default/pods", "{\"a\":1}");
        assertEquals("POST", posted.text("method"));
        assertEquals("{\"a\":1}", posted.text("body"));
        assertEquals("application/json", posted.text("contentType"));
        assertEquals(418, server.admin().get("/apis/metrics.example.com/v1/teapot").code());
        assertEquals(403, server.anonymous().get("/apis/metrics.example.com/v1/pods").code());
    }

    /// There is no service of that name, and no endpoint could be of this machine.
    @Test
    void aServiceThatIsAComponentOfThisMachineIsReachedAtItsPort() {
        server.admin().post(SERVICES, service("local.example.com", "local", 443));
        TestServer.await("the component is available", () -> condition("v1.local.example.com").path("status").asText().equals("True"));
        var answer = server.admin().get("/apis/local.example.com/v1/pods");
        assertEquals("/apis/local.example.com/v1/pods", answer.text("path"));
        assertTrue(answer.text("certificate").contains("CN=front-proxy-client"), answer.body());
        server.admin().delete(SERVICES + "/v1.local.example.com");
    }

    /// An event loop that waited for a body would keep it, and every other request, from arriving.
    @Test
    void aBodyThatComesLateHoldsUpNobodyElse() throws IOException {
        register();
        TlsIdentity admin = TestPki.shared().client("admin", "system:masters");
        try (RawConnection late = RawConnection.tls(server.port(), admin)) {
            late.send("POST /apis/metrics.example.com/v1/namespaces/default/pods HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
            for (int i = 0; i < 8; i++) {
                try (RawConnection other = RawConnection.tls(server.port(), admin)) {
                    other.send("GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").listen(10_000);
                    assertEquals(List.of(200), other.codes());
                }
            }
            late.send("{\"a\":1}").listen(10_000);
            assertEquals(List.of(200), late.codes());
        }
    }

    @Test
    void discoveryHasTheRemoteGroup() {
        register();
        assertEquals("metrics.example.com/v1", server.admin().get("/apis/metrics.example.com").json().at("/preferredVersion/groupVersion").asText());
        assertTrue(server.admin().get("/apis").body().contains("metrics.example.com"));
        assertEquals("PodMetrics", server.admin().get("/apis/metrics.example.com/v1").json().at("/resources/0/kind").asText());
        JsonNode version = aggregated("metrics.example.com");
        assertEquals("Current", version.path("freshness").asText());
        assertEquals("pods", version.at("/resources/0/resource").asText());
        assertEquals("PodMetrics", version.at("/resources/0/responseKind/kind").asText());
        assertEquals("raw", version.at("/resources/0/subresources/0/subresource").asText());
    }

    private static JsonNode aggregated(String group) {
        var document = server.admin().send(server.admin().request("/apis").header("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).json();
        for (JsonNode item : document.path("items")) {
            if (item.at("/metadata/name").asText().equals(group)) {
                return item.at("/versions/0");
            }
        }
        return Json.object();
    }

    @Test
    void serverThatCannotBeReachedIsUnavailableAndStale() {
        server.admin().post(SERVICES, service("missing.example.com", "nothing", 443));
        TestServer.await("its service is missed", () -> condition("v1.missing.example.com").path("reason").asText().equals("ServiceNotFound"));
        assertEquals("False", condition("v1.missing.example.com").path("status").asText());
        var refused = server.admin().get("/apis/missing.example.com/v1/things");
        assertEquals(503, refused.code());
        assertEquals("ServiceUnavailable", refused.text("reason"));
        assertEquals("Stale", aggregated("missing.example.com").path("freshness").asText());
        server.admin().post("/api/v1/namespaces/default/services", yaml("{metadata: {name: idle}, spec: {ports: [{port: 443}]}}"));
        server.admin().post(SERVICES, service("idle.example.com", "idle", 443));
        TestServer.await("its endpoints are missed", () -> condition("v1.idle.example.com").path("reason").asText().equals("MissingEndpoints"));
        server.admin().delete(SERVICES + "/v1.missing.example.com");
        TestServer.await("nobody serves it", () -> server.admin().get("/apis/missing.example.com/v1/things").code() == 404);
    }

    @Test
    void serversBehindFindTheAuthorityOfClients() {
        TestServer.await("the map is made", () -> server.admin().get("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication").code() == 200);
        assertTrue(server.admin().get("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication").text("data", "client-ca-file").contains("BEGIN CERTIFICATE"));
    }

    @Test
    void serviceThatIsWrongIsRefused() {
        String good = service("good.example.com", "metrics", 443);
        assertEquals(422, server.admin().post(SERVICES, good.replace("\"name\":\"v1.good.example.com\"", "\"name\":\"other\"")).code());
        assertEquals(422, server.admin().post(SERVICES, good.replace("\"namespace\":\"default\",", "")).code());
        assertEquals(422, server.admin().post(SERVICES, good.replace("\"version\":\"v1\"", "\"version\":\"v1\",\"insecureSkipTLSVerify\":true")).code());
    }
}
