package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The manifests of the add-ons: their values, their order, what of an existing object stays, and the pod of the DNS server.
class ManifestTest {

    private static final String CLASS = "/apis/storage.k8s.io/v1/storageclasses/local-path";
    private static final Map<String, String> VALUES = Map.of("IMAGE", "moka-dns:1", "ADDRESS", "10.2.0.10");

    @TempDir
    private Path folder;

    private ObjectServer server;
    private ApiClient client;

    @BeforeEach
    void begin() throws IOException {
        server = new ObjectServer();
        server.writeKubeconfig(folder.resolve("kubeconfig"));
        client = new ApiClient(ClientConfig.load(folder.resolve("kubeconfig"), null, "test"));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static JsonNode find(Manifest manifest, String kind) {
        return manifest.objects().stream().filter(object -> object.path("kind").asText().equals(kind)).findFirst().orElseThrow();
    }

    @Test
    void valuesTakeThePlaceOfTheirNames() throws IOException {
        var dns = Manifest.read("dns.yaml", VALUES);
        assertEquals("10.2.0.10", find(dns, "Service").path("spec").path("clusterIP").asText());
        assertEquals("moka-dns:1", find(dns, "Deployment").at("/spec/template/spec/containers/0/image").asText());
        assertFalse(dns.toString().contains("${"), dns::toString);
        assertEquals("/v", find(Manifest.read("storage.yaml", Map.of("VOLUMES", "/v")), "StorageClass").path("parameters").path("path").asText());
    }

    @Test
    void anObjectThatTheUserHasChangedIsNotMadeAgain() throws IOException {
        server.put(CLASS, "{metadata: {name: local-path}, reclaimPolicy: Retain}");
        var before = server.get(CLASS);
        Manifest.read("storage.yaml", Map.of("VOLUMES", "/v")).create(client);
        assertEquals(before, server.get(CLASS));
    }

    @Test
    void aMissingObjectIsMade() throws IOException {
        Manifest.read("storage.yaml", Map.of("VOLUMES", "/v")).create(client);
        assertEquals("true", server.get(CLASS).path("metadata").path("annotations").path("storageclass.kubernetes.io/is-default-class").asText());
    }

    @Test
    void objectsAreAppliedInTheirOrderAndDeletedInTheOpposite() throws IOException {
        var dns = Manifest.read("dns.yaml", VALUES);
        var paths = List.of("/api/v1/namespaces/kube-system/serviceaccounts/kube-dns", "/apis/rbac.authorization.k8s.io/v1/clusterroles/moka:dns",
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/moka:dns", "/api/v1/namespaces/kube-system/services/kube-dns",
                "/apis/apps/v1/namespaces/kube-system/deployments/kube-dns");
        dns.apply(client);
        assertEquals(paths.stream().map(path -> "PATCH " + path).toList(), server.writes());
        dns.delete(client);
        dns.delete(client);
        var deletions = paths.reversed().stream().map(path -> "DELETE " + path).toList();
        assertEquals(deletions, server.writes().subList(5, 10));
        assertEquals(List.of(), server.paths(), "and what is absent is no failure");
    }

    @Test
    void applyingLeavesWhatOthersHaveSet() throws IOException {
        var deployment = "/apis/apps/v1/namespaces/kube-system/deployments/kube-dns";
        server.put(deployment, "{metadata: {name: kube-dns}, spec: {replicas: 3}}");
        Manifest.read("dns.yaml", VALUES).apply(client);
        assertEquals(3, server.get(deployment).path("spec").path("replicas").asInt());
    }

    @Test
    void otherFailuresThanAbsenceAreNotIgnored() {
        var refused = assertThrows(ApiException.class, () -> Manifest.ignoreAbsent(() -> client.send("PUT", CLASS, Map.of(), null, null)));
        assertEquals(405, refused.code());
        Manifest.ignoreAbsent(() -> client.send("DELETE", CLASS, Map.of(), null, null));
    }

    @Test
    void theImageIsLeftOutUntilItIsThere() throws IOException {
        var first = Manifest.read("dns.yaml", VALUES).only(kind -> !kind.equals("Deployment"));
        assertEquals(4, first.objects().size());
        assertTrue(first.objects().stream().anyMatch(object -> object.path("kind").asText().equals("Service")), "the service reserves the address");
    }

    /// The server needs no right on its node: it may not write, gain rights or run as root, and never runs on hollow nodes.
    @Test
    void theDnsServersPodHasNoPrivileges() throws IOException {
        var pod = find(Manifest.read("dns.yaml", VALUES), "Deployment").at("/spec/template/spec");
        assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
        assertTrue(pod.at("/securityContext/runAsUser").asInt() > 0);
        var container = pod.at("/containers/0");
        assertEquals("{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,\"capabilities\":{\"drop\":[\"ALL\"]}}", container.path("securityContext").toString());
        container.path("ports").forEach(port -> assertTrue(port.path("containerPort").asInt() > 1024, port::toString));
        assertEquals("DoesNotExist", pod.findValue("matchExpressions").get(0).path("operator").asText());
        assertEquals("Never", container.path("imagePullPolicy").asText(), "the image is made on the node, and no registry has it");
    }

    @Test
    void portsOfTheServiceLeadToThoseOfTheContainer() throws IOException {
        var dns = Manifest.read("dns.yaml", VALUES);
        var container = find(dns, "Deployment").at("/spec/template/spec/containers/0/ports").valueStream().map(port -> port.path("name").asText() + "/" + port.path("protocol").asText()).toList();
        var service = find(dns, "Service").at("/spec/ports").valueStream().map(port -> port.path("targetPort").asText() + "/" + port.path("protocol").asText()).toList();
        assertEquals(container, service);
        assertEquals(find(dns, "Service").at("/spec/selector"), find(dns, "Deployment").at("/spec/template/metadata/labels"));
    }
}
