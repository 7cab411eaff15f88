package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Server-side apply as upstream's kubectl does it.
final class KubectlApplyTest extends ServerTest {
    @TempDir
    private Path folder;

    private record Result(int status, String output) {}

    @BeforeEach
    void writeKubeconfig() throws IOException {
        TlsIdentity admin = TestPki.shared().client("admin", "system:masters");
        Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: 'https://127.0.0.1:%d', certificate-authority-data: %s}}]
                users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
                current-context: x
                """.formatted(server.port(), base64(TestPki.shared().authorityPem()),
                base64(CertificateAuthority.certificatePem(admin)), base64(CertificateAuthority.keyPem(admin))));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Result kubectl(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(arguments));
        try {
            Path in = Files.writeString(folder.resolve("input.yaml"), input);
            Path out = folder.resolve("output.txt");
            ProcessBuilder builder = new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
            builder.environment().putAll(Map.of("KUBECONFIG", folder.resolve("kubeconfig").toString()));
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl did not end: " + command);
            }
            return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } catch (IOException missing) {
            throw new UncheckedIOException("install upstream's kubectl 1.27 or newer on the PATH", missing);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private String succeed(String input, String... arguments) {
        Result result = kubectl(input, arguments);
        assertEquals(0, result.status, result.output);
        return result.output;
    }

    private static String deployment(String name, int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {matchLabels: {a: b}}
                  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}}
                """.formatted(name, replicas);
    }

    @Test
    void applyConflictForceAndDryRun() {
        assertTrue(succeed(deployment("web", 1), "apply", "--server-side", "-f", "-").contains("serverside-applied"));
        Result refused = kubectl(deployment("web", 2), "apply", "--server-side", "--field-manager=other", "-f", "-");
        assertEquals(1, refused.status);
        assertTrue(refused.output.contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas"), refused.output);
        assertEquals("2", succeed(deployment("web", 2), "apply", "--server-side", "--field-manager=other", "--force-conflicts", "--dry-run=server", "-f", "-",
                "-o", "jsonpath={.spec.replicas}"));
        assertEquals("1", succeed("", "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"));
        Result different = kubectl(deployment("web", 2), "diff", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-");
        assertEquals(1, different.status, different.output);
        assertTrue(different.output.contains("+  replicas: 2"), different.output);
        succeed(deployment("web", 2), "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-");
        assertEquals("kubectl other", managers("web"));
    }

    private String managers(String deployment) {
        return succeed("", "get", "deployment", deployment, "-o", "jsonpath={.metadata.managedFields[*].manager}");
    }

    @Test
    void managedFieldsAreShownOnDemand() {
        succeed(deployment("shown", 1), "apply", "--server-side", "-f", "-");
        assertFalse(succeed("", "get", "deployment", "shown", "-o", "yaml").contains("managedFields"));
        assertTrue(succeed("", "get", "deployment", "shown", "-o", "yaml", "--show-managed-fields").contains("k:{\"containerPort\":80,\"protocol\":\"TCP\"}:"));
    }

    @Test
    void scalingIsNotTakenBackByTheNextApply() {
        succeed(deployment("scaled", 1), "apply", "--server-side", "-f", "-");
        succeed("", "scale", "deployment", "scaled", "--replicas=4");
        Result refused = kubectl(deployment("scaled", 1), "apply", "--server-side", "-f", "-");
        assertTrue(refused.output.contains("conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas"), refused.output);
    }

    @Test
    void clientSideApplyGoesOverToServerSideAndBack() {
        succeed(deployment("moved", 1), "apply", "-f", "-");
        assertEquals("kubectl-client-side-apply", managers("moved"));
        assertTrue(succeed("", "apply", "view-last-applied", "deployment/moved").contains("replicas: 1"));
        succeed(deployment("moved", 2), "apply", "--server-side", "-f", "-");
        assertTrue(managers("moved").startsWith("kubectl"), managers("moved"));
        assertFalse(managers("moved").contains("client-side"), managers("moved"));
        assertTrue(succeed("", "apply", "view-last-applied", "deployment/moved").contains("replicas: 2"));
        succeed(deployment("moved", 3), "apply", "-f", "-");
        assertEquals("3", succeed("", "get", "deployment", "moved", "-o", "jsonpath={.spec.replicas}"));
    }

    @Test
    void explainAndApplyWorkOnDefinitionsThatLeaveFieldsOpen() {
        String definition = """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %1$ss.explain.example.com}
                spec:
                  group: explain.example.com
                  scope: Cluster
                  names: {plural: %1$ss, kind: %2$s}
                  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: %3$s}}]
                """;
        assertEquals(0, kubectl(definition.formatted("free", "Free", "{type: object, x-kubernetes-preserve-unknown-fields: true}")
                + "---\n" + definition.formatted("part", "Part", "{type: object, description: Partly open., properties: {spec: {type: object, description: Anything., x-kubernetes-preserve-unknown-fields: true}}}"),
                "apply", "-f", "-").status());
        assertEquals(0, kubectl("", "wait", "--for=condition=Established", "crd/frees.explain.example.com", "crd/parts.explain.example.com").status());
        for (String kind : List.of("Free", "Part")) {
            Result applied = kubectl("apiVersion: explain.example.com/v1\nkind: " + kind + "\nmetadata: {name: one}\nspec: {any: [1, {deep: true}]}\n", "apply", "-f", "-");
            assertEquals(0, applied.status(), applied.output());
        }
        Result explained = kubectl("", "explain", "parts.spec");
        assertTrue(explained.status() == 0 && explained.output().contains("Anything."), explained.output());
        Result whole = kubectl("", "explain", "parts");
        assertTrue(whole.output().contains("Partly open.") && whole.output().contains("APIVersion defines the versioned schema"), whole.output());
        assertEquals(0, kubectl("", "explain", "frees").status());
    }
}
