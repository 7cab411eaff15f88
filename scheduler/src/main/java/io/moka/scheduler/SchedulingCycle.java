package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Priority;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the best node for one pod: predicates filter, priorities score.
///
/// In a large cluster not every node is looked at: enough fitting ones are, and the search begins where the last one ended, so
/// that over time all nodes get their turn. Follows upstream's `schedulePod` and its adaptive share of nodes.
final class SchedulingCycle {

    private static final int ALWAYS_ENOUGH = 100;

    private record Check(Predicate predicate, Function<NodeInfo, Verdict> question) {
    }

    private final List<Predicate> predicates;
    private final List<Priority> priorities;

    // the scheduling thread alone
    private int start;

    SchedulingCycle(List<Predicate> predicates, List<Priority> priorities) {
        this.predicates = predicates;
        this.priorities = priorities;
    }

    SchedulingResult run(PodInfo pod, Snapshot snapshot) {
        var nodes = snapshot.nodes();
        if (nodes.isEmpty()) {
            return new SchedulingResult.Unschedulable("no nodes available to schedule pods", EnumSet.of(ClusterEvent.NODE_ADDED));
        }
        var checks = predicates.stream().map(predicate -> new Check(predicate, predicate.of(pod))).toList();
        var feasible = new ArrayList<NodeInfo>();
        var reasons = new TreeMap<String, Integer>();
        var helpedBy = EnumSet.of(ClusterEvent.NODE_ADDED);
        int wanted = enough(nodes.size());
        int looked = 0;
        for (; looked < nodes.size() && feasible.size() < wanted; looked++) {
            var node = nodes.get((start + looked) % nodes.size());
            if (fits(node, checks, reasons, helpedBy)) {
                feasible.add(node);
            }
        }
        start = (start + looked) % nodes.size();
        return feasible.isEmpty()
                ? new SchedulingResult.Unschedulable(message(nodes.size(), reasons), helpedBy)
                : new SchedulingResult.Scheduled(best(pod, feasible), looked, feasible.size());
    }

    private static boolean fits(NodeInfo node, List<Check> checks, Map<String, Integer> reasons, Set<ClusterEvent> helpedBy) {
        for (var check : checks) {
            switch (check.question.apply(node)) {
                case Verdict.Fits fits -> { }
                case Verdict.DoesNotFit(var why) -> {
                    why.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
                    helpedBy.addAll(check.predicate.helpedBy());
                    return false;
                }
            }
        }
        return true;
    }

    /// How many fitting nodes are enough to choose among: half of a small cluster, down to a twentieth of a very large one.
    private static int enough(int nodes) {
        if (nodes <= ALWAYS_ENOUGH) {
            return nodes;
        }
        int percent = Math.max(5, 50 - nodes / 125);
        return Math.max(ALWAYS_ENOUGH, nodes * percent / 100);
    }

    private NodeInfo best(PodInfo pod, List<NodeInfo> feasible) {
        if (feasible.size() == 1) {
            return feasible.getFirst();
        }
        var totals = new long[feasible.size()];
        for (var priority : priorities) {
            var scores = priority.scores(pod, feasible);
            for (int i = 0; i < totals.length; i++) {
                totals[i] += scores[i] * priority.weight();
            }
        }
        return feasible.get(indexOfLargest(totals));
    }

    /// Among equals each has the same chance.
    private static int indexOfLargest(long[] totals) {
        int best = 0;
        int equals = 1;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] > totals[best]) {
                best = i;
                equals = 1;
            } else if (totals[i] == totals[best] && ThreadLocalRandom.current().nextInt(++equals) == 0) {
                best = i;
            }
        }
        return best;
    }

    private static String message(int nodes, Map<String, Integer> reasons) {
        return "0/" + nodes + " nodes are available: "
                + reasons.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).sorted().collect(Collectors.joining(", ")) + ".";
    }
}
