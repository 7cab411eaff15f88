package io.moka.apiserver.admission.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How quotas and limits look to upstream's kubectl.
class KubectlTest {
    private static final Path PROGRAM = Path.of("/usr/bin/kubectl");

    @TempDir
    static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        assertTrue(Files.isExecutable(PROGRAM), "this test needs kubectl: apt-get install kubernetes-client");
        Path tokens = Files.writeString(folder.resolve("tokens"), "secret,admin,1,system:masters\n");
        server = TestServer.start("--token-auth-file=" + tokens);
        server.namespace("small");
        server.namespace("loud");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String kubectl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "--kubeconfig=/dev/null", "--server=https://127.0.0.1:" + server.port(),
                "--certificate-authority=" + TestPki.shared().file("ca.crt"), "--token=secret", "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.replaceAll(" +", " ");
    }

    @Test
    void quotasAndLimitsAreDescribed() throws Exception {
        assertEquals("resourcequota/q created\n", kubectl("-n=small", "create", "quota", "q", "--hard=pods=2,requests.cpu=1,limits.memory=1Gi"));
        kubectl("-n=small", "create", "quota", "best", "--hard=pods=1", "--scopes=BestEffort");
        server.admin().patch("/api/v1/namespaces/small/resourcequotas/q/status", "merge-patch",
                "{\"status\":{\"hard\":{\"pods\":\"2\",\"requests.cpu\":\"1\",\"limits.memory\":\"1Gi\"},\"used\":{\"pods\":\"1\",\"requests.cpu\":\"250m\",\"limits.memory\":\"0\"}}}");
        server.admin().post("/api/v1/namespaces/small/limitranges", "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"limits\":[{\"type\":\"Container\",\"max\":{\"cpu\":\"2\"},\"min\":{\"cpu\":\"100m\"}}]}}");
        String described = kubectl("-n=small", "describe", "quota", "q");
        assertTrue(described.contains("pods 1 2") && described.contains("requests.cpu 250m 1") && described.contains("limits.memory 0 1Gi"), described);
        assertTrue(kubectl("-n=small", "describe", "quota", "best").contains("Scopes: BestEffort"));
        assertTrue(kubectl("-n=small", "describe", "limits").contains("Container cpu 100m 2 2 2 -"), kubectl("-n=small", "describe", "limits"));
        String namespace = kubectl("-n=small", "describe", "namespace", "small");
        assertTrue(namespace.contains("Resource Quotas") && namespace.contains("requests.cpu 250m 1") && namespace.contains("Resource Limits") && namespace.contains("Container cpu 100m 2"), namespace);
        String listed = kubectl("-n=small", "get", "quota", "q");
        assertTrue(listed.contains("NAME REQUEST LIMIT AGE") && listed.contains("pods: 1/2, requests.cpu: 250m/1") && listed.contains("limits.memory: 0/1Gi"), listed);
        assertTrue(kubectl("-n=small", "get", "limits").contains("NAME CREATED AT"));
    }

    @Test
    void warningsAreShown() throws Exception {
        assertTrue(kubectl("label", "namespace", "loud", "pod-security.kubernetes.io/warn=baseline").contains("labeled"));
        server.settle();
        String output = kubectl("-n=loud", "run", "p", "--image=i", "--overrides={\"spec\":{\"hostNetwork\":true}}");
        assertTrue(output.contains("Warning: would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)"), output);
    }
}
