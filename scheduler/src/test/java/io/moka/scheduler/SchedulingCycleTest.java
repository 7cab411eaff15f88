package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.ClusterEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulingCycleTest {

    private final SchedulingCycle cycle = new SchedulingCycle(Catalogs.profile(), new Random(7));

    private static Node node(String name, UnaryOperator<NodeBuilder> change) {
        return change.apply(Fixtures.node(name)).build();
    }

    private static Node tainted(String name, String key, String value, String effect) {
        return node(name, n -> n.editSpec().addNewTaint().withKey(key).withValue(value).withEffect(effect).endTaint().endSpec());
    }

    private static Node cordoned(String name) {
        return node(name, n -> n.editSpec().withUnschedulable(true).endSpec());
    }

    private static Node small(String name) {
        return node(name, n -> n.editStatus().addToAllocatable("cpu", new Quantity("50m")).endStatus());
    }

    private static PodInfo pod(UnaryOperator<PodBuilder> change) {
        return Fixtures.info(change.apply(Fixtures.pod("p")));
    }

    record Refusal(String name, PodInfo pod, List<Node> nodes, String message, ClusterEvent helpedBy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refusal> refusals() {
        var plain = pod(p -> p);
        return Stream.of(
                new Refusal("no nodes", plain, List.of(), "no nodes available to schedule pods", ClusterEvent.NODE_ADDED),
                new Refusal("cpu and taints", plain, List.of(small("a"), tainted("b", "a", "b", "NoSchedule"), tainted("c", "a", "b", "NoExecute")),
                        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}.", ClusterEvent.NODE_TAINTS_CHANGED),
                new Refusal("cordoned", plain, List.of(cordoned("a")), "0/1 nodes are available: 1 node(s) were unschedulable.", ClusterEvent.NODE_TAINTS_CHANGED),
                new Refusal("taint without a value", plain, List.of(tainted("a", "k", null, "NoSchedule")),
                        "0/1 nodes are available: 1 node(s) had untolerated taint {k: }.", ClusterEvent.NODE_TAINTS_CHANGED),
                new Refusal("selector", pod(p -> p.editSpec().withNodeSelector(Map.of("disk", "ssd")).endSpec()), List.of(node("a", n -> n)),
                        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", ClusterEvent.NODE_LABELS_CHANGED),
                new Refusal("several resources of one node", Fixtures.info(Fixtures.pod("p", "5", "9Gi")), List.of(node("a", n -> n)),
                        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.", ClusterEvent.POD_REMOVED),
                new Refusal("extended resource", pod(p -> p.editSpec().editFirstContainer().editResources().addToRequests("example.com/gpu", new Quantity("1"))
                        .endResources().endContainer().endSpec()), List.of(node("a", n -> n)), "0/1 nodes are available: 1 Insufficient example.com/gpu.",
                        ClusterEvent.NODE_ALLOCATABLE_CHANGED),
                new Refusal("too many pods", plain, List.of(node("a", n -> n.editStatus().addToAllocatable("pods", new Quantity("0")).endStatus())),
                        "0/1 nodes are available: 1 Too many pods.", ClusterEvent.POD_REMOVED),
                new Refusal("node name", pod(p -> p.editSpec().withNodeName("z").endSpec()), List.of(node("a", n -> n)),
                        "0/1 nodes are available: 1 node(s) didn't match the requested node name.", ClusterEvent.NODE_ADDED));
    }

    /// An equal pod without claims, which has the same shape, is still placed.
    @Test
    void aPodWithResourceClaimsIsPlacedNowhere() {
        var snapshot = Fixtures.snapshot(node("a", n -> n));
        var refused = assertInstanceOf(SchedulingResult.Unschedulable.class,
                cycle.run(pod(p -> p.editSpec().addNewResourceClaim().withName("gpu").withResourceClaimName("gpu").endResourceClaim().endSpec()), snapshot));
        assertEquals("0/1 nodes are available: cannot allocate all claims: devices are not supported.", refused.message());
        assertInstanceOf(SchedulingResult.Scheduled.class, cycle.run(pod(p -> p), snapshot));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalReadsAsUsersKnowIt(Refusal row) {
        var result = cycle.run(row.pod, Fixtures.snapshot(row.nodes.toArray(Node[]::new)));
        var refused = assertInstanceOf(SchedulingResult.Unschedulable.class, result);
        assertEquals(row.message, refused.message());
        assertTrue(refused.refusedBy().stream().anyMatch(plugin -> plugin.helpedBy().contains(row.helpedBy)), refused.refusedBy()::toString);
    }

    record Fit(String name, PodInfo pod, Node node) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static PodInfo tolerating(String key, String operator, String value, String effect) {
        return pod(p -> p.editSpec().addNewToleration().withKey(key).withOperator(operator).withValue(value).withEffect(effect).endToleration().endSpec());
    }

    private static PodInfo affine(String key, String operator, String... values) {
        return pod(p -> p.editSpec().withNewAffinity().withNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution().addNewNodeSelectorTerm()
                .addNewMatchExpression().withKey(key).withOperator(operator).withValues(values).endMatchExpression().endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec());
    }

    static Stream<Fit> fits() {
        var tainted = tainted("a", "k", "v", "NoSchedule");
        var sized = node("a", n -> n.editMetadata().addToLabels("cores", "8").endMetadata());
        return Stream.of(
                new Fit("equal", tolerating("k", "Equal", "v", "NoSchedule"), tainted),
                new Fit("equal by default, any effect", tolerating("k", null, "v", null), tainted),
                new Fit("exists", tolerating("k", "Exists", null, "NoSchedule"), tainted),
                new Fit("exists for everything", tolerating(null, "Exists", null, null), tainted),
                new Fit("only preferred", pod(p -> p), tainted("a", "k", "v", "PreferNoSchedule")),
                new Fit("cordoned but tolerated", tolerating("node.kubernetes.io/unschedulable", "Exists", null, "NoSchedule"), cordoned("a")),
                new Fit("node by name", pod(p -> p.editSpec().withNodeName("a").endSpec()), sized),
                new Fit("affinity in", affine("cores", "In", "4", "8"), sized),
                new Fit("affinity greater", affine("cores", "Gt", "4"), sized),
                new Fit("affinity absent", affine("gpu", "DoesNotExist"), sized),
                new Fit("the whole node", Fixtures.info(Fixtures.pod("p", "4", "8Gi")), sized));
    }

    @ParameterizedTest
    @MethodSource("fits")
    void aPodThatFitsIsGivenTheNode(Fit row) {
        var result = cycle.run(row.pod, Fixtures.snapshot(row.node));
        assertEquals("a", assertInstanceOf(SchedulingResult.Scheduled.class, result).node().name());
    }

    static Stream<Fit> misfits() {
        var tainted = tainted("a", "k", "v", "NoSchedule");
        return Stream.of(new Fit("other value", tolerating("k", "Equal", "w", "NoSchedule"), tainted), new Fit("other effect", tolerating("k", "Exists", null, "NoExecute"), tainted),
                new Fit("other key", tolerating("x", "Exists", null, null), tainted), new Fit("unknown operator", tolerating("k", "Like", "v", null), tainted),
                new Fit("affinity", affine("cores", "In", "4"), node("a", n -> n)),
                new Fit("an empty term matches nothing", pod(p -> p.editSpec().withNewAffinity().withNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addNewNodeSelectorTerm().endNodeSelectorTerm().endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec()), node("a", n -> n)));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void aPodThatDoesNotFitIsRefused(Fit row) {
        assertInstanceOf(SchedulingResult.Unschedulable.class, cycle.run(row.pod, Fixtures.snapshot(row.node)));
    }

    private String chosen(PodInfo pod, Node... nodes) {
        return assertInstanceOf(SchedulingResult.Scheduled.class, cycle.run(pod, Fixtures.snapshot(nodes))).node().name();
    }

    @Test
    void theBetterNodeWins() {
        var plain = pod(p -> p);
        assertEquals("big", chosen(plain, node("little", n -> n.editStatus().addToAllocatable("cpu", new Quantity("200m")).addToAllocatable("memory", new Quantity("400Mi")).endStatus()),
                node("big", n -> n)));
        assertEquals("clean", chosen(plain, tainted("tainted", "k", "v", "PreferNoSchedule"), node("clean", n -> n)));
        assertEquals("holder", chosen(plain, node("empty", n -> n), node("holder", n -> n.editStatus().addNewImage().withNames("busybox:latest").withSizeBytes(900L << 20).endImage().endStatus())));
        var preferring = pod(p -> p.editSpec().withNewAffinity().withNewNodeAffinity().addNewPreferredDuringSchedulingIgnoredDuringExecution().withWeight(10).withNewPreference()
                .addNewMatchExpression().withKey("disk").withOperator("In").withValues("ssd").endMatchExpression().endPreference()
                .endPreferredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec());
        assertEquals("fast", chosen(preferring, node("slow", n -> n), node("fast", n -> n.editMetadata().addToLabels("disk", "ssd").endMetadata())));
    }

    @Test
    void amongEqualsEachHasItsTurn() {
        var seen = new HashMap<String, Integer>();
        for (int i = 0; i < 300; i++) {
            seen.merge(chosen(pod(p -> p), node("a", n -> n), node("b", n -> n), node("c", n -> n)), 1, Integer::sum);
        }
        assertEquals(Set.of("a", "b", "c"), seen.keySet());
        assertTrue(seen.values().stream().allMatch(count -> count > 50), seen::toString);
    }

    @Test
    void ofALargeClusterAPartIsLookedAtAndEveryNodeGetsItsTurn() {
        var snapshot = cluster(1_000);
        var seen = new HashSet<String>();
        for (int i = 0; i < 2_000; i++) {
            var scheduled = assertInstanceOf(SchedulingResult.Scheduled.class, cycle.run(pod(p -> p), snapshot));
            assertEquals(420, scheduled.feasible(), "42 % of a thousand are enough");
            seen.add(scheduled.node().name());
        }
        assertTrue(seen.size() > 800, "so many had their turn: " + seen.size());
    }

    private static Snapshot cluster(int nodes) {
        return Fixtures.snapshot(IntStream.range(0, nodes).mapToObj(i -> Fixtures.node("node-" + i).build()).toArray(Node[]::new));
    }

    /// The work of a cycle, which its time follows from: how many of the nodes it looks at.
    @ParameterizedTest
    @CsvSource({"3, 3", "100, 100", "101, 100", "1000, 420", "5000, 500", "10000, 500"})
    void aCycleLooksAtFewerOfManyNodes(int nodes, int feasible) {
        var snapshot = cluster(nodes);
        var scheduled = assertInstanceOf(SchedulingResult.Scheduled.class, cycle.run(pod(p -> p), snapshot));
        assertEquals(feasible, scheduled.feasible());
        assertEquals(feasible, scheduled.evaluated(), "all of them fit");
    }

    private static PodInfo ofDaemonSet(String cpu, String node) {
        return Fixtures.info(Fixtures.pod("p", cpu, "1Mi").editSpec().withNewAffinity().withNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution().addNewNodeSelectorTerm()
                .addNewMatchField().withKey("metadata.name").withOperator("In").withValues(node).endMatchField().endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec());
    }

    @Test
    void ofAPodThatNamesItsNodeOnlyThatNodeIsLookedAt() {
        var scheduled = assertInstanceOf(SchedulingResult.Scheduled.class, cycle.run(ofDaemonSet("1", "node-7"), cluster(1_000)));
        assertEquals("node-7", scheduled.node().name());
        assertEquals(1, scheduled.evaluated());
        var refused = assertInstanceOf(SchedulingResult.Unschedulable.class, cycle.run(ofDaemonSet("5", "node-1"), cluster(3)));
        assertEquals("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].", refused.message());
    }
}
