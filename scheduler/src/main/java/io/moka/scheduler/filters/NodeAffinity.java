package io.moka.scheduler.filters;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.NodeRequirements;
import io.moka.scheduler.topology.NodeSelection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses nodes that lack the labels of the pod's `nodeSelector` or meet no term of its required node affinity. If every term names nodes, as in DaemonSet
/// pods, only these nodes are considered.
public final class NodeAffinity implements PreFilter, Filter, ByShape {

    private record Compiled(NodeRequirements requirements) implements CycleState.Data {
        @Override
        public Compiled copy() {
            return this;
        }
    }

    private static final CycleState.Key<Compiled> KEY = new CycleState.Key<>();
    private static final Verdict REFUSED = Verdict.unresolvable("node(s) didn't match Pod's node affinity/selector");
    private static final Verdict REFUSED_BY_ADDED = Verdict.unresolvable("node(s) didn't match scheduler-enforced node affinity");
    private static final Verdict CONFLICT = Verdict.unresolvable("pod affinity terms conflict");

    private final @Nullable List<NodeSelection> added;

    /// @param addedAffinity a further requirement of every pod of the profile, or null
    public NodeAffinity(@Nullable NodeSelector addedAffinity) {
        this.added = addedAffinity == null ? null : addedAffinity.getNodeSelectorTerms().stream().map(NodeSelection::of).toList();
    }

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var requirements = NodeRequirements.of(pod);
        if (requirements.isNone() && added == null) {
            return Result.SKIP;
        }
        state.put(KEY, new Compiled(requirements));
        var names = names(requirements.terms());
        if (names != null && names.isEmpty()) {
            return new Result(CONFLICT, null);
        }
        return new Result(Verdict.SUCCESS, names);
    }

    /// The names of the only nodes that any of the terms can match, or null if one of them does not name nodes.
    private static @Nullable Set<String> names(@Nullable List<NodeSelection> terms) {
        if (terms == null || terms.isEmpty()) {
            return null;
        }
        var all = new HashSet<String>();
        for (var term : terms) {
            var names = term.nodeNames();
            if (names == null) {
                return null;
            }
            all.addAll(names);
        }
        return all;
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var requirements = state.get(KEY).requirements;
        return node -> {
            if (added != null && added.stream().noneMatch(term -> term.matches(node))) {
                return REFUSED_BY_ADDED;
            }
            return requirements.matches(node) ? Verdict.SUCCESS : REFUSED;
        };
    }

    /// The unmet requirements of the selector, and those of the term of which the fewest are unmet.
    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        if (added != null && added.stream().noneMatch(term -> term.matches(node))) {
            return "does not meet the affinity that the scheduler's configuration adds";
        }
        var requirements = state.get(KEY).requirements;
        var unmet = new ArrayList<>(requirements.unmetBySelector(node));
        var terms = requirements.terms();
        if (terms != null && terms.stream().noneMatch(term -> term.matches(node))) {
            terms.stream().map(term -> term.unmet(node)).filter(term -> !term.isEmpty()).min(Comparator.comparingInt(List::size)).ifPresent(unmet::addAll);
        }
        return unmet.isEmpty() ? "" : "does not meet " + String.join(" and ", unmet);
    }
}
