package io.moka.scheduler.scores;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.filters.ClusterText;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {

    /// The normalized scores of these nodes, which are all that there are.
    static long[] scores(Score score, PodInfo pod, List<NodeInfo> nodes) {
        var snapshot = Fixtures.snapshot(nodes.stream().map(NodeInfo::node).toList(), nodes.stream().flatMap(node -> node.pods().stream()
                .map(other -> new PodBuilder(other.pod()).editSpec().withNodeName(node.name()).endSpec().build())).toList());
        var state = new CycleState();
        var scores = new long[nodes.size()];
        if (score instanceof PreScore before && before.preScore(state, pod, snapshot, snapshot.nodes()) == Verdict.SKIP) {
            return scores;
        }
        var function = score.score(state, pod);
        Arrays.setAll(scores, i -> function.applyAsLong(snapshot.nodes().get(i)));
        score.normalize(state, pod, snapshot.nodes(), scores);
        return scores;
    }

    private static long[] stretched(long[] raw, boolean reverse) {
        Score.stretch(raw, reverse);
        return raw;
    }

    @ParameterizedTest
    @CsvSource({"'', 1, 2Gi, 75", "3, 1, 4Gi, 25", "4, 1, 8Gi, 0"})
    void leastAllocatedCountsWhatIsLeft(String usedCpu, String cpu, String memory, long score) {
        var used = usedCpu.isEmpty() ? new io.fabric8.kubernetes.api.model.Pod[0] : new io.fabric8.kubernetes.api.model.Pod[] {Fixtures.pod("q", usedCpu, usedCpu.equals("4") ? "8Gi" : "0").build()};
        var scores = scores(new NodeResourcesFitScore(ScoringStrategy.LEAST_ALLOCATED), Fixtures.info(Fixtures.pod("p", cpu, memory)), List.of(Fixtures.info(Fixtures.node("a"), used)));
        assertTrue(Math.abs(scores[0] - score) <= 2, "scored " + scores[0]);
    }

    @ParameterizedTest
    @CsvSource({"2, 4Gi, 100", "4, 0, 50", "1, 6Gi, 75"})
    void balancedAllocationPrefersEqualShares(String cpu, String memory, long score) {
        assertArrayEquals(new long[] {score}, scores(new NodeResourcesBalancedAllocation(), Fixtures.info(Fixtures.pod("p", cpu, memory)), List.of(Fixtures.info(Fixtures.node("a")))));
    }

    private static NodeInfo holding(String name, long megabytes) {
        return Fixtures.info(Fixtures.node(name).editStatus().addNewImage().withNames("big:1").withSizeBytes(megabytes << 20).endImage().endStatus());
    }

    @Test
    void imagesThatAreThereCountByTheirSizeAndHowManyHaveThem() {
        var pod = Fixtures.info(Fixtures.pod("p").editSpec().editFirstContainer().withImage("big:1").endContainer().endSpec());
        var init = Fixtures.info(Fixtures.pod("p").editSpec().addNewInitContainer().withName("i").withImage("big:1").endInitContainer().endSpec());
        assertArrayEquals(new long[] {100, 0}, scores(new ImageLocality(), pod, List.of(holding("a", 4_000), Fixtures.info(Fixtures.node("b")))));
        assertArrayEquals(new long[] {48, 0}, scores(new ImageLocality(), pod, List.of(holding("a", 1_000), Fixtures.info(Fixtures.node("b")))));
        assertArrayEquals(new long[] {0, 0}, scores(new ImageLocality(), pod, List.of(holding("a", 20), Fixtures.info(Fixtures.node("b")))), "hardly worth it");
        assertArrayEquals(new long[] {100, 0}, scores(new ImageLocality(), init, List.of(holding("a", 4_000), Fixtures.info(Fixtures.node("b")))), "an init container's counts too");
    }

    private static PodInfo sibling(String name, String controller, String app) {
        return Fixtures.info(Fixtures.pod(name).editMetadata().addToLabels("app", app)
                .addNewOwnerReference().withKind("ReplicaSet").withUid(controller).withController(true).endOwnerReference().endMetadata());
    }

    @Test
    void withoutConstraintsSiblingsAreSpreadByControllerAndService() {
        var service = new ServiceBuilder().withNewSpec().addToSelector("app", "web").endSpec().build();
        var nodes = List.of(Fixtures.info(Fixtures.node("a"), sibling("1", "rs", "web").pod(), sibling("2", "rs", "web").pod()),
                Fixtures.info(Fixtures.node("b"), sibling("3", "rs", "db").pod()), Fixtures.info(Fixtures.node("c"), sibling("4", "other", "web").pod()));
        var byController = scores(new PodTopologySpreadScore(namespace -> List.of(), true), sibling("p", "rs", "web"), nodes);
        assertTrue(byController[0] < byController[1] && byController[1] < byController[2], Arrays.toString(byController));
        var byBoth = scores(new PodTopologySpreadScore(namespace -> List.of(service), true), sibling("p", "rs", "web"), nodes);
        assertTrue(byBoth[0] < byBoth[1] && byBoth[1] == byBoth[2], Arrays.toString(byBoth));
        assertArrayEquals(new long[3], scores(new PodTopologySpreadScore(namespace -> List.of(), false), sibling("p", "rs", "web"), nodes), "no defaults");
    }

    @ParameterizedTest
    @CsvSource({"LeastAllocated, 75", "MostAllocated, 25", "RequestedToCapacityRatio, 50"})
    void aStrategySaysHowToPack(ScoringStrategy.Type type, long score) {
        var shape = List.of(new ScoringStrategy.Point(0, 0), new ScoringStrategy.Point(50, 10), new ScoringStrategy.Point(100, 0));
        var strategy = new ScoringStrategy(type, List.of(new ScoringStrategy.Resource("cpu", 1), new ScoringStrategy.Resource("example.com/gpu", 5)), shape);
        assertArrayEquals(new long[] {score}, scores(new NodeResourcesFitScore(strategy), Fixtures.info(Fixtures.pod("p", "1", "1Gi")), List.of(Fixtures.info(Fixtures.node("a")))));
    }

    @Test
    void scoresAreStretchedToAHundred() {
        assertArrayEquals(new long[] {0, 50, 100}, stretched(new long[] {0, 5, 10}, false));
        assertArrayEquals(new long[] {100, 50, 0}, stretched(new long[] {0, 5, 10}, true));
        assertArrayEquals(new long[] {0, 0}, stretched(new long[] {0, 0}, false));
        assertArrayEquals(new long[] {100, 100}, stretched(new long[] {0, 0}, true));
    }

    @Test
    void everyScoreIsBetweenNothingAndAHundred() {
        var empty = Fixtures.node("empty").editStatus().addToAllocatable("cpu", new Quantity("0")).addToAllocatable("memory", new Quantity("0")).endStatus();
        var nodes = List.of(Fixtures.info(Fixtures.node("a")), Fixtures.info(empty), Fixtures.info(Fixtures.node("full"), Fixtures.pod("q", "40", "80Gi").build()));
        for (var plugin : Catalogs.profile().at(Score.class)) {
            for (long score : scores(plugin, Fixtures.info(Fixtures.pod("p")), nodes)) {
                assertTrue(score >= 0 && score <= Score.MAX, plugin.name() + " scored " + score);
            }
        }
    }

    private static PodInfo preferring(String app, int near, int apart) {
        return ClusterText.pod(app, "{'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[" + (near == 0 ? "" : weighted(near, "db"))
                + "]},'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[" + (apart == 0 ? "" : weighted(apart, "web")) + "]}}}");
    }

    private static String weighted(int weight, String app) {
        return "{'weight':" + weight + ",'podAffinityTerm':{'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'" + app + "'}}}}";
    }

    /// On node a runs a db, on b a web, on c nothing.
    @ParameterizedTest
    @CsvSource({"0, 0, 0 0 0", "10, 0, 100 0 0", "0, 10, 100 0 100", "10, 10, 100 0 50", "30, 10, 100 0 25"})
    void softAffinityBetweenPodsCountsByWeight(int near, int apart, String scores) {
        var nodes = List.of(Fixtures.info(Fixtures.node("a"), ClusterText.pod("db", "{}").pod()),
                Fixtures.info(Fixtures.node("b"), new PodBuilder(ClusterText.pod("web", "{}").pod()).editMetadata().withUid("w").endMetadata().build()), Fixtures.info(Fixtures.node("c")));
        var found = scores(new InterPodAffinityScore(Catalogs.namespaces(Map.of()), 1, true), preferring("web", near, apart), nodes);
        assertEquals(scores, Arrays.stream(found).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }

    @Test
    void theSoftTermsOfOthersCountToo() {
        var nodes = List.of(Fixtures.info(Fixtures.node("a"), preferring("x", 10, 0).pod()), Fixtures.info(Fixtures.node("b")));
        var db = ClusterText.pod("db", "{}");
        assertArrayEquals(new long[] {100, 0}, scores(new InterPodAffinityScore(Catalogs.namespaces(Map.of()), 1, true), db, nodes));
        assertArrayEquals(new long[] {0, 0}, scores(new InterPodAffinityScore(Catalogs.namespaces(Map.of()), 1, false), db, nodes));
    }
}
