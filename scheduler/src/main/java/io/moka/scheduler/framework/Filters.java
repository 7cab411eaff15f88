package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs the PreFilter and Filter plugins of a profile, for the scheduling cycle and, with some pods removed, for preemption. Filters whose answers are shared
/// by the pods of one shape ([ByShape]) run before the others.
public final class Filters {

    private final List<PreFilter> preFilters;
    private final List<Filter> filters;

    public Filters(Profile profile) {
        this.preFilters = profile.at(PreFilter.class);
        this.filters = profile.at(Filter.class).stream().sorted(Comparator.comparing(filter -> !(filter instanceof ByShape))).toList();
    }

    /// The combined result of the PreFilter plugins.
    public sealed interface Prepared {
        /// @param nodes the names of the only nodes that can fit, or null for all nodes
        /// @param narrowedBy the plugins that named them
        record Ready(@Nullable Set<String> nodes, List<Plugin> narrowedBy) implements Prepared {
        }

        record Refused(Plugin plugin, Verdict verdict) implements Prepared {
        }
    }

    /// The first refusal for a node.
    public record Refusal(Plugin plugin, Verdict verdict) {
    }

    public Prepared prepare(CycleState state, PodInfo pod, Snapshot snapshot) {
        Set<String> nodes = null;
        var narrowedBy = new ArrayList<Plugin>(0);
        for (var preFilter : preFilters) {
            var result = preFilter.preFilter(state, pod, snapshot);
            switch (result.verdict()) {
                case Verdict.Success success -> { }
                case Verdict.Skip skip -> state.skipFilter(preFilter.name());
                case Verdict.Unschedulable refused -> {
                    return new Prepared.Refused(preFilter, refused);
                }
                case Verdict.Unresolvable refused -> {
                    return new Prepared.Refused(preFilter, refused);
                }
                case Verdict.Failed failed -> throw new IllegalStateException(preFilter.name() + ": " + failed.message());
            }
            if (result.nodes() != null) {
                narrowedBy.add(preFilter);
                if (nodes == null) {
                    nodes = new HashSet<>(result.nodes());
                } else {
                    nodes.retainAll(result.nodes());
                }
            }
        }
        return new Prepared.Ready(nodes, narrowedBy);
    }

    /// The Filter plugins' questions about one pod with one state.
    public final class Questions {
        private final Filter[] asked;
        private final Filter.Check[] checks;

        private Questions(List<Filter> asked, CycleState state, PodInfo pod) {
            this.asked = asked.toArray(Filter[]::new);
            this.checks = asked.stream().map(filter -> filter.check(state, pod)).toArray(Filter.Check[]::new);
        }

        /// Returns the first refusal, or null if the node passes.
        public @Nullable Refusal ask(NodeInfo node) {
            for (int i = 0; i < checks.length; i++) {
                var verdict = checks[i].of(node);
                if (verdict == Verdict.SUCCESS) {
                    continue;
                }
                switch (verdict) {
                    case Verdict.Success success -> { }
                    case Verdict.Skip skip -> { }
                    case Verdict.Unschedulable refused -> {
                        return new Refusal(asked[i], refused);
                    }
                    case Verdict.Unresolvable refused -> {
                        return new Refusal(asked[i], refused);
                    }
                    case Verdict.Failed failed -> throw new IllegalStateException(asked[i].name() + ": " + failed.message());
                }
            }
            return null;
        }
    }

    public Questions questions(CycleState state, PodInfo pod) {
        return questions(state, pod, filter -> true);
    }

    /// The questions that all pods of a shape share: [ByShape].
    public Questions sharedQuestions(CycleState state, PodInfo pod) {
        return questions(state, pod, filter -> filter instanceof ByShape);
    }

    /// The questions whose answers depend on more than the pod's shape and the node.
    public Questions ownQuestions(CycleState state, PodInfo pod) {
        return questions(state, pod, filter -> !(filter instanceof ByShape));
    }

    private Questions questions(CycleState state, PodInfo pod, Predicate<Filter> which) {
        return new Questions(filters.stream().filter(filter -> which.test(filter) && !state.isFilterSkipped(filter.name())).toList(), state, pod);
    }

    /// Returns the node with `other` on it, and updates the state.
    public NodeInfo add(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        for (var preFilter : preFilters) {
            if (!state.isFilterSkipped(preFilter.name())) {
                preFilter.addPod(state, pod, other, node);
            }
        }
        return node.with(other);
    }

    /// Returns the node without `other`, and updates the state.
    public NodeInfo remove(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        for (var preFilter : preFilters) {
            if (!state.isFilterSkipped(preFilter.name())) {
                preFilter.removePod(state, pod, other, node);
            }
        }
        return node.without(other);
    }
}
