package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.VolumeOrder;
import io.moka.machinery.storage.VolumeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands of `moka volume` against API objects, with a node that answers each order as the test says.
class VolumeCommandTest {

    private static final String VOLUME = "/api/v1/persistentvolumes/v1";
    private static final String CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims/";

    @TempDir
    private Path folder;

    private final List<VolumeOrder> orders = new ArrayList<>();
    private ObjectServer server;
    private Layout layout;
    private String problem = "";

    @BeforeEach
    void begin() throws IOException {
        layout = new Layout(folder, "home");
        ClusterFolder.settings(Ports.from(5_000)).write(layout);
        server = new ObjectServer();
        server.writeKubeconfig(layout.kubeconfig());
        node("alpha", "True");
        node("beta", "Unknown");
        claim("shop", "data", "v1");
        putVolume("v1", "alpha", "local: {path: /vols/v1_shop_data}", LocalPath.PROVISIONER);
        server.afterWrite(this::answer);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void node(String name, String ready) throws IOException {
        server.put("/api/v1/nodes/" + name, "{metadata: {name: %s}, status: {conditions: [{type: Ready, status: '%s'}]}}".formatted(name, ready));
    }

    private void claim(String namespace, String name, String volume) throws IOException {
        server.put("/api/v1/namespaces/" + namespace + "/persistentvolumeclaims/" + name, """
                metadata: {namespace: %s, name: %s}
                spec: {storageClassName: local-path, volumeName: '%s'}
                """.formatted(namespace, name, volume));
    }

    private void putVolume(String name, String node, String place, String provisioner) throws IOException {
        server.put("/api/v1/persistentvolumes/" + name, """
                metadata: {name: %s, labels: {moka.io/local-path-node: %s}, annotations: {pv.kubernetes.io/provisioned-by: %s, moka.io/local-path-root: /vols}}
                spec: {accessModes: [ReadWriteOnce], storageClassName: local-path, capacity: {storage: 1Gi}, %s}
                """.formatted(name, node, provisioner, place));
    }

    private void pod(String name, String phase) throws IOException {
        server.put("/api/v1/namespaces/shop/pods/" + name, """
                metadata: {namespace: shop, name: %s}
                spec: {containers: [], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}
                status: {phase: %s}
                """.formatted(name, phase));
    }

    /// The node's part: answers an order that it has not answered, and makes the content of a new volume.
    private void answer(String path, ObjectNode written) {
        if (!path.startsWith("/api/v1/persistentvolumes/")) {
            return;
        }
        var annotations = written.path("metadata").path("annotations");
        if (annotations.has(LocalPath.SOURCE)) {
            server.annotate(path, LocalPath.MADE, "true");
        }
        var order = VolumeOrder.parse(annotations.path(LocalPath.ORDER).asText());
        if (order != null && orders.stream().noneMatch(known -> known.id().equals(order.id()))) {
            orders.add(order);
            var snapshots = List.of(new VolumeState.Snapshot("monday", Instant.parse("2026-11-23T08:00:00Z"), 1 << 30));
            server.annotate(path, LocalPath.STATE, new VolumeState(order.id(), problem, "/ssd/v1_shop_data", 40 << 20, snapshots).text());
        }
    }

    private CommandRun volume(String... words) {
        var all = new ArrayList<>(List.of("volume"));
        all.addAll(List.of(words));
        return ClusterFolder.moka(layout, all.toArray(String[]::new));
    }

    private String order() {
        assertEquals(1, orders.size(), orders::toString);
        var order = orders.getFirst();
        return order.action() + " " + order.snapshot() + " " + order.root();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            snapshot shop/data --as monday      | SNAPSHOT monday null         | snapshot monday of shop/data
            snapshot shop/data --delete monday  | DELETE_SNAPSHOT monday null  | snapshot monday of shop/data is gone
            restore shop/data monday            | RESTORE monday null          | shop/data has the content of snapshot monday
            move shop/data /ssd                 | MOVE null /ssd               | shop/data is at /ssd/v1_shop_data
            """)
    void anOrderReachesTheNodeAndItsAnswerTheUser(String command, String order, String output) {
        var run = volume(command.split(" "));
        assertEquals(new CommandRun(0, output + "\n", ""), run);
        assertEquals(order, order());
        assertTrue(orders.getFirst().until().isAfter(Instant.now().minusSeconds(60)) && orders.getFirst().until().isBefore(Instant.now().plusSeconds(120)),
                "an order that is not begun within a minute is refused");
    }

    @Test
    void aSnapshotWithoutANameHasTheTimeAsItsName() {
        var run = volume("snapshot", "shop/data");
        assertEquals(0, run.status(), run.err());
        var name = orders.getFirst().snapshot();
        assertTrue(name != null && name.matches("20\\d{6}-\\d{6}"), name);
        assertEquals("snapshot " + name + " of shop/data\n", run.out());
    }

    @Test
    void aClaimWithoutANamespaceIsOneOfTheDefaultNamespace() throws IOException {
        claim("default", "data", "v1");
        assertEquals("snapshot s of default/data\n", volume("snapshot", "data", "--as", "s").out());
    }

    @Test
    void theNodesProblemIsTheUsersMessage() {
        problem = "the disk is full";
        assertEquals(new CommandRun(1, "", "moka: the disk is full\n"), volume("snapshot", "shop/data", "--as", "s"));
    }

    @ParameterizedTest
    @CsvSource({"restore shop/data monday", "move shop/data /ssd"})
    void aVolumeInUseStaysAsItIsAndItsPodsAreNamed(String command) throws IOException {
        pod("web-1", "Running");
        pod("web-0", "Pending");
        pod("job", "Succeeded");
        var run = volume(command.split(" "));
        assertEquals("moka: claim shop/data is used by web-0, web-1; stop them first, as with: kubectl scale --replicas=0\n", run.err());
        assertEquals(1, run.status());
        assertEquals(List.of(), server.writes());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            absent   | there is no claim shop/absent
            waiting  | claim shop/waiting has no volume yet
            foreign  | volume v2 of claim shop/foreign is not kept by moka.io/local-path in an image of its own
            shared   | volume v3 of claim shop/shared is not kept by moka.io/local-path in an image of its own
            far      | node beta, which keeps volume v4, is not ready
            """)
    void claimsWhoseVolumeCannotBeWorkedOnAreRefused(String claim, String message) throws IOException {
        claim("shop", "waiting", "");
        claim("shop", "foreign", "v2");
        putVolume("v2", "alpha", "local: {path: /x}", "example.com/other");
        claim("shop", "shared", "v3");
        putVolume("v3", "alpha", "hostPath: {path: /x}", LocalPath.PROVISIONER);
        claim("shop", "far", "v4");
        putVolume("v4", "beta", "local: {path: /x}", LocalPath.PROVISIONER);
        assertEquals(new CommandRun(1, "", "moka: " + message + "\n"), volume("snapshot", "shop/" + claim, "--as", "s"));
        assertEquals(List.of(), server.writes());
    }

    @Test
    void anOrderWithoutAnAnswerIsWaitedForAndAnOldOneIsNot() throws IOException {
        var open = new VolumeOrder("other", VolumeOrder.Action.SNAPSHOT, "s", null, Instant.now());
        server.annotate(VOLUME, LocalPath.ORDER, open.text());
        assertEquals("moka: volume v1 has an order that its node has not answered yet; see: bin/kubectl-lite describe pv v1\n", volume("snapshot", "shop/data").err());
        assertEquals(List.of(), server.writes());
        server.annotate(VOLUME, LocalPath.ORDER, new VolumeOrder("other", VolumeOrder.Action.SNAPSHOT, "s", null, Instant.now().minusSeconds(3 * 3600)).text());
        assertEquals(0, volume("snapshot", "shop/data").status());
    }

    @Test
    void aRestoredClaimIsOnTheNodeOfTheSnapshotAndItsVolumeIsForItAlone() {
        var run = volume("restore", "shop/data", "monday", "--to", "copy");
        assertEquals(new CommandRun(0, "claim copy has the content of snapshot monday of shop/data\n", ""), run);
        var claim = server.get(CLAIMS + "copy");
        var name = claim.path("spec").path("volumeName").asText();
        var volume = server.get("/api/v1/persistentvolumes/" + name);
        assertEquals(claim.path("metadata").path("uid"), volume.path("spec").path("claimRef").path("uid"));
        assertEquals("shop/copy", volume.path("spec").path("claimRef").path("namespace").asText() + "/" + volume.path("spec").path("claimRef").path("name").asText());
        assertEquals("v1/monday", volume.path("metadata").path("annotations").path(LocalPath.SOURCE).asText());
        assertEquals("/vols/" + name + "_shop_copy", volume.path("spec").path("local").path("path").asText());
        assertEquals("alpha", volume.path("metadata").path("labels").path(LocalPath.NODE).asText());
        assertEquals("1Gi", claim.path("spec").path("resources").path("requests").path("storage").asText());
        assertEquals("INSPECT null null", order(), "the source is only looked at");
    }

    /// The call that was broken off had made the claim, and not yet its volume.
    @Test
    void aRestoreThatWasBrokenOffIsContinued() {
        assertEquals(0, volume("restore", "shop/data", "monday", "--to", "copy").status());
        var before = server.get(CLAIMS + "copy");
        var lost = "/api/v1/persistentvolumes/" + before.path("spec").path("volumeName").asText();
        server.remove(lost);
        assertEquals(0, volume("restore", "shop/data", "monday", "--to", "copy").status());
        assertEquals(before, server.get(CLAIMS + "copy"), "the same claim");
        assertTrue(server.paths().contains(lost), "its volume is made again, by the same name");
        assertEquals(4, server.paths().stream().filter(path -> path.contains("persistentvolume")).count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            monday  | data | there is a claim shop/data already
            tuesday | copy | claim shop/data has no snapshot tuesday
            """)
    void aRestoreThatWouldMakeNoUsableClaimMakesNone(String snapshot, String target, String message) {
        var before = server.get(CLAIMS + "data");
        assertEquals(new CommandRun(1, "", "moka: " + message + "\n"), volume("restore", "shop/data", snapshot, "--to", target));
        assertEquals(before, server.get(CLAIMS + "data"));
        assertTrue(server.get(CLAIMS + "copy").isMissingNode());
    }

    @Test
    void theListShowsEachVolumeAndAsksOnlyNodesThatAreThere() throws IOException {
        claim("shop", "far", "v4");
        putVolume("v4", "beta", "local: {path: /vols/v4}", LocalPath.PROVISIONER);
        claim("home", "other", "v5");
        putVolume("v5", "alpha", "local: {path: /vols/v5}", LocalPath.PROVISIONER);
        claim("shop", "foreign", "v2");
        putVolume("v2", "alpha", "local: {path: /x}", "example.com/other");
        pod("web-0", "Running");
        assertEquals("""
                NAMESPACE  CLAIM  CLASS       SIZE  USED  NODE   PATH                PODS   SNAPSHOTS
                shop       data   local-path  1Gi   40Mi  alpha  /vols/v1_shop_data  web-0  monday (2026-11-23T08:00:00Z)
                shop       far    local-path  1Gi   ?     beta   /vols/v4            -      ?
                """, volume("list", "-n", "shop").out());
        assertEquals(List.of("NAMESPACE", "home", "shop", "shop"), volume("list").out().lines().map(line -> line.split(" ")[0]).toList());
    }
}
