package io.moka.scheduler.scores;

import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import io.moka.scheduler.cache.DomainCounts;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodSelection;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.NodeRequirements;
import io.moka.scheduler.topology.SpreadConstraint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Prefers domains with fewer pods that a topology spread constraint with `ScheduleAnyway` selects. A pod without any constraint is spread over nodes
/// and zones with the other pods of its controller and services: upstream's system defaults.
///
/// Upstream finds the siblings by the selector of the controller; here it is the controller's uid.
public final class PodTopologySpreadScore implements PreScore, Score {

    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final Set<String> SPREAD_CONTROLLERS = Set.of("ReplicationController", "ReplicaSet", "StatefulSet");
    private static final CycleState.Key<Counts> KEY = new CycleState.Key<>();
    private static final long IGNORED = -1;

    /// @param selections of each constraint the pods it counts
    /// @param domains of each constraint the counts by domain; for the host name, whose domains are the nodes, they are not used
    /// @param factors of each constraint, so that one with few domains weighs as much as one with many
    /// @param allKeys whether a node without one of the topology keys gets nothing
    private record Counts(List<SpreadConstraint> constraints, List<PodSelection> selections, List<DomainCounts> domains, double[] factors, boolean allKeys)
            implements CycleState.Data {
        @Override
        public Counts copy() {
            return this;
        }
    }

    private final Function<String, List<Service>> services;
    private final boolean systemDefaults;

    /// @param services returns the services of a namespace
    public PodTopologySpreadScore(Function<String, List<Service>> services, boolean systemDefaults) {
        this.services = services;
        this.systemDefaults = systemDefaults;
    }

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        boolean own = !pod.pod().getSpec().getTopologySpreadConstraints().isEmpty();
        var constraints = own ? SpreadConstraint.of(pod, SpreadConstraint.SCHEDULE_ANYWAY) : defaults(pod);
        if (constraints.isEmpty()) {
            return Verdict.SKIP;
        }
        var selections = constraints.stream().map(constraint -> snapshot.shared(constraint.pods())).toList();
        var counts = new Counts(constraints, selections, constraints.stream().map(constraint -> new DomainCounts()).toList(), new double[constraints.size()], own);
        countDomains(counts, feasible);
        countPods(counts, pod, snapshot);
        state.put(KEY, counts);
        return Verdict.SUCCESS;
    }

    private List<SpreadConstraint> defaults(PodInfo pod) {
        if (!systemDefaults) {
            return List.of();
        }
        var parts = new ArrayList<PodSelection.Part>();
        var namespace = Set.of(pod.key().namespace());
        for (var service : services.apply(pod.key().namespace())) {
            var selector = service.getSpec().getSelector();
            if (selector != null && !selector.isEmpty() && LabelSelector.ofLabels(selector).matches(pod.labels())) {
                parts.add(new PodSelection.Part(namespace, LabelSelector.ofLabels(selector)));
            }
        }
        var owner = Owners.controllerOf(pod.pod());
        var controller = owner != null && SPREAD_CONTROLLERS.contains(owner.getKind()) ? owner.getUid() : null;
        if (parts.isEmpty() && controller == null) {
            return List.of();
        }
        if (parts.isEmpty()) {
            parts.add(new PodSelection.Part(namespace, LabelSelector.everything()));
        }
        var siblings = new PodSelection(List.copyOf(parts), false, controller);
        return List.of(new SpreadConstraint(HOSTNAME, 3, siblings, 1, true, false), new SpreadConstraint(ZONE, 5, siblings, 1, true, false));
    }

    /// The domains are those of the fitting nodes.
    private static void countDomains(Counts counts, List<NodeInfo> feasible) {
        int candidates = 0;
        for (var node : feasible) {
            if (!counts.allKeys || SpreadConstraint.allKeysOn(node, counts.constraints)) {
                candidates++;
                for (int i = 0; i < counts.domains.size(); i++) {
                    var key = counts.constraints.get(i).topologyKey();
                    var domain = node.labels().get(key);
                    if (domain != null && !key.equals(HOSTNAME) && !counts.domains.get(i).has(domain)) {
                        counts.domains.get(i).add(domain, 0);
                    }
                }
            }
        }
        for (int i = 0; i < counts.factors.length; i++) {
            int domains = counts.constraints.get(i).topologyKey().equals(HOSTNAME) ? candidates : counts.domains.get(i).domains();
            counts.factors[i] = Math.log(domains + 2.0);
        }
    }

    private static void countPods(Counts counts, PodInfo pod, Snapshot snapshot) {
        var counted = new HashSet<Integer>();
        for (int i = 0; i < counts.domains.size(); i++) {
            if (counts.domains.get(i).domains() > 0) {
                counted.add(i);
            }
        }
        if (counted.isEmpty()) {
            return;
        }
        var requirements = NodeRequirements.of(pod);
        if (SpreadConstraint.countEveryNode(counts.constraints, requirements, snapshot)) {
            counted.forEach(i -> takeOver(counts.domains.get(i), snapshot.counts(counts.selections.get(i), counts.constraints.get(i).topologyKey(), true)));
            return;
        }
        for (var node : snapshot.nodes()) {
            if (counts.allKeys && !SpreadConstraint.allKeysOn(node, counts.constraints)) {
                continue;
            }
            for (int i : counted) {
                var domain = node.labels().get(counts.constraints.get(i).topologyKey());
                if (domain != null && counts.domains.get(i).has(domain) && counts.constraints.get(i).includes(node, pod, requirements)) {
                    counts.domains.get(i).add(domain, node.count(counts.selections.get(i)));
                }
            }
        }
    }

    /// Adds the counts of the domains that there are.
    private static void takeOver(DomainCounts domains, DomainCounts all) {
        List.copyOf(domains.names()).forEach(domain -> domains.add(domain, all.get(domain)));
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var counts = state.get(KEY);
        return node -> {
            if (counts.allKeys && !SpreadConstraint.allKeysOn(node, counts.constraints)) {
                return IGNORED;
            }
            double score = 0;
            for (int i = 0; i < counts.constraints.size(); i++) {
                var constraint = counts.constraints.get(i);
                var domain = node.labels().get(constraint.topologyKey());
                if (domain != null) {
                    long pods = constraint.topologyKey().equals(HOSTNAME) ? node.count(counts.selections.get(i)) : counts.domains.get(i).get(domain);
                    score += pods * counts.factors[i] + (constraint.maxSkew() - 1);
                }
            }
            return Math.round(score);
        };
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, List<NodeInfo> feasible, long[] scores) {
        long least = Long.MAX_VALUE;
        long most = 0;
        for (long score : scores) {
            if (score != IGNORED) {
                least = Math.min(least, score);
                most = Math.max(most, score);
            }
        }
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] == IGNORED) {
                scores[i] = 0;
            } else {
                scores[i] = most == 0 ? MAX : MAX * (most + least - scores[i]) / most;
            }
        }
    }
}
