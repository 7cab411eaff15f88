package io.moka.scheduler.filters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.scheduler.cache.AffinityTerm;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.config.Catalogs;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterPodAffinityTest {

    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";
    private static final Namespaces NAMESPACES = Catalogs.namespaces(Map.of("n", Map.of("team", "a"), "other", Map.of("team", "b")));
    private final InterPodAffinity plugin = new InterPodAffinity(NAMESPACES);

    /// Terms as `+zone,web` (near) or `-host,web` (apart), further fields of the term behind a third comma.
    private static PodInfo pod(String app, String terms) {
        return ClusterText.pod(app, "{'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[" + terms(terms, '+')
                + "]},'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[" + terms(terms, '-') + "]}}}");
    }

    private static String terms(String terms, char kind) {
        return ClusterText.words(terms).stream().filter(term -> term.charAt(0) == kind).map(term -> {
            var parts = term.substring(1).split(",", 3);
            return "{'topologyKey':'" + (parts[0].equals("zone") ? ZONE : HOST) + "','labelSelector':{'matchLabels':{'app':'" + parts[1] + "'}}"
                    + (parts.length > 2 ? "," + parts[2].replace('=', ':') : "") + "}";
        }).collect(Collectors.joining(","));
    }

    private String fitting(PodInfo pod, Snapshot snapshot) {
        var state = new CycleState();
        if (plugin.preFilter(state, pod, snapshot) == PreFilter.Result.SKIP) {
            return "skipped";
        }
        var check = plugin.check(state, pod);
        return snapshot.nodes().stream().map(node -> switch (check.of(node)) {
            case Verdict.Success success -> node.name();
            case Verdict.Unresolvable refused -> "!" + node.name();
            case Verdict refused -> "";
        }).filter(name -> !name.isEmpty()).collect(Collectors.joining(" "));
    }

    /// The nodes that fit, and with `!` before them those that preemption could not help.
    @ParameterizedTest(name = "{0} {1} | {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "web |  | a/z1: web; b/z2: - | skipped",
        "web | +host,db | a/z1: db; b/z1: - | a !b",
        "web | +zone,db | a/z1: db; b/z1: -; c/z2: - | a b !c",
        "web | +zone,db | a/z1: -; b/z2: - | !a !b",
        "web | +zone,web | a/z1: -; b/z2: db | a b",
        "web | +zone,web | a/z1: -; b/: - | a !b",
        "web | +zone,web | a/z1: web; b/z2: - | a !b",
        "web | +zone,db +host,web | a/z1: db; b/z1: web | !a !b",
        "web | +zone,db +host,db | a/z1: db; b/z1: - | a !b",
        "web | +host,db | a/z1: other.db; b/z1: - | !a !b",
        "web | +host,db,'namespaces'=['other'] | a/z1: other.db; b/z1: db | a !b",
        "web | +host,db,'namespaceSelector'={'matchLabels'={'team'='b'}} | a/z1: other.db; b/z1: db | a !b",
        "web | +host,db,'namespaceSelector'={} | a/z1: other.db; b/z1: db | a b",
        "web | +host,db | a/z1: ~db; b/z1: - | a !b",
        "web | -host,web | a/z1: web; b/z1: - | b",
        "web | -zone,web | a/z1: web; b/z1: -; c/z2: - | c",
        "web | -zone,web | a/: web; b/z1: - | a b",
        "web | -host,web -zone,db | a/z1: web; b/z1: -; c/z2: db; d/z2: - | b",
        "web | -host,db,'namespaces'=['other'] | a/z1: other.db; b/z1: db | b",
        "web |  | a/z1: web#; b/z1: - | b",
        "web |  | a/z1: web%; b/z1: -; c/z2: - | c",
        "db |  | a/z1: web#; b/z1: - | skipped",
        "web |  | a/z1: other.web#; b/z1: - | skipped",
        "web | +zone,db -host,db | a/z1: db; b/z1: -; c/z2: - | b !c",
        "web | -host,web,'matchLabelKeys'=['version'] | a/z1: web; b/z1: - | a b",
        "web | -host,web,'mismatchLabelKeys'=['version'] | a/z1: web; b/z1: - | b",
        "web | +host,web,'matchLabelKeys'=['absent'] | a/z1: web; b/z1: - | a !b"})
    void termsHoldInBothDirections(String app, String terms, String cluster, String expected) {
        assertEquals(expected, fitting(pod(app, terms == null ? "" : terms), ClusterText.snapshot(cluster)));
    }

    private static boolean sameDomain(NodeInfo a, NodeInfo b, AffinityTerm term) {
        var domain = a.labels().get(term.topologyKey());
        return domain != null && domain.equals(b.labels().get(term.topologyKey()));
    }

    private static boolean matches(AffinityTerm term, PodInfo pod) {
        return term.matches(pod, NAMESPACES::labels);
    }

    /// The rule as the documentation says it: every pod against every node.
    private static boolean fits(List<NodeInfo> nodes, PodInfo pod, NodeInfo candidate) {
        var terms = pod.affinities().required();
        boolean anyMatch = false;
        var met = new boolean[terms.size()];
        for (var node : nodes) {
            for (var other : node.pods()) {
                if (!terms.isEmpty() && terms.stream().allMatch(term -> matches(term, other))) {
                    for (int i = 0; i < met.length; i++) {
                        anyMatch |= node.labels().containsKey(terms.get(i).topologyKey());
                        met[i] |= sameDomain(node, candidate, terms.get(i));
                    }
                }
                boolean apart = pod.affinities().requiredAnti().stream().anyMatch(term -> matches(term, other) && sameDomain(node, candidate, term));
                boolean keptAway = other.affinities().requiredAnti().stream().anyMatch(term -> matches(term, pod) && sameDomain(node, candidate, term));
                if (apart || keptAway) {
                    return false;
                }
            }
        }
        boolean labelled = terms.stream().allMatch(term -> candidate.labels().containsKey(term.topologyKey()));
        boolean first = !anyMatch && terms.stream().allMatch(term -> matches(term, pod));
        boolean all = true;
        for (boolean one : met) {
            all &= one;
        }
        return labelled && (all || first);
    }

    @Test
    void inRandomClustersItIsAsAskingEveryPodSays() {
        var random = new Random(5);
        var kinds = List.of("web", "web#", "web%", "db", "db#", "other.web", "~web");
        var terms = List.of("+zone,web", "+host,db", "-host,web", "-zone,db", "+zone,db,'namespaceSelector'={}", "-host,web,'namespaces'=['other']");
        for (int round = 0; round < 300; round++) {
            var text = new ArrayList<String>();
            for (int n = 0; n < 5; n++) {
                text.add("n" + n + "/" + (random.nextInt(6) == 0 ? "" : "z" + random.nextInt(3)) + ": - "
                        + Stream.generate(() -> kinds.get(random.nextInt(kinds.size()))).limit(random.nextInt(3)).collect(Collectors.joining(" ")));
            }
            var snapshot = ClusterText.snapshot(String.join(";", text));
            var chosen = Stream.generate(() -> terms.get(random.nextInt(terms.size()))).limit(random.nextInt(3)).collect(Collectors.joining(" "));
            var pod = pod(random.nextBoolean() ? "web" : "db", chosen);
            var state = new CycleState();
            boolean skipped = plugin.preFilter(state, pod, snapshot) == PreFilter.Result.SKIP;
            for (var node : snapshot.nodes()) {
                assertEquals(fits(snapshot.nodes(), pod, node), skipped || plugin.check(state, pod).of(node) == Verdict.SUCCESS, () -> chosen + " in " + text + " on " + node.name());
            }
            var changed = snapshot.nodes().get(random.nextInt(5));
            if (!skipped && !changed.pods().isEmpty()) {
                var gone = changed.pods().getLast();
                var copy = state.copy();
                plugin.removePod(copy, pod, gone, changed);
                var without = snapshot.nodes().stream().map(node -> node == changed ? node.without(gone) : node).toList();
                without.forEach(node -> assertEquals(fits(without, pod, node), plugin.check(copy, pod).of(node) == Verdict.SUCCESS,
                        () -> chosen + " in " + text + " without the last of " + changed.name()));
            }
        }
    }
}
