package io.moka.apiserver.front.authn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Headers that name a user: good from the trusted proxy, nothing from anybody else. And tokens from a file.
final class FrontProxyTest {
    private static final CertificateAuthority PROXIES = CertificateAuthority.create("front-proxy-ca", InstantSource.system());
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        Path authority = Files.createTempFile("moka-front-proxy-", ".crt");
        authority.toFile().deleteOnExit();
        Files.write(authority, PROXIES.certificatePem());
        Path tokens = Files.createTempFile("moka-tokens-", ".csv");
        tokens.toFile().deleteOnExit();
        Files.writeString(tokens, "sesame,ali,7,\"thieves,forty\"\nplain,baba,8\n");
        server = TestServer.start("--requestheader-client-ca-file=" + authority, "--requestheader-allowed-names=front-proxy-client", "--token-auth-file=" + tokens,
                "--requestheader-uid-headers=X-Remote-Uid");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static TestServer.Answer whoAmI(TestServer.Caller caller, String... headers) {
        var request = caller.request("/apis/authentication.k8s.io/v1/selfsubjectreviews").header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return caller.send(request);
    }

    @Test
    void theProxySaysWhoCalls() {
        var proxy = server.as(PROXIES.issue(CertificateRequest.client("front-proxy-client")));
        var me = whoAmI(proxy, "X-Remote-User", "eve", "X-Remote-Group", "devs", "X-Remote-Group", "ops", "X-Remote-Extra-Scopes", "openid", "X-Remote-Extra-Acme.com%2fproject", "p", "X-Remote-Uid", "u1");
        assertEquals(201, me.code(), me.body());
        assertEquals("eve", me.text("status", "userInfo", "username"));
        assertEquals("u1", me.text("status", "userInfo", "uid"));
        assertEquals("[\"devs\",\"ops\",\"system:authenticated\"]", me.json().at("/status/userInfo/groups").toString());
        assertEquals("[\"openid\"]", me.json().at("/status/userInfo/extra/scopes").toString());
        assertEquals("[\"p\"]", me.json().at("/status/userInfo/extra").path("acme.com/project").toString());
    }

    @Test
    void theSameHeadersFromOthersMeanNothing() {
        assertEquals(403, whoAmI(server.anonymous(), "X-Remote-User", "admin", "X-Remote-Group", "system:masters").code());
        var bob = server.as(TestPki.shared().client("bob"));
        assertEquals("bob", whoAmI(bob, "X-Remote-User", "admin", "X-Remote-Group", "system:masters").text("status", "userInfo", "username"));
        assertEquals("[\"system:authenticated\"]", whoAmI(bob, "X-Remote-User", "admin", "X-Remote-Group", "system:masters").json().at("/status/userInfo/groups").toString());
        // the name that the proxy has, but from the clients' authority
        var impostor = server.as(TestPki.shared().client("front-proxy-client"));
        assertEquals("front-proxy-client", whoAmI(impostor, "X-Remote-User", "admin").text("status", "userInfo", "username"));
    }

    @Test
    void aProxyOfAnotherNameIsRefused() {
        var other = server.as(PROXIES.issue(CertificateRequest.client("somebody")));
        assertEquals(401, whoAmI(other, "X-Remote-User", "admin").code());
    }

    @Test
    void theProxysCertificateAloneIsNobodysHere() {
        assertEquals(401, whoAmI(server.as(PROXIES.issue(CertificateRequest.client("front-proxy-client")))).code());
    }

    @Test
    void tokensOfTheFileNameTheirUsers() {
        var ali = whoAmI(server.withToken("sesame"));
        assertEquals("ali", ali.text("status", "userInfo", "username"));
        assertEquals("[\"thieves\",\"forty\",\"system:authenticated\"]", ali.json().at("/status/userInfo/groups").toString());
        assertEquals("baba", whoAmI(server.withToken("plain")).text("status", "userInfo", "username"));
        assertEquals(401, whoAmI(server.withToken("Sesame")).code());
    }
}
