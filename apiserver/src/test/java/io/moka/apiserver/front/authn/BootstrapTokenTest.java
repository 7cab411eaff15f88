package io.moka.apiserver.front.authn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.apiserver.testing.TestServer;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BootstrapTokenTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void secret(String id, String type, String data) {
        var made = server.admin().post("/api/v1/namespaces/kube-system/secrets", "{\"metadata\":{\"name\":\"bootstrap-token-" + id + "\"},\"type\":\"" + type + "\",\"stringData\":{" + data + "}}");
        assertEquals(201, made.code(), made.body());
    }

    private static String data(String id, String more) {
        return "\"token-id\":\"" + id + "\",\"token-secret\":\"0123456789abcdef\"" + (more.isEmpty() ? "" : "," + more);
    }

    @Test
    void aGoodTokenNamesItselfAndItsGroups() {
        secret("aaaaaa", "bootstrap.kubernetes.io/token", data("aaaaaa", "\"usage-bootstrap-authentication\":\"true\",\"expiration\":\"" + Instant.now().plusSeconds(600)
                + "\",\"auth-extra-groups\":\"system:bootstrappers:kubeadm:default-node-token\""));
        var caller = server.withToken("aaaaaa.0123456789abcdef");
        TestServer.await("the secret is seen", () -> caller.get("/version").code() == 200);
        var me = caller.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        assertEquals("system:bootstrap:aaaaaa", me.text("status", "userInfo", "username"));
        assertEquals("[\"system:bootstrappers\",\"system:bootstrappers:kubeadm:default-node-token\",\"system:authenticated\"]", me.json().at("/status/userInfo/groups").toString());
        assertEquals(401, server.withToken("aaaaaa.0123456789abcdee").get("/version").code());
        server.admin().delete("/api/v1/namespaces/kube-system/secrets/bootstrap-token-aaaaaa");
        TestServer.await("the token is refused", () -> caller.get("/version").code() == 401);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "bbbbb1 | bootstrap.kubernetes.io/token | \"usage-bootstrap-signing\":\"true\"",
        "bbbbb2 | bootstrap.kubernetes.io/token | \"usage-bootstrap-authentication\":\"false\"",
        "bbbbb3 | bootstrap.kubernetes.io/token | \"usage-bootstrap-authentication\":\"true\",\"expiration\":\"2020-01-01T00:00:00Z\"",
        "bbbbb4 | bootstrap.kubernetes.io/token | \"usage-bootstrap-authentication\":\"true\",\"expiration\":\"tomorrow\"",
        "bbbbb5 | bootstrap.kubernetes.io/token | \"usage-bootstrap-authentication\":\"true\",\"auth-extra-groups\":\"system:masters\"",
        "bbbbb6 | Opaque                        | \"usage-bootstrap-authentication\":\"true\"",
    })
    void whatIsNotMeantToLetInDoesNot(String id, String type, String more) {
        secret(id, type, data(id, more));
        assertEquals(401, server.withToken(id + ".0123456789abcdef").get("/version").code());
    }
}
