package io.moka.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which token signs and when it ends.
class BootstrapTokenTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Secret secret(String name, Map<String, String> data) {
        var encoded = new TreeMap<String, String>();
        data.forEach((key, value) -> encoded.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        return new SecretBuilder().withNewMetadata().withName(name).withNamespace("kube-system").endMetadata().withType(BootstrapToken.TYPE).withData(encoded).build();
    }

    private static Map<String, String> good(String id) {
        return new TreeMap<>(Map.of("token-id", id, "token-secret", "0123456789abcdef", "usage-bootstrap-signing", "true"));
    }

    @ParameterizedTest(name = "{0}: {1} s left")
    @CsvSource({
        "2026-01-01T12:00:10Z,      10",
        "2026-01-01T13:00:10+01:00, 10",
        "2026-01-01T12:00:00Z,      0",
        "2025-01-01T00:00:00Z,      0",
        "tomorrow,                  0"})
    void tokenIsGoodUntilItsEnd(String expiration, int seconds) {
        assertEquals(Duration.ofSeconds(seconds), new BootstrapToken(secret("t", Map.of("expiration", expiration))).left(NOW));
    }

    @Test
    void tokenWithoutAnEndIsGoodForEver() {
        assertNull(new BootstrapToken(secret("t", Map.of())).left(NOW));
        assertNull(new BootstrapToken(new SecretBuilder().withNewMetadata().withName("t").endMetadata().build()).left(NOW));
    }

    /// The value is what RFC 7515 gives for this header, payload and key.
    @Test
    void signatureIsAJwsWithoutItsPayload() {
        assertEquals("eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8",
                DetachedSignature.of("Hello from the other side. I must have called a thousand times.", "joshua", "my voice is my passcode"));
    }

    /// @param change of a good token's data, `key=value`, or `key=` to remove it
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "bootstrap-token-abcdef, a=b, true",
        "bootstrap-token-abcdef, expiration=2026-01-01T12:00:01Z, true",
        "bootstrap-token-abcdef, expiration=2026-01-01T11:59:59Z, false",
        "bootstrap-token-abcdef, usage-bootstrap-signing=, false",
        "bootstrap-token-abcdef, usage-bootstrap-signing=1, false",
        "bootstrap-token-abcdef, token-secret=, false",
        "bootstrap-token-abcdef, token-id=, false",
        "bootstrap-token-abcdef, token-id=ABCDEF, false",
        "bootstrap-token-ghijkl, a=b, false",
        "another,                a=b, false"})
    void tokenSignsWhenItMay(String name, String change, boolean signs) {
        var data = good("abcdef");
        var parts = change.split("=", 2);
        data.put(parts[0], parts[1]);
        data.values().removeIf(String::isEmpty);
        assertEquals(signs, ClusterInfoReconciler.signed(Map.of("kubeconfig", "x"), List.of(secret(name, data)), NOW).containsKey("jws-kubeconfig-abcdef"));
    }

    @Test
    void signaturesFollowTheTokensAndTheRestStays() {
        var info = Map.of("kubeconfig", "x", "other", "y", "jws-kubeconfig-gone00", "z");
        var secrets = new ArrayList<>(List.of(secret("bootstrap-token-aaaaaa", good("aaaaaa")), secret("bootstrap-token-bbbbbb", good("bbbbbb"))));
        var signed = ClusterInfoReconciler.signed(info, secrets, NOW);
        assertEquals(List.of("jws-kubeconfig-aaaaaa", "jws-kubeconfig-bbbbbb", "kubeconfig", "other"), List.copyOf(signed.keySet()));
        assertEquals(signed, ClusterInfoReconciler.signed(signed, secrets, NOW));
        secrets.removeFirst();
        assertEquals(List.of("jws-kubeconfig-bbbbbb", "kubeconfig", "other"), List.copyOf(ClusterInfoReconciler.signed(signed, secrets, NOW).keySet()));
    }
}
