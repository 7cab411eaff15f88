package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Filters;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.why.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Collects the reasons why the nodes of one cycle do not fit. The counts of the message add up to the number of nodes, or to more if a node has several
/// reasons.
final class Refusals {

    /// The largest number of nodes in an explanation.
    private static final int MOST_EXPLAINED = 100;

    private final int nodes;
    // of the same length: the refused nodes and their refusals
    private final List<NodeInfo> refused = new ArrayList<>();
    private final List<Filters.Refusal> refusals = new ArrayList<>();
    private final Set<Plugin> ofAllNodes = new LinkedHashSet<>();
    private @Nullable String ofThePod;
    private @Nullable String ofOthers;

    Refusals(int nodes) {
        this.nodes = nodes;
    }

    void add(NodeInfo node, Filters.Refusal refusal) {
        refused.add(node);
        refusals.add(refusal);
    }

    /// A PreFilter plugin refused the pod itself.
    void all(Plugin plugin, Verdict verdict) {
        ofAllNodes.add(plugin);
        ofThePod = String.join(", ", verdict.reasons());
    }

    /// PreFilter plugins have named the only nodes that can fit.
    void others(List<Plugin> narrowedBy) {
        ofAllNodes.addAll(narrowedBy);
        ofOthers = "node(s) didn't satisfy plugin(s) " + narrowedBy.stream().map(Plugin::name).sorted().collect(Collectors.joining(" ", "[", "]"));
    }

    int count() {
        return refused.size();
    }

    Map<String, Verdict> byNode() {
        var byNode = HashMap.<String, Verdict>newHashMap(refused.size());
        for (int i = 0; i < refused.size(); i++) {
            byNode.put(refused.get(i).name(), refusals.get(i).verdict());
        }
        return byNode;
    }

    Set<Plugin> plugins() {
        var plugins = new LinkedHashSet<>(ofAllNodes);
        refusals.forEach(refusal -> plugins.add(refusal.plugin()));
        return plugins;
    }

    String message() {
        var start = "0/" + nodes + " nodes are available: ";
        if (ofThePod != null) {
            return start + ofThePod + ".";
        }
        var reasons = new TreeMap<String, Integer>();
        refusals.forEach(refusal -> refusal.verdict().reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum)));
        if (ofOthers != null && count() < nodes) {
            reasons.merge(ofOthers, nodes - count(), Integer::sum);
        }
        return start + reasons.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).sorted().collect(Collectors.joining(", ")) + ".";
    }

    /// The refusals with the smallest change for each node, those that preemption could help first; of many nodes the first hundred.
    List<Refused> explain(CycleState state, PodInfo pod, Snapshot snapshot) {
        return Stream.concat(places(true), places(false)).limit(MOST_EXPLAINED).map(i -> explain(state, pod, snapshot, refused.get(i), refusals.get(i))).toList();
    }

    private Stream<Integer> places(boolean preemptible) {
        return IntStream.range(0, refused.size()).filter(i -> isPreemptible(refusals.get(i)) == preemptible).boxed();
    }

    private static boolean isPreemptible(Filters.Refusal refusal) {
        return refusal.verdict() instanceof Verdict.Unschedulable;
    }

    private static Refused explain(CycleState state, PodInfo pod, Snapshot snapshot, NodeInfo node, Filters.Refusal refusal) {
        var change = refusal.plugin() instanceof Filter filter ? filter.remedy(state, pod, node) : "";
        if (change.isEmpty()) {
            change = snapshot.nominated(node.name()).stream().filter(other -> other.priority() >= pod.priority())
                    .map(other -> "keeps its room for pod " + other.key() + ", priority " + other.priority() + ", for which pods were preempted").collect(Collectors.joining("; "));
        }
        return new Refused(node.name(), refusal.plugin().name(), refusal.verdict().reasons(), isPreemptible(refusal), change);
    }
}
