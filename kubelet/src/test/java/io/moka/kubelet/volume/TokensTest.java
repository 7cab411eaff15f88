package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.source.MapClusterObjects;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokensTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void tokenIsRenewedAtFourFifthsOfItsLife() {
        var tokens = new Tokens(new MapClusterObjects(() -> now), () -> now);
        var pod = new PodBuilder().withNewMetadata().withUid("u").withName("p").endMetadata().build();

        assertEquals("token-1", tokens.current(pod, "v", "token", "", 1_000));
        now = now.plusSeconds(799);
        assertEquals("token-1", tokens.current(pod, "v", "token", "", 1_000));
        now = now.plusSeconds(1);
        assertEquals("token-2", tokens.current(pod, "v", "token", "", 1_000));
    }

    @Test
    void forgottenPodsTokenIsAskedForAnew() {
        var tokens = new Tokens(new MapClusterObjects(() -> now), () -> now);
        var pod = new PodBuilder().withNewMetadata().withUid("u").withName("p").endMetadata().build();
        tokens.current(pod, "v", "token", "", 1_000);

        tokens.forget("u");

        assertEquals("token-2", tokens.current(pod, "v", "token", "", 1_000));
    }
}
