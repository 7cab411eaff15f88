package io.moka.apiserver.front.authn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tokens of an OpenID Connect issuer that the test itself is.
final class OidcTest {
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("issuer-ca", InstantSource.system());
    private static final List<JWK> KEYS = new CopyOnWriteArrayList<>();
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static RSAKey first;
    private static HttpsServer issuer;
    private static String url;
    private static Path authorityFile;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        first = key("first");
        KEYS.add(first.toPublicJWK());
        issuer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setHttpsConfigurator(new HttpsConfigurator(AUTHORITY.issue(CertificateRequest.server("issuer", List.of("127.0.0.1"))).serverContext(AUTHORITY.certificatePem())));
        url = "https://127.0.0.1:" + issuer.getAddress().getPort();
        issuer.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}"));
        issuer.createContext("/keys", exchange -> {
            FETCHES.incrementAndGet();
            answer(exchange, new JWKSet(KEYS).toString());
        });
        issuer.start();
        authorityFile = Files.createTempFile("moka-oidc-", ".crt");
        authorityFile.toFile().deleteOnExit();
        Files.write(authorityFile, AUTHORITY.certificatePem());
        server = TestServer.start("--oidc-issuer-url=" + url, "--oidc-client-id=moka", "--oidc-username-claim=email", "--oidc-username-prefix=oidc:",
                "--oidc-groups-claim=groups", "--oidc-groups-prefix=oidc:", "--oidc-required-claim=hd=example.com", "--oidc-ca-file=" + authorityFile);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        issuer.stop(0);
    }

    private static RSAKey key(String id) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).generate();
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        exchange.sendResponseHeaders(200, body.getBytes(UTF_8).length);
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(url).subject("1").audience(List.of("other", "moka")).claim("email", "ann@example.com").claim("email_verified", true)
                .claim("hd", "example.com").claim("groups", List.of("devs", "ops")).expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    private static String sign(JWTClaimsSet.Builder claims, RSAKey key) {
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims.build());
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static TestServer.Answer whoAmI(String token) {
        return server.withToken(token).post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
    }

    @Test
    void claimsBecomeNameAndGroups() {
        var me = whoAmI(sign(claims(), first));
        assertEquals(201, me.code(), me.body());
        assertEquals("oidc:ann@example.com", me.text("status", "userInfo", "username"));
        assertEquals("[\"oidc:devs\",\"oidc:ops\",\"system:authenticated\"]", me.json().at("/status/userInfo/groups").toString());
        var review = server.admin().post("/apis/authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + sign(claims(), first) + "\"}}");
        assertEquals("true", review.text("status", "authenticated"), review.body());
    }

    static Stream<Arguments> refused() throws Exception {
        SignedJWT symmetric = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims().build());
        symmetric.sign(new MACSigner(first.toPublicJWK().toString().getBytes(UTF_8)));
        RSAKey stranger = new RSAKey.Builder(key("x")).keyID("first").build();
        return Stream.of(
                Arguments.of("expired", sign(claims().expirationTime(Date.from(Instant.now().minusSeconds(1))), first)),
                Arguments.of("no expiry", sign(claims().expirationTime(null), first)),
                Arguments.of("for others", sign(claims().audience("other"), first)),
                Arguments.of("without the required claim", sign(claims().claim("hd", "elsewhere.com"), first)),
                Arguments.of("email not verified", sign(claims().claim("email_verified", false), first)),
                Arguments.of("no name", sign(claims().claim("email", null), first)),
                Arguments.of("groups that are none", sign(claims().claim("groups", List.of(1)), first)),
                Arguments.of("not valid yet", sign(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(600))), first)),
                Arguments.of("a stranger's key under a known id", sign(claims(), stranger)),
                Arguments.of("the public key as a secret", symmetric.serialize()),
                Arguments.of("another issuer", sign(claims().issuer("https://elsewhere"), first)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsNotRightIsRefused(String name, String token) {
        assertEquals(401, whoAmI(token).code());
    }

    @Test
    void anUnknownKeyIsLookedUpAgainButNotTooOften() throws Exception {
        OidcOptions options = new OidcOptions();
        options.issuerUrl = url;
        options.clientId = "moka";
        options.usernamePrefix = "-";
        options.caFile = authorityFile;
        Instant start = Instant.now();
        Instant[] now = {start};
        var authenticator = new OidcAuthenticator(options, () -> now[0]);
        assertEquals("1", name(authenticator, sign(claims(), first)));
        int before = FETCHES.get();
        RSAKey second = key("second");
        assertEquals("refused", name(authenticator, sign(claims(), second)));
        KEYS.add(second.toPublicJWK());
        assertEquals("refused", name(authenticator, sign(claims(), second)), "asked again within ten seconds");
        assertEquals(before, FETCHES.get());
        now[0] = start.plusSeconds(11);
        assertEquals("1", name(authenticator, sign(claims(), second)));
        assertEquals(before + 1, FETCHES.get());
    }

    private static String name(Authenticator authenticator, String token) {
        return switch (authenticator.authenticate(new Credentials(List.of(), token))) {
            case Authentication.Authenticated(UserInfo user) -> user.name();
            case Authentication.Rejected ignored -> "refused";
            case Authentication.Absent() -> "absent";
        };
    }

    @Test
    void aServerStartsWithoutItsIssuer() throws Exception {
        try (TestServer alone = TestServer.start("--oidc-issuer-url=https://127.0.0.1:1", "--oidc-client-id=moka")) {
            assertEquals(200, alone.admin().get("/readyz").code());
            assertEquals(401, alone.withToken(sign(claims().issuer("https://127.0.0.1:1"), first)).get("/version").code());
        }
    }
}
