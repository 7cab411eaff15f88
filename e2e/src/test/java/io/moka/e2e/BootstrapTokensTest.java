package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bootstrap tokens: their signature of the public `cluster-info`, and their deletion when they expire.
class BootstrapTokensTest {

    private final String id = ("t" + Long.toString(System.nanoTime(), 36)).substring(0, 6);
    private ApiClient client;

    @BeforeEach
    void begin() throws IOException {
        client = new ApiClient(ClientConfig.load(TestCluster.shared().folder().resolve("kubeconfig"), null, "tokens-test"));
    }

    @AfterEach
    void end() {
        if (secret() != null) {
            client.resources(Secret.class).delete("kube-system", "bootstrap-token-" + id);
        }
        if (info() != null) {
            client.resources(ConfigMap.class).delete("kube-public", "cluster-info");
        }
        client.close();
    }

    private Secret secret() {
        return client.resources(Secret.class).find("kube-system", "bootstrap-token-" + id);
    }

    private ConfigMap info() {
        return client.resources(ConfigMap.class).find("kube-public", "cluster-info");
    }

    private void token(Instant end) {
        client.resources(Secret.class).create(new SecretBuilder().withNewMetadata().withNamespace("kube-system").withName("bootstrap-token-" + id).endMetadata()
                .withType("bootstrap.kubernetes.io/token").withStringData(Map.of("token-id", id, "token-secret", "0123456789abcdef",
                        "usage-bootstrap-signing", "true", "expiration", end.truncatedTo(ChronoUnit.SECONDS).toString())).build());
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "has not come about: " + what);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void tokenGoesWhenItEndsAndItsSignatureWithIt() {
        client.resources(ConfigMap.class).create(new ConfigMapBuilder().withNewMetadata().withNamespace("kube-public").withName("cluster-info").endMetadata()
                .withData(Map.of("kubeconfig", "apiVersion: v1")).build());
        token(Instant.now().plusSeconds(5));
        await("a signature", () -> info().getData().containsKey("jws-kubeconfig-" + id));
        assertEquals("apiVersion: v1", info().getData().get("kubeconfig"));
        await("the token's end", () -> secret() == null);
        await("no signature", () -> info().getData().size() == 1);
    }
}
