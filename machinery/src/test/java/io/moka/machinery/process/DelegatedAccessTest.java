package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A page of a component, asked over TLS by callers of all kinds; the apiserver's reviews are scripted: `alice` may, others may not.
class DelegatedAccessTest {

    @TempDir
    private Path folder;

    private CertificateAuthority cluster;
    private CertificateAuthority frontProxy;
    private ScriptedServer apiserver;
    private ApiClient client;
    private HealthServer server;

    @BeforeEach
    void start() throws IOException {
        cluster = CertificateAuthority.readOrCreate(folder.resolve("ca"), "cluster", InstantSource.system());
        frontProxy = CertificateAuthority.readOrCreate(folder.resolve("front"), "front", InstantSource.system());
        CertificateAuthority.write(cluster.issue(CertificateRequest.server("localhost", List.of("127.0.0.1"))), folder.resolve("server"));
        apiserver = new ScriptedServer((request, reply) -> {
            var spec = Json.mapper().readTree(request.body()).path("spec");
            if (request.path().endsWith("tokenreviews")) {
                boolean known = spec.path("token").asText().equals("good");
                reply.json(201, "{\"status\":{\"authenticated\":" + known + ",\"user\":{\"username\":\"alice\",\"groups\":[\"devs\"]}}}");
            } else {
                reply.json(201, "{\"status\":{\"allowed\":" + spec.path("user").asText().equals("alice") + "}}");
            }
        });
        client = apiserver.client();
        server = HealthServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> true, folder.resolve("server.crt"), folder.resolve("server.key"),
                folder.resolve("ca.crt"), folder.resolve("front.crt"));
        var access = new DelegatedAccess(client, Pem.certificates(cluster.certificatePem()), Pem.certificates(Files.readAllBytes(folder.resolve("front.crt"))), Set.of("front-proxy-client"));
        server.addPage("/page", access, query -> ComponentPage.Answer.text("page " + query.get("q")));
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
        apiserver.close();
    }

    private HttpResponse<String> get(@Nullable TlsIdentity identity, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/page?q=a%20b"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var http = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(cluster.certificatePem(), identity)).build()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private JsonNode lastReview() throws IOException {
        return Json.mapper().readTree(apiserver.requests().getLast().body()).path("spec");
    }

    @Test
    void aCallerIsKnownByItsCertificate() throws Exception {
        assertEquals("page a b", get(cluster.issue(CertificateRequest.client("alice", "devs"))).body());
        assertEquals("{\"user\":\"alice\",\"groups\":[\"devs\",\"system:authenticated\"],\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/page\"}}",
                Json.mapper().readTree(lastReview().toString().replace("\"path\":\"/page\",\"verb\":\"get\"", "\"verb\":\"get\",\"path\":\"/page\"")).toString());
        var refused = get(cluster.issue(CertificateRequest.client("bob")));
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("User \\\"bob\\\" cannot get path \\\"/page\\\""), refused::body);
    }

    @Test
    void aCallerIsKnownByItsToken() throws Exception {
        assertEquals(200, get(null, "Authorization", "Bearer good").statusCode());
        assertEquals("[\"devs\"]", lastReview().path("groups").toString());
        assertEquals(401, get(null, "Authorization", "Bearer bad").statusCode());
        assertEquals(401, get(null).statusCode());
    }

    @Test
    void onlyAFrontProxyIsBelievedWhoAsks() throws Exception {
        var proxy = frontProxy.issue(CertificateRequest.client("front-proxy-client"));
        assertEquals(200, get(proxy, "X-Remote-User", "alice", "X-Remote-Group", "a", "X-Remote-Group", "b", "X-Remote-Extra-Scopes", "s").statusCode());
        assertEquals("[\"a\",\"b\",\"system:authenticated\"] {\"scopes\":[\"s\"]}", lastReview().path("groups") + " " + lastReview().path("extra"));
        assertEquals(401, get(proxy).statusCode());
        assertEquals(401, get(frontProxy.issue(CertificateRequest.client("alice")), "X-Remote-User", "alice").statusCode(), "a name that is not allowed, and no user's authority");
        assertEquals(403, get(cluster.issue(CertificateRequest.client("front-proxy-client")), "X-Remote-User", "alice").statusCode(), "of the wrong authority");
        assertEquals(401, get(null, "X-Remote-User", "alice").statusCode());
    }
}
