package io.moka.scheduler.filters;

import io.moka.scheduler.cache.DomainCounts;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.NodeRequirements;
import io.moka.scheduler.topology.SpreadConstraint;
import java.util.List;
import java.util.Set;

/// Refuses nodes by the pod's topology spread constraints with `DoNotSchedule`: in no domain may the number of pods that a constraint selects exceed that of
/// the domain with the fewest by more than `maxSkew`.
public final class PodTopologySpread implements PreFilter, Filter {

    private static final Verdict REFUSED = Verdict.unschedulable("node(s) didn't match pod topology spread constraints");
    private static final Verdict NO_LABEL = Verdict.unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
    private static final CycleState.Key<Counts> KEY = new CycleState.Key<>();

    /// @param domains of each constraint the counts by domain
    private record Counts(List<SpreadConstraint> constraints, NodeRequirements requirements, List<DomainCounts> domains) implements CycleState.Data {
        @Override
        public Counts copy() {
            return new Counts(constraints, requirements, domains.stream().map(DomainCounts::copy).toList());
        }
    }

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_PLACED, ClusterEvent.POD_REMOVED,
                ClusterEvent.POD_CHANGED);
    }

    /// A pod that comes or goes helps if a constraint counts it.
    @Override
    public boolean helps(PodInfo waiting, Change change) {
        if (!(change instanceof Change.OfPod(var event, var before, var after)) || event == ClusterEvent.POD_CHANGED || (before == null && after == null)) {
            return true;
        }
        return (after != null && isCounted(waiting, after)) || (before != null && isCounted(waiting, before));
    }

    private static boolean isCounted(PodInfo waiting, PodInfo pod) {
        return waiting.key().namespace().equals(pod.key().namespace()) && SpreadConstraint.of(waiting, SpreadConstraint.DO_NOT_SCHEDULE).stream()
                .anyMatch(constraint -> constraint.pods().parts().getFirst().selector().matches(pod.labels()));
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var constraints = SpreadConstraint.of(pod, SpreadConstraint.DO_NOT_SCHEDULE);
        if (constraints.isEmpty()) {
            return Result.SKIP;
        }
        var requirements = NodeRequirements.of(pod);
        var counts = new Counts(constraints, requirements, SpreadConstraint.countEveryNode(constraints, requirements, snapshot)
                ? constraints.stream().map(constraint -> snapshot.counts(snapshot.shared(constraint.pods()), constraint.topologyKey(), true)).toList()
                : counted(constraints, requirements, pod, snapshot));
        state.put(KEY, counts);
        return Result.ALL_NODES;
    }

    private static List<DomainCounts> counted(List<SpreadConstraint> constraints, NodeRequirements requirements, PodInfo pod, Snapshot snapshot) {
        var domains = constraints.stream().map(constraint -> new DomainCounts()).toList();
        var selections = constraints.stream().map(constraint -> snapshot.shared(constraint.pods())).toList();
        for (var node : snapshot.nodes()) {
            if (SpreadConstraint.allKeysOn(node, constraints)) {
                for (int i = 0; i < constraints.size(); i++) {
                    if (constraints.get(i).includes(node, pod, requirements)) {
                        domains.get(i).add(node.labels().get(constraints.get(i).topologyKey()), node.count(selections.get(i)));
                    }
                }
            }
        }
        return domains;
    }

    @Override
    public void addPod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        change(state.get(KEY), pod, other, node, 1);
    }

    @Override
    public void removePod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        change(state.get(KEY), pod, other, node, -1);
    }

    private static void change(Counts counts, PodInfo pod, PodInfo other, NodeInfo node, int by) {
        if (!SpreadConstraint.allKeysOn(node, counts.constraints)) {
            return;
        }
        for (int i = 0; i < counts.constraints.size(); i++) {
            var constraint = counts.constraints.get(i);
            if (constraint.pods().matches(other) && constraint.includes(node, pod, counts.requirements)) {
                counts.domains.get(i).add(node.labels().get(constraint.topologyKey()), by);
            }
        }
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var counts = state.get(KEY);
        var constraints = counts.constraints.toArray(SpreadConstraint[]::new);
        var domains = counts.domains.toArray(DomainCounts[]::new);
        var allowed = new long[constraints.length];
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = constraints[i].maxSkew() - (constraints[i].pods().parts().getFirst().selector().matches(pod.labels()) ? 1 : 0);
        }
        return node -> {
            for (int i = 0; i < constraints.length; i++) {
                var domain = node.labels().get(constraints[i].topologyKey());
                if (domain == null) {
                    return NO_LABEL;
                }
                long fewest = constraints[i].minDomains() > 1 && domains[i].domains() < constraints[i].minDomains() ? 0 : domains[i].minimum();
                if (domains[i].get(domain) - fewest > allowed[i]) {
                    return REFUSED;
                }
            }
            return Verdict.SUCCESS;
        };
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        var counts = state.get(KEY);
        for (int i = 0; i < counts.constraints.size(); i++) {
            var constraint = counts.constraints.get(i);
            var domain = node.labels().get(constraint.topologyKey());
            if (domain == null) {
                return "lacks the label " + constraint.topologyKey();
            }
            var domains = counts.domains.get(i);
            long fewest = domains.domains() < constraint.minDomains() ? 0 : domains.minimum();
            long self = constraint.pods().parts().getFirst().selector().matches(pod.labels()) ? 1 : 0;
            long excess = domains.get(domain) + self - fewest - constraint.maxSkew();
            if (excess > 0) {
                return constraint.topologyKey() + "=" + domain + " has " + domains.get(domain) + " of the pods to spread, the emptiest domain has " + fewest + " and maxSkew is "
                        + constraint.maxSkew() + ": " + excess + " fewer here, or " + excess + " more in the emptiest";
            }
        }
        return "";
    }
}
