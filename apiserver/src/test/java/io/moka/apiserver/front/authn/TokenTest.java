package io.moka.apiserver.front.authn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.security.interfaces.ECPrivateKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Service-account tokens: what is issued, what is accepted, and what only looks like one.
final class TokenTest {
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static TestServer server;
    private static String namespace;
    private static String uid;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        namespace = server.namespace("tok");
        uid = server.admin().get(namespace + "/serviceaccounts/default").text("metadata", "uid");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static ECPrivateKey serverKey() {
        try {
            return (ECPrivateKey) Pem.privateKey(Files.readAllBytes(TestPki.shared().file("sa.key")));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(ISSUER).subject("system:serviceaccount:tok:default").audience(ISSUER)
                .issueTime(Date.from(Instant.now())).notBeforeTime(Date.from(Instant.now())).expirationTime(Date.from(Instant.now().plusSeconds(600))).jwtID("x")
                .claim("kubernetes.io", Map.of("namespace", "tok", "serviceaccount", Map.of("name", "default", "uid", uid)));
    }

    private static String sign(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) {
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader(algorithm), claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String sign(JWTClaimsSet claims) {
        try {
            return sign(claims, JWSAlgorithm.ES256, new ECDSASigner(serverKey()));
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    static Stream<Arguments> forgeries() throws Exception {
        String good = sign(claims().build());
        String[] parts = good.split("\\.");
        ECPrivateKey stranger = (ECPrivateKey) CertificateAuthority.newKeyPair().getPrivate();
        byte[] publicKey = Files.readAllBytes(TestPki.shared().file("sa.pub"));
        return Stream.of(
                Arguments.of("no signature", part("{\"alg\":\"none\"}") + "." + parts[1] + "."),
                Arguments.of("no signature, but one sent", part("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2]),
                Arguments.of("the public key as a secret", sign(claims().build(), JWSAlgorithm.HS256, new MACSigner(publicKey))),
                Arguments.of("another key", sign(claims().build(), JWSAlgorithm.ES256, new ECDSASigner(stranger))),
                Arguments.of("changed claims", parts[0] + "." + part("{\"iss\":\"" + ISSUER + "\",\"sub\":\"system:serviceaccount:kube-system:admin\"}") + "." + parts[2]),
                Arguments.of("cut short", good.substring(0, good.length() - 10)),
                Arguments.of("a signature of zeros", parts[0] + "." + parts[1] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64])),
                Arguments.of("expired", sign(claims().expirationTime(Date.from(Instant.now().minusSeconds(1))).build())),
                Arguments.of("no expiry", sign(claims().expirationTime(null).build())),
                Arguments.of("another issuer", sign(claims().issuer("https://elsewhere").build())),
                Arguments.of("another audience", sign(claims().audience("vault").build())),
                Arguments.of("no audience", sign(claims().audience(List.of()).build())),
                Arguments.of("another uid", sign(claims().claim("kubernetes.io", Map.of("namespace", "tok", "serviceaccount", Map.of("name", "default", "uid", "other"))).build())),
                Arguments.of("no account", sign(claims().claim("kubernetes.io", Map.of("namespace", "tok")).build())),
                Arguments.of("no claims of ours", sign(claims().claim("kubernetes.io", null).build())),
                Arguments.of("from the future", sign(claims().issueTime(Date.from(Instant.now().plus(Duration.ofHours(1)))).build())),
                Arguments.of("a legacy token of no secret", sign(new JWTClaimsSet.Builder().issuer("kubernetes/serviceaccount").subject("system:serviceaccount:tok:default")
                        .claim("kubernetes.io/serviceaccount/namespace", "tok").claim("kubernetes.io/serviceaccount/secret.name", "none")
                        .claim("kubernetes.io/serviceaccount/service-account.name", "default").claim("kubernetes.io/serviceaccount/service-account.uid", uid).build())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void whatOnlyLooksLikeATokenIsRefused(String name, String token) {
        assertEquals(401, server.withToken(token).get("/version").code());
    }

    @Test
    void theGoodOneThatTheForgeriesAreMadeOfIsAccepted() {
        assertEquals(200, server.withToken(sign(claims().build())).get("/version").code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}                                                                 | 201 |",
        "{\"expirationSeconds\":600}                                        | 201 |",
        "{\"expirationSeconds\":4294967296}                                 | 201 |",
        "{\"expirationSeconds\":599}                                        | 422 | spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes",
        "{\"expirationSeconds\":4294967297}                                 | 422 | spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
        "{\"boundObjectRef\":{\"kind\":\"Pod\",\"name\":\"no\"}}              | 404 | pods \"no\" not found",
        "{\"boundObjectRef\":{\"kind\":\"Secret\",\"name\":\"no\"}}           | 404 | secrets \"no\" not found",
        "{\"boundObjectRef\":{\"kind\":\"ConfigMap\",\"name\":\"no\"}}        | 400 | cannot bind token to object of type",
    })
    void tokenRequestsAreChecked(String spec, int code, String message) {
        var answer = server.admin().post(namespace + "/serviceaccounts/default/token", "{\"spec\":" + spec + "}");
        assertEquals(code, answer.code(), answer.body());
        assertTrue(message == null || answer.text("message").contains(message), answer.body());
    }

    @Test
    void issuedTokensNameTheirKeyAndAreVerifiableByTheDocuments() throws JOSEException, ParseException, IOException {
        String token = server.admin().post(namespace + "/serviceaccounts/default/token", "{\"spec\":{\"audiences\":[\"a\",\"b\"]}}").text("status", "token");
        var configuration = server.admin().get("/.well-known/openid-configuration");
        assertEquals(ISSUER, configuration.text("issuer"));
        assertTrue(configuration.text("jwks_uri").endsWith("/openid/v1/jwks"), configuration.body());
        var keys = server.admin().get("/openid/v1/jwks");
        assertEquals("application/jwk-set+json", keys.response().headers().firstValue("content-type").orElse(""));
        SignedJWT jwt = SignedJWT.parse(token);
        var key = JWKSet.parse(keys.body()).getKeyByKeyId(jwt.getHeader().getKeyID());
        assertTrue(jwt.verify(new ECDSAVerifier(key.toECKey())));
        assertEquals(List.of("a", "b"), jwt.getJWTClaimsSet().getAudience());
        var accounts = server.withToken(server.admin().post(namespace + "/serviceaccounts/default/token", "{}").text("status", "token"));
        assertEquals(200, accounts.get("/openid/v1/jwks").code());
        assertEquals(403, server.anonymous().get("/openid/v1/jwks").code());
    }

    @Test
    void aTokenForOthersIsReviewedForThemAlone() {
        String token = server.admin().post(namespace + "/serviceaccounts/default/token", "{\"spec\":{\"audiences\":[\"vault\"]}}").text("status", "token");
        assertEquals("true", review(token, "[\"vault\",\"other\"]").text("status", "authenticated"));
        assertEquals("[\"vault\"]", review(token, "[\"vault\",\"other\"]").json().at("/status/audiences").toString());
        assertEquals("[invalid bearer token, token audiences [\"vault\"] is invalid for the target audiences [\"x\" \"y\"]]", review(token, "[\"x\",\"y\"]").text("status", "error"));
        assertEquals("false", review(token, "[]").text("status", "authenticated"));
        assertEquals(401, server.withToken(token).get("/version").code());
    }

    private static TestServer.Answer review(String token, String audiences) {
        return server.admin().post("/apis/authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + token + "\",\"audiences\":" + audiences + "}}");
    }

    @Test
    void tokensEndWithWhatTheyAreBoundTo() {
        server.admin().post("/api/v1/nodes", "{\"metadata\":{\"name\":\"bound-node\"}}");
        server.admin().post(namespace + "/secrets", "{\"metadata\":{\"name\":\"bound-secret\"}}");
        for (String[] row : new String[][] {{"Secret", "bound-secret", namespace + "/secrets/bound-secret"}, {"Node", "bound-node", "/api/v1/nodes/bound-node"}}) {
            String token = server.admin().post(namespace + "/serviceaccounts/default/token",
                    "{\"spec\":{\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"" + row[0] + "\",\"name\":\"" + row[1] + "\"}}}").text("status", "token");
            assertEquals(200, server.withToken(token).get("/version").code(), row[0]);
            server.admin().delete(row[2]);
            TestServer.await("the token is refused", () -> server.withToken(token).get("/version").code() == 401);
        }
    }

    @Test
    void theTokenOfASecretIsGoodWhileTheSecretHoldsIt() {
        String token = sign(new JWTClaimsSet.Builder().issuer("kubernetes/serviceaccount").subject("system:serviceaccount:tok:default")
                .claim("kubernetes.io/serviceaccount/namespace", "tok").claim("kubernetes.io/serviceaccount/secret.name", "old-style")
                .claim("kubernetes.io/serviceaccount/service-account.name", "default").claim("kubernetes.io/serviceaccount/service-account.uid", uid).build());
        server.admin().post(namespace + "/secrets", "{\"metadata\":{\"name\":\"old-style\",\"annotations\":{\"kubernetes.io/service-account.name\":\"default\"}},"
                + "\"type\":\"kubernetes.io/service-account-token\",\"stringData\":{\"token\":\"" + token + "\"}}");
        TestServer.await("the token is accepted", () -> server.withToken(token).get("/version").code() == 200);
        server.admin().delete(namespace + "/secrets/old-style");
        TestServer.await("the token is refused", () -> server.withToken(token).get("/version").code() == 401);
    }

    private static long lifeSeconds(TestServer.Answer issued) throws ParseException {
        var claims = SignedJWT.parse(issued.text("status", "token")).getJWTClaimsSet();
        return (claims.getExpirationTime().getTime() - claims.getIssueTime().getTime()) / 1000;
    }

    @Test
    void aTokensLifeIsBounded() throws Exception {
        String tokens = namespace + "/serviceaccounts/default/token";
        assertEquals(422, server.admin().post(tokens, "{\"spec\":{\"expirationSeconds\":599}}").code());
        assertEquals(422, server.admin().post(tokens, "{\"spec\":{\"expirationSeconds\":4294967297}}").code());
        long thirtyDays = Duration.ofDays(30).toSeconds();
        var longest = server.admin().post(tokens, "{\"spec\":{\"expirationSeconds\":4294967296}}");
        assertEquals(Long.toString(thirtyDays), longest.text("spec", "expirationSeconds"), "the bound without the flag");
        assertEquals(thirtyDays, lifeSeconds(longest));
        try (var bounded = TestServer.start("--service-account-max-token-expiration=2h")) {
            String there = bounded.namespace("tok") + "/serviceaccounts/default/token";
            var capped = bounded.admin().post(there, "{\"spec\":{\"expirationSeconds\":86400}}");
            assertEquals("7200", capped.text("spec", "expirationSeconds"), "what is asked for beyond the bound is given up to it");
            assertEquals(7200, lifeSeconds(capped));
            assertEquals("600", bounded.admin().post(there, "{\"spec\":{\"expirationSeconds\":600}}").text("spec", "expirationSeconds"));
        }
        for (String nonsense : new String[] {"59m", "x", "1300000h"}) {
            org.junit.jupiter.api.Assertions.assertThrows(picocli.CommandLine.ParameterException.class, () -> TestServer.start("--service-account-max-token-expiration=" + nonsense), nonsense);
        }
    }

    @Test
    void tokenWithoutAnIssuerIsRefused() {
        assertEquals(401, server.withToken("eyJhbGciOiJSUzI1NiJ9.e30.AAAA").get("/api").code());
    }
}
