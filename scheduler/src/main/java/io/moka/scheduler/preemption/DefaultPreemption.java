package io.moka.scheduler.preemption;

import io.moka.machinery.meta.Pods;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filters;
import io.moka.scheduler.framework.PostFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Makes room for a pod that fits nowhere by evicting pods of lower priority from one node.
///
/// The nodes that could help are tried on copies, from a random one on, until enough candidates are found; [VictimSelection] selects the pods of a node that
/// would have to leave, [Candidate#BEST_FIRST] orders the candidates. [Evictions] then removes its victims off the scheduling thread.
public final class DefaultPreemption implements PostFilter {

    private static final int FEWEST_CANDIDATES = 100;
    private static final int PERCENT_OF_NODES = 10;
    private static final Verdict NO_VICTIMS = Verdict.unresolvable("No preemption victims found for incoming pod");
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";

    private final DisruptionBudgets budgets;
    private final Evictions evictions;
    private final RandomGenerator random;

    public DefaultPreemption(DisruptionBudgets budgets, Evictions evictions, RandomGenerator random) {
        this.budgets = budgets;
        this.evictions = evictions;
        this.random = random;
    }

    @Override
    public String name() {
        return "DefaultPreemption";
    }

    @Override
    public Result postFilter(CycleState state, PodInfo pod, Snapshot snapshot, Filters filters, Map<String, Verdict> refusals) {
        if ("Never".equals(pod.pod().getSpec().getPreemptionPolicy())) {
            return new Result.NotHelped("preemption: not eligible due to preemptionPolicy=Never.");
        }
        if (evictions.isUnderWay(pod)) {
            return new Result.UnderWay("preemption: waiting for the preemption for this pod to be finished.");
        }
        if (victimsAreTerminating(pod, snapshot, refusals)) {
            return new Result.UnderWay("preemption: not eligible due to a terminating pod on the nominated node.");
        }
        var failures = new TreeMap<String, Integer>();
        var candidates = candidates(state, pod, snapshot, filters, refusals, failures);
        if (candidates.isEmpty()) {
            return new Result.NotHelped("preemption: " + message(snapshot.nodes().size(), failures));
        }
        var best = candidates.stream().min(Candidate.BEST_FIRST).orElseThrow();
        var displaced = snapshot.nominated(best.node().name()).stream().filter(other -> other.priority() < pod.priority()).toList();
        evictions.start(pod, best, displaced);
        return new Result.Nominated(best.node().name(), best.describe());
    }

    /// Room was made for the pod, and its victims are ending: it waits for them rather than evict more.
    private static boolean victimsAreTerminating(PodInfo pod, Snapshot snapshot, Map<String, Verdict> refusals) {
        var node = snapshot.node(pod.nominatedNode());
        return node != null && !(refusals.get(node.name()) instanceof Verdict.Unresolvable) && node.pods().stream()
                .anyMatch(other -> other.priority() < pod.priority() && Pods.isTerminating(other.pod()) && Evictions.isPreempted(other.pod()));
    }

    private List<Candidate> candidates(CycleState state, PodInfo pod, Snapshot snapshot, Filters filters, Map<String, Verdict> refusals,
            Map<String, Integer> failures) {
        var nodes = snapshot.nodes();
        var selection = new VictimSelection(filters, pod, snapshot, budgets.current());
        var found = new ArrayList<Candidate>();
        int enough = Math.max(FEWEST_CANDIDATES, nodes.size() * PERCENT_OF_NODES / 100);
        int offset = nodes.isEmpty() ? 0 : random.nextInt(nodes.size());
        for (int i = 0; i < nodes.size() && found.size() < enough; i++) {
            var node = nodes.get((offset + i) % nodes.size());
            if (refusals.get(node.name()) instanceof Verdict.Unschedulable) {
                switch (tryNode(selection, state, pod, node)) {
                    case VictimSelection.Result.Victims(var candidate) -> found.add(candidate);
                    case VictimSelection.Result.StillRefused(var verdict) -> verdict.reasons().forEach(reason -> failures.merge(reason, 1, Integer::sum));
                }
            } else {
                failures.merge(NOT_HELPFUL, 1, Integer::sum);
            }
        }
        return found;
    }

    private static VictimSelection.Result tryNode(VictimSelection selection, CycleState state, PodInfo pod, NodeInfo node) {
        return node.pods().stream().anyMatch(other -> other.priority() < pod.priority()) ? selection.on(state, node)
                : new VictimSelection.Result.StillRefused(NO_VICTIMS);
    }

    private static String message(int nodes, Map<String, Integer> failures) {
        return "0/" + nodes + " nodes are available: "
                + failures.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).sorted().collect(Collectors.joining(", ")) + ".";
    }
}
