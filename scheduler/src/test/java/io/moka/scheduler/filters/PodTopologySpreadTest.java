package io.moka.scheduler.filters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTopologySpreadTest {

    private static final PodTopologySpread PLUGIN = new PodTopologySpread();
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";

    private static PodInfo pod(String constraints, String more) {
        var spread = ClusterText.words(constraints).stream().map(text -> {
            var parts = text.split(",", -1);
            return "{'topologyKey':'" + (parts[0].equals("zone") ? ZONE : HOST) + "','maxSkew':" + parts[1] + ",'whenUnsatisfiable':'DoNotSchedule',"
                    + "'labelSelector':{'matchLabels':{'app':'web'}}" + (parts.length > 2 ? "," + parts[2].replace('=', ':').replace('|', ',') : "") + "}";
        }).collect(Collectors.joining(","));
        return ClusterText.pod("web", "{'topologySpreadConstraints':[" + spread + "]" + (more == null ? "" : "," + more) + "}");
    }

    /// The nodes that fit; one that preemption could not help has `!` before it in the list of the others.
    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "zone,1 | a/z1: web; b/z2: - | b | a | ",
        "zone,1 | a/z1: web; b/z2: web | a b | | ",
        "zone,2 | a/z1: web; b/z2: - | a b | | ",
        "zone,1 | a/z1: web; b/z1: -; c/z2: - | c | a b | ",
        "host,1 | a/z1: web; b/z1: - | b | a | ",
        "zone,1 host,1 | a/z1: web; b/z1: -; c/z2: web; d/z2: - | b d | a c | ",
        "zone,1 | a/z1: web web; b/z2: db db db | b | a | ",
        "zone,1 | a/z1: ~web; b/z2: - | a b | | ",
        "zone,1 | a/z1: other.web; b/z2: - | a b | | ",
        "zone,1 | a/z1: -; b/: web | a | !b | ",
        "zone,1,'minDomains'=3 | a/z1: web; b/z2: - | b | a | ",
        "zone,1,'minDomains'=3 | a/z1: web; b/z2: web | | a b | ",
        "zone,1,'minDomains'=2 | a/z1: web; b/z2: web | a b | | ",
        "zone,1 | a/z1: web; !b/z2: - | !b | a | ",
        "zone,1,'nodeTaintsPolicy'='Honor' | a/z1: web; !b/z2: - | a !b | | ",
        "zone,1 | a/z1: web; b/z2: - | a b | | 'nodeSelector':{'kubernetes.io/hostname':'a'}",
        "zone,1,'nodeAffinityPolicy'='Ignore' | a/z1: web; b/z2: - | b | a | 'nodeSelector':{'kubernetes.io/hostname':'a'}",
        "zone,1,'matchLabelKeys'=['version'] | a/z1: web; b/z2: - | a b | | ",
        "zone,5 host,1 | a/z1: web; b/z1: -; c/z1: web | b | a c | ",
        "zone,1 | a/z1: web web web; b/z2: web; c/z3: web web | b | a c | "})
    void aDomainIsNotMoreThanMaxSkewAboveTheEmptiest(String constraints, String cluster, String fit, String others, String more) {
        var pod = pod(constraints, more);
        var snapshot = ClusterText.snapshot(cluster);
        var state = new CycleState();
        PLUGIN.preFilter(state, pod, snapshot);
        var check = PLUGIN.check(state, pod);
        var fitting = new ArrayList<String>();
        var refused = new ArrayList<String>();
        for (var node : snapshot.nodes()) {
            switch (check.of(node)) {
                case Verdict.Success success -> fitting.add((node.taints().isEmpty() ? "" : "!") + node.name());
                case Verdict.Unresolvable verdict -> refused.add("!" + node.name());
                case Verdict verdict -> refused.add(node.name());
            }
        }
        assertEquals(ClusterText.words(fit == null ? "" : fit), fitting);
        assertEquals(ClusterText.words(others == null ? "" : others), refused);
    }

    /// The rule as the documentation says it, counted anew for each node.
    private static boolean fits(List<NodeInfo> nodes, Map<String, Integer> maxSkews, NodeInfo candidate) {
        for (var entry : maxSkews.entrySet()) {
            var counts = new HashMap<String, Integer>();
            for (var node : nodes) {
                if (node.labels().keySet().containsAll(maxSkews.keySet())) {
                    int count = (int) node.pods().stream().filter(pod -> "web".equals(pod.labels().get("app"))).count();
                    counts.merge(node.labels().get(entry.getKey()), count, Integer::sum);
                }
            }
            var domain = candidate.labels().get(entry.getKey());
            if (domain == null || counts.getOrDefault(domain, 0) + 1 - counts.values().stream().mapToInt(i -> i).min().orElse(0) > entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void inRandomClustersItIsAsCountingSaysAndRemovedPodsCountNoMore() {
        var random = new Random(11);
        for (int round = 0; round < 200; round++) {
            var text = new ArrayList<String>();
            for (int n = 0; n < 6; n++) {
                text.add("n" + n + "/" + (random.nextInt(6) == 0 ? "" : "z" + random.nextInt(3)) + ": - " + "web ".repeat(random.nextInt(4)) + "db ".repeat(random.nextInt(2)));
            }
            var snapshot = ClusterText.snapshot(String.join(";", text));
            var skews = Map.of(ZONE, 1 + random.nextInt(3), HOST, 1 + random.nextInt(2));
            var pod = pod("zone," + skews.get(ZONE) + " host," + skews.get(HOST), null);
            var state = new CycleState();
            PLUGIN.preFilter(state, pod, snapshot);
            for (var node : snapshot.nodes()) {
                assertEquals(fits(snapshot.nodes(), skews, node), PLUGIN.check(state, pod).of(node) == Verdict.SUCCESS, () -> text + " " + node.name());
            }
            var victimNode = snapshot.nodes().get(random.nextInt(6));
            if (!victimNode.pods().isEmpty()) {
                var victim = victimNode.pods().getFirst();
                var copy = state.copy();
                PLUGIN.removePod(copy, pod, victim, victimNode);
                var without = snapshot.nodes().stream().map(node -> node == victimNode ? node.without(victim) : node).toList();
                for (var node : without) {
                    assertEquals(fits(without, skews, node), PLUGIN.check(copy, pod).of(node) == Verdict.SUCCESS, () -> text + " without a pod of " + victimNode.name());
                }
                PLUGIN.addPod(copy, pod, victim, victimNode);
                snapshot.nodes().forEach(node -> assertEquals(PLUGIN.check(state, pod).of(node), PLUGIN.check(copy, pod).of(node)));
            }
        }
    }
}
