package io.moka.apiserver.front.authn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class AuthenticationTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String whoAmI(TestServer.Caller caller) {
        var review = caller.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        return review.code() == 201 ? review.text("status", "userInfo", "username") : "refused with " + review.code();
    }

    @Test
    void certificateNamesTheUser() {
        assertEquals("admin", whoAmI(server.admin()));
        assertEquals("bob", whoAmI(server.as(TestPki.shared().client("bob", "devs"))));
    }

    @Test
    void certificateIsTheIdOfTheCredential() throws Exception {
        var bob = TestPki.shared().client("bob", "devs");
        var review = server.as(bob).post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        var digest = MessageDigest.getInstance("SHA-256").digest(bob.chain().getFirst().getEncoded());
        assertEquals("X509SHA256=" + HexFormat.of().formatHex(digest),
                review.json().path("status").path("userInfo").path("extra").path("authentication.kubernetes.io/credential-id").path(0).asText(), review.body());
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused() {
        CertificateAuthority stranger = CertificateAuthority.create("stranger", InstantSource.system());
        var caller = server.as(stranger.issue(CertificateRequest.client("admin", "system:masters")));
        assertEquals(401, caller.get("/api/v1/pods").code());
    }

    @Test
    void expiredCertificateIsRefused() {
        InstantSource longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofDays(900)));
        CertificateAuthority old = CertificateAuthority.create("kubernetes", longAgo);
        var authenticator = new CertificateAuthenticator(List.of(old.issue(CertificateRequest.client("x")).chain().getFirst()), InstantSource.system());
        var chain = old.issue(CertificateRequest.client("admin")).chain();
        assertTrue(authenticator.authenticate(new Credentials(chain, "")) instanceof Authentication.Rejected);
    }

    @Test
    void nobodyMaySeeHealthAndVersionOnly() {
        var nobody = server.anonymous();
        assertEquals(200, nobody.get("/livez").code());
        assertEquals(200, nobody.get("/readyz").code());
        assertEquals(200, nobody.get("/version").code());
        var refused = nobody.get("/api/v1/namespaces/default/pods");
        assertEquals(403, refused.code());
        assertTrue(refused.text("message").startsWith("pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""), refused.body());
        assertEquals(403, nobody.get("/metrics").code());
    }

    @Test
    void wrongTokenIsUnauthorizedEvenWhereNobodyIsAllowed() {
        assertEquals(401, server.withToken("nonsense").get("/version").code());
    }

    @Test
    void tokenIsGoodWhileItsAccountExists() {
        String accounts = server.namespace("tokens") + "/serviceaccounts";
        String token = server.admin().post(accounts + "/default/token", "{}").text("status", "token");
        var caller = server.withToken(token);
        assertEquals("system:serviceaccount:tokens:default", whoAmI(caller));
        assertEquals(403, caller.get("/api/v1/namespaces/tokens/secrets").code());
        var review = server.admin().post("/apis/authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + token + "\"}}");
        assertEquals("true", review.text("status", "authenticated"));
        server.admin().delete(accounts + "/default");
        TestServer.await("the token is refused", () -> caller.get("/api/v1/namespaces/tokens/secrets").code() == 401);
    }

    @Test
    void tokenBoundToAPodEndsWithThePod() {
        String namespace = server.namespace("bound");
        String uid = server.admin().post(namespace + "/pods", "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}").text("metadata", "uid");
        var request = server.admin().post(namespace + "/serviceaccounts/default/token",
                "{\"spec\":{\"boundObjectRef\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"name\":\"p\",\"uid\":\"" + uid + "\"}}}");
        var caller = server.withToken(request.text("status", "token"));
        assertEquals("system:serviceaccount:bound:default", whoAmI(caller));
        server.admin().delete(namespace + "/pods/p");
        TestServer.await("the token is refused", () -> whoAmI(caller).equals("refused with 401"));
    }

    @Test
    void impersonationNeedsPermission() {
        var asBob = server.admin().request("/apis/authentication.k8s.io/v1/selfsubjectreviews").header("Impersonate-User", "bob")
                .header("Content-Type", "application/json").POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"));
        assertEquals("bob", server.admin().send(asBob).text("status", "userInfo", "username"));
        var carol = server.as(TestPki.shared().client("carol"));
        assertEquals(403, carol.send(carol.request("/version").header("Impersonate-User", "admin")).code());
    }

    @Test
    void nodeMayOnlyChangeWhatIsIts() {
        var node = server.as(TestPki.shared().client("system:node:n1", "system:nodes"));
        String body = "{\"metadata\":{\"name\":\"%s\"}}";
        assertEquals(201, node.post("/api/v1/nodes", body.formatted("n1")).code());
        assertEquals(403, node.post("/api/v1/nodes", body.formatted("n2")).code());
        String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
        assertEquals(201, node.post(leases, body.formatted("n1")).code());
        assertEquals(403, node.post(leases, body.formatted("n2")).code());
        assertEquals(403, node.get("/api/v1/namespaces/default/secrets/any").code());
    }
}
