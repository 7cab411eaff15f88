package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The objects that `moka up --hollow N` makes, and which nodes, rights and files go when there are fewer hollow nodes.
class HollowNodesTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final List<String> RIGHTS = List.of(RBAC + "clusterrolebindings/moka:hollow-nodes", RBAC + "clusterroles/moka:hollow-nodes",
            RBAC + "namespaces/kube-node-lease/rolebindings/moka:hollow-nodes", RBAC + "namespaces/kube-node-lease/roles/moka:hollow-nodes");

    @TempDir
    private Path folder;

    private ObjectServer server;
    private Layout layout;

    @BeforeEach
    void begin() throws IOException {
        layout = new Layout(folder, "home");
        server = new ObjectServer();
        server.writeKubeconfig(layout.kubeconfig());
        for (var name : List.of("hollow-1", "hollow-2", "hollow-3", "hollow-10", "other")) {
            server.put("/api/v1/nodes/" + name, "{metadata: {name: %s, labels: {moka.io/hollow: 'true'}}}".formatted(name));
        }
        server.put("/api/v1/nodes/hollow-9", "{metadata: {name: hollow-9}}");
    }

    @AfterEach
    void close() throws IOException {
        Supervised.of(layout, Instance.ofControlPlane(Component.HOLLOW)).stop(Duration.ofSeconds(60));
        server.close();
    }

    private HollowNodes nodes(int count) {
        return new HollowNodes(layout, ClusterFolder.settings(Ports.from(5_000)).withHollowNodes(count));
    }

    private TreeSet<String> nodeNames() {
        return server.paths().stream().filter(path -> path.startsWith("/api/v1/nodes/")).map(path -> path.substring("/api/v1/nodes/".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void surplusHollowNodesAreDeletedAndNoOthers() throws Exception {
        nodes(2).prepare();
        assertEquals(new TreeSet<>(List.of("hollow-1", "hollow-2", "hollow-9", "other")), nodeNames(), "hollow-9 lacks the label, other the name");
        assertTrue(server.paths().containsAll(RIGHTS), server.paths()::toString);
    }

    @Test
    void theLastHollowNodeTakesRightsAndCredentialWithIt() throws Exception {
        nodes(3).prepare();
        Files.createDirectories(layout.pki());
        Files.createDirectories(layout.run());
        for (var file : List.of("hollow.crt", "hollow.key", "hollow-server.crt", "hollow-server.key", "proxy.crt")) {
            Files.writeString(layout.pki().resolve(file), "");
        }
        Files.writeString(layout.kubeconfig(Instance.ofControlPlane(Component.HOLLOW)), "");
        assertTrue(nodes(0).exist() && !nodes(0).areWanted());
        nodes(0).remove();
        assertEquals(new TreeSet<>(List.of("hollow-9", "other")), nodeNames());
        assertEquals(List.of(), server.paths().stream().filter(path -> path.startsWith(RBAC)).toList());
        try (var files = Files.list(layout.pki())) {
            assertEquals(List.of(layout.pki().resolve("proxy.crt")), files.toList());
        }
        assertFalse(nodes(0).exist());
        nodes(0).remove();
    }

    /// The process learns its number from its command line, so one of another number ends.
    @Test
    void aProcessForAnotherNumberOfNodesIsEnded() throws Exception {
        var hollow = Supervised.of(layout, Instance.ofControlPlane(Component.HOLLOW));
        hollow.start(ClusterFolder.SUPERVISE, List.of("sh", "-c", "while :; do sleep 600; done", "x", "--nodes=3"));
        Await.until("it runs", () -> hollow.process().isPresent());
        long process = hollow.process().orElseThrow().pid();
        Await.until("it has its command line", () -> ProcessTable.commandLine(process).contains("--nodes=3"));
        nodes(3).prepare();
        assertEquals(process, hollow.process().orElseThrow().pid());
        nodes(2).prepare();
        assertTrue(hollow.process().isEmpty() && hollow.supervisor().isEmpty());
    }

    private static List<JsonNode> rules(String file) throws IOException {
        return Manifest.read(file, Map.of("IMAGE", "i", "ADDRESS", "10.2.0.10")).objects().stream().flatMap(object -> object.path("rules").valueStream()).toList();
    }

    private static String text(JsonNode rule) {
        return rule.path("apiGroups").valueStream().map(JsonNode::asText).collect(Collectors.joining(",")) + "/"
                + rule.path("resources").valueStream().map(JsonNode::asText).collect(Collectors.joining(",")) + " "
                + rule.path("verbs").valueStream().map(JsonNode::asText).sorted().collect(Collectors.joining(","));
    }

    @Test
    void rightsAreTheLeast() throws IOException {
        assertEquals("""
                /nodes create,get,list,watch
                /nodes/status patch
                /pods delete,get,list,watch
                /pods/status patch
                coordination.k8s.io/leases create,patch
                """, rules("hollow-nodes.yaml").stream().map(HollowNodesTest::text).collect(Collectors.joining("\n", "", "\n")));
        assertEquals("""
                /namespaces,pods,services list,watch
                discovery.k8s.io/endpointslices list,watch
                """, rules("dns.yaml").stream().map(HollowNodesTest::text).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void eachBindingGivesTheRoleOfItsOwnManifestToTheUserOfTheCertificate() throws IOException {
        var objects = Manifest.read("hollow-nodes.yaml", Map.of()).objects();
        var roles = objects.stream().filter(object -> object.has("rules")).map(object -> object.path("kind").asText() + "/" + object.path("metadata").path("name").asText()).toList();
        for (var binding : objects.stream().filter(object -> object.has("roleRef")).toList()) {
            assertTrue(roles.contains(binding.path("roleRef").path("kind").asText() + "/" + binding.path("roleRef").path("name").asText()), binding::toString);
            assertEquals(HollowNodes.USER, binding.path("subjects").get(0).path("name").asText());
            assertEquals(1, binding.path("subjects").size());
        }
        assertEquals(2, roles.size());
    }
}
