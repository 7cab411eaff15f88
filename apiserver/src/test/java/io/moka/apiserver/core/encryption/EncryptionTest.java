package io.moka.apiserver.core.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.storage.EtcdOptions;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.Stores;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Secrets as they lie in etcd: looked at from below, through a store of the test's own.
final class EncryptionTest {
    private static final String KEY_1 = Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(UTF_8));
    private static final String KEY_2 = Base64.getEncoder().encodeToString("fedcba9876543210fedcba9876543210".getBytes(UTF_8));
    private static final String ONE = "aesgcm: {keys: [{name: one, secret: " + KEY_1 + "}]}";
    private static final String TWO_ONE = "aesgcm: {keys: [{name: two, secret: " + KEY_2 + "}, {name: one, secret: " + KEY_1 + "}]}";
    private static final String TWO = "aesgcm: {keys: [{name: two, secret: " + KEY_2 + "}]}";
    private static final String CBC = "aescbc: {keys: [{name: c, secret: " + KEY_1 + "}]}";
    private static final String BOX = "secretbox: {keys: [{name: b, secret: " + KEY_1 + "}]}";
    private static final String PLAIN = "identity: {}";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

    private final String prefix = "/" + UUID.randomUUID();
    private Store etcd;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        etcd = Stores.etcd(Vertx.vertx(), new EtcdOptions(List.of(EtcdProcess.shared().endpoint()), null, null, null, Duration.ofSeconds(5)));
    }

    @AfterEach
    void close() {
        etcd.close();
    }

    private Path config(String resources, String... providers) {
        StringBuilder text = new StringBuilder("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [" + resources + "]\n  providers:\n");
        for (String provider : providers) {
            text.append("  - ").append(provider).append('\n');
        }
        try {
            return Files.writeString(folder.resolve("encryption.yaml"), text);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private TestServer start(String resources, String... providers) {
        return TestServer.startOn(prefix, "--encryption-provider-config=" + config(resources, providers));
    }

    private static String secret(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"" + name + "\"},\"stringData\":{\"password\":\"opensesame\"}}";
    }

    private String stored(String key) {
        return new String(Objects.requireNonNull(etcd.get(prefix + "/" + key)).bytes(), UTF_8);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({"aesgcm, k8s:enc:aesgcm:v1:one:", "aescbc, k8s:enc:aescbc:v1:c:", "secretbox, k8s:enc:secretbox:v1:b:"})
    void whatIsStoredIsNotReadable(String provider, String begin) throws Exception {
        try (TestServer server = start("secrets", provider.equals("aesgcm") ? ONE : provider.equals("aescbc") ? CBC : BOX, PLAIN)) {
            var made = server.admin().post(SECRETS, secret("s"));
            assertEquals(201, made.code(), made.body());
            assertTrue(stored("secrets/default/s").startsWith(begin));
            assertFalse(stored("secrets/default/s").contains("password"));
            assertEquals(made.body(), server.admin().get(SECRETS + "/s").body());
            try (var watching = server.admin().watch(SECRETS + "?watch=true")) {
                assertEquals("s", Objects.requireNonNull(watching.next()).at("/object/metadata/name").asText());
                server.admin().patch(SECRETS + "/s", "merge-patch", "{\"stringData\":{\"more\":\"x\"}}");
                assertEquals("eA==", Objects.requireNonNull(watching.next()).at("/object/data/more").asText());
            }
            server.admin().post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"b\"}}");
            assertTrue(stored("configmaps/default/c").startsWith("{"));
        }
    }

    @Test
    void keysAreRotatedByWritingEverythingAgain() throws Exception {
        try (TestServer server = start("secrets", PLAIN)) {
            server.admin().post(SECRETS, secret("old"));
            assertTrue(stored("secrets/default/old").startsWith("{"));
        }
        try (TestServer server = start("secrets", ONE, PLAIN)) {
            rewrite(server);
            assertTrue(stored("secrets/default/old").startsWith("k8s:enc:aesgcm:v1:one:"));
        }
        try (TestServer server = start("secrets", TWO_ONE, PLAIN)) {
            assertTrue(stored("secrets/default/old").startsWith("k8s:enc:aesgcm:v1:one:"));
            rewrite(server);
            assertTrue(stored("secrets/default/old").startsWith("k8s:enc:aesgcm:v1:two:"));
            String version = server.admin().get(SECRETS + "/old").text("metadata", "resourceVersion");
            rewrite(server);
            assertEquals(version, server.admin().get(SECRETS + "/old").text("metadata", "resourceVersion"), "nothing is left to be written");
        }
        try (TestServer server = start("secrets", TWO)) {
            assertEquals("b3BlbnNlc2FtZQ==", server.admin().get(SECRETS + "/old").text("data", "password"));
        }
    }

    private static void rewrite(TestServer server) {
        var found = server.admin().get(SECRETS + "/old");
        assertEquals(200, server.admin().put(SECRETS + "/old", found.body()).code());
    }

    @Test
    void whatCannotBeReadIsAnErrorAndHurtsNothingElse() throws Exception {
        try (TestServer server = start("secrets", ONE)) {
            server.admin().post(SECRETS, secret("lost"));
        }
        Path file = config("secrets", TWO, PLAIN);
        try (TestServer server = TestServer.startOn(prefix, "--encryption-provider-config=" + file, "--encryption-provider-config-automatic-reload")) {
            var list = server.admin().get(SECRETS);
            assertEquals(500, list.code());
            assertEquals("InternalError", list.text("reason"));
            assertTrue(list.text("message").contains("unable to transform key") && list.text("message").contains("secrets/default/lost"), list.body());
            assertEquals(500, server.admin().get(SECRETS + "/lost").code());
            assertEquals(500, server.admin().get("/api/v1/secrets").code());
            assertEquals(200, server.admin().get("/api/v1/namespaces/kube-system/secrets").code());
            assertEquals(201, server.admin().post(SECRETS, secret("fine")).code());
            assertEquals(200, server.admin().get(SECRETS + "/fine").code());
            assertEquals(200, server.admin().get("/api/v1/namespaces").code());
            config("secrets", TWO_ONE);
            TestServer.await("the key that was put back counts", () -> server.admin().get(SECRETS).code() == 200);
            assertEquals("b3BlbnNlc2FtZQ==", server.admin().get(SECRETS + "/lost").text("data", "password"));
        }
    }

    @Test
    void bytesOfOneKeyMeanNothingUnderAnother() throws Exception {
        try (TestServer server = start("secrets", ONE)) {
            server.admin().post(SECRETS, secret("mine"));
            server.admin().post(SECRETS, secret("yours"));
            var mine = Objects.requireNonNull(etcd.get(prefix + "/secrets/default/mine"));
            var yours = Objects.requireNonNull(etcd.get(prefix + "/secrets/default/yours"));
            etcd.update(yours.key(), mine.bytes(), yours.revision(), 0);
            TestServer.await("the swap is noticed", () -> server.admin().get(SECRETS + "/yours").code() == 500);
            assertEquals(200, server.admin().get(SECRETS + "/mine").code());
        }
    }

    @ParameterizedTest
    @CsvSource({"'secrets', true, false, false", "'*.apps', false, true, false", "'*.', true, false, true", "'*.*', true, true, true", "'deployments.apps', false, true, false"})
    void resourcesAreNamedByGroup(String resources, boolean secrets, boolean deployments, boolean services) throws IOException {
        var configuration = EncryptionConfiguration.read(config("'" + resources + "'", ONE), Catalog.builtin());
        assertEquals(secrets, configuration.of("secrets/default/x") != null);
        assertEquals(deployments, configuration.of("deployments/default/x") != null);
        assertEquals(services, configuration.of("services/specs/default/x") != null);
        assertEquals(resources.equals("*.*"), configuration.of("widgets.example.com/widgets/default/x") != null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "aesgcm: {keys: []}                                 | there must be a key",
        "aesgcm: {keys: [{name: a, secret: c2hvcnQ=}]}      | a secret has 16, 24 or 32 bytes, this one 5",
        "secretbox: {keys: [{name: a, secret: MDEyMzQ1Njc4OWFiY2RlZg==}]} | a secret has 32 bytes, this one 16",
        "aesgcm: {keys: [{name: a, secret: '?'}]}           | the secret is not base64",
        "aesgcm: {keys: [{name: 'a:b', secret: c2hvcnQ=}]}  | a key needs a name, without colons",
        "rot13: {}                                          | there is no provider rot13",
    })
    void nonsenseStopsTheStart(String provider, String message) {
        Path file = config("secrets", provider);
        var refused = assertThrows(IOException.class, () -> EncryptionConfiguration.read(file, Catalog.builtin()));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }
}
