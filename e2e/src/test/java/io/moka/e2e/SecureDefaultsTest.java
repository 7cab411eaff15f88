package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Security of a cluster as `moka up` makes it: secrets encrypted in etcd, an audit log, files that only their owner can read, certificates for one purpose.
class SecureDefaultsTest {

    private static final TestCluster CLUSTER = TestCluster.shared();
    private static final Pattern KEY = Pattern.compile("k8s:enc:secretbox:v1:(k[0-9]+):");
    private static final Path PKI = CLUSTER.folder().resolve("pki");

    @BeforeAll
    static void createSecret() {
        CLUSTER.createNamespace("secure");
        CLUSTER.kubectl("create", "secret", "generic", "mine", "-n", "secure", "--from-literal=word=correct-horse").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", "secure").ok();
    }

    private static Shell.Result curl(String identity, String authority, String url, String... more) {
        var command = new java.util.ArrayList<>(List.of("curl", "-s", "-o", "-", "-w", "%{http_code}", "--max-time", "20", "--cacert", PKI.resolve(authority).toString(),
                "--cert", PKI.resolve(identity + ".crt").toString(), "--key", PKI.resolve(identity + ".key").toString(), url));
        command.addAll(List.of(more));
        return Shell.run(command.toArray(String[]::new));
    }

    /// The bytes of the secret as etcd has them.
    private static String stored() {
        var key = Base64.getEncoder().encodeToString("/registry/secrets/secure/mine".getBytes(StandardCharsets.UTF_8));
        var answer = curl("apiserver-etcd-client", "etcd/ca.crt", "https://127.0.0.1:" + CLUSTER.etcdPort() + "/v3/kv/range", "-d", "{\"key\":\"" + key + "\"}").ok();
        var value = Pattern.compile("\"value\":\"([^\"]+)\"").matcher(answer);
        assertTrue(value.find(), answer);
        return new String(Base64.getDecoder().decode(value.group(1)), StandardCharsets.ISO_8859_1);
    }

    private static String keyInUse() {
        var stored = stored();
        assertFalse(stored.contains("correct-horse"));
        var key = KEY.matcher(stored);
        assertTrue(key.lookingAt(), stored);
        return key.group(1);
    }

    private static String word() {
        return CLUSTER.kubectl("get", "secret", "mine", "-n", "secure", "-o", "jsonpath={.data.word}").ok();
    }

    private static List<String> keys() {
        try {
            return Pattern.compile("\"name\" : \"(k[0-9]+)\"").matcher(Files.readString(PKI.resolve("encryption.json"))).results().map(match -> match.group(1)).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void secretsAreEncryptedAndTheirKeyIsChanged() throws Exception {
        var first = keyInUse();
        assertEquals(List.of(first), keys());
        Shell.run("bin/moka", "secrets", "rotate", "--name", CLUSTER.name()).ok();
        var second = keyInUse();
        assertNotEquals(first, second);
        assertEquals(List.of(second), keys(), "the old key is gone");
        assertEquals("Y29ycmVjdC1ob3JzZQ==", word());

        // broken off as soon as there are two keys
        var builder = new ProcessBuilder("bin/moka", "secrets", "rotate", "--name", CLUSTER.name()).directory(Shell.ROOT.toFile()).redirectErrorStream(true);
        builder.environment().put("MOKA_BUILT", "1");
        var rotation = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Shell.await("two keys", Duration.ofSeconds(60), () -> Integer.toString(keys().size()), "2"::equals);
        rotation.descendants().forEach(ProcessHandle::destroyForcibly);
        rotation.destroyForcibly().waitFor();
        assertEquals("Y29ycmVjdC1ob3JzZQ==", word());
        CLUSTER.kubectl("create", "secret", "generic", "meanwhile", "-n", "secure", "--from-literal=a=b").ok();
        Shell.run("bin/moka", "secrets", "rotate", "--name", CLUSTER.name()).ok();
        assertEquals(1, keys().size());
        assertEquals(keys().getFirst(), keyInUse());
        assertEquals("Yg==", CLUSTER.kubectl("get", "secret", "meanwhile", "-n", "secure", "-o", "jsonpath={.data.a}").ok());
        assertEquals("Y29ycmVjdC1ob3JzZQ==", word());
        CLUSTER.kubectl("delete", "secret", "meanwhile", "-n", "secure").ok();
    }

    @Test
    void whoDidWhatIsWrittenDownWithoutContents() throws Exception {
        var log = CLUSTER.folder().resolve("logs/audit.log");
        CLUSTER.kubectl("create", "secret", "generic", "seen", "-n", "secure", "--from-literal=word=battery-staple").ok();
        CLUSTER.kubectl("delete", "secret", "seen", "-n", "secure").ok();
        var lines = Shell.await("the line of the create", Duration.ofSeconds(30), () -> read(log), text -> text.lines().anyMatch(line -> line.contains("\"verb\":\"create\"") && line.contains("\"name\":\"seen\"")));
        assertTrue(lines.lines().filter(line -> line.contains("\"name\":\"seen\"")).allMatch(line -> line.contains("\"level\":\"Metadata\"") && line.contains("kubernetes-admin")), lines);
        assertFalse(lines.contains("YmF0dGVyeS1zdGFwbGU") || lines.contains("battery-staple"));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void logsAndKeysAreTheOwnersAlone() throws Exception {
        for (var folder : new String[] {"logs", "pki"}) {
            try (var files = Files.walk(CLUSTER.folder().resolve(folder))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
                }
            }
        }
    }

    @Test
    void theApiserversIdentityBeforeKubeletsIsNoneElsewhere() {
        assertTrue(curl("apiserver-kubelet-client", "ca.crt", "https://127.0.0.1:" + CLUSTER.apiserverPort() + "/api/v1/secrets").out().endsWith("401"), "not at the apiserver");
        assertTrue(curl("apiserver-kubelet-client", "ca.crt", "https://127.0.0.1:" + CLUSTER.kubeletPort() + "/pods").out().endsWith("200"), "at kubelets alone");
        assertFalse(curl("admin", "ca.crt", "https://127.0.0.1:" + CLUSTER.kubeletPort() + "/pods").out().endsWith("200"), "kubelets know nobody else");
        assertFalse(curl("kubelet-server", "ca.crt", "https://127.0.0.1:" + CLUSTER.apiserverPort() + "/api/v1/nodes").out().endsWith("200"), "a server's certificate is no client's");
    }

    @Test
    void aCertificateIsRenewedWhileTheClusterRuns() throws Exception {
        assertEquals("No certificate ends soon.", Shell.run("bin/moka", "renew", "--name", CLUSTER.name()).ok().strip());
        long before = CLUSTER.pid("proxy");
        Files.delete(PKI.resolve("proxy.crt"));
        var told = Shell.run("bin/moka", "renew", "--name", CLUSTER.name()).ok();
        assertTrue(told.contains("Renewed proxy") && told.contains("Started proxy again"), told);
        assertNotEquals(before, CLUSTER.pid("proxy"));
        assertTrue(CLUSTER.status("proxy").contains(" ok "), CLUSTER.status("proxy"));
    }
}
