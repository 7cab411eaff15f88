package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.why.Outcome;
import io.moka.scheduler.why.Ranking;
import io.moka.scheduler.why.Refused;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The result of a scheduling cycle.
sealed interface SchedulingResult {

    /// Returns the result in the form in which it is recorded.
    Outcome outcome();

    /// @param evaluated how many nodes were checked
    /// @param feasible how many of them fit
    /// @param ranking the scores of the node and of the runners-up
    record Scheduled(NodeInfo node, int evaluated, int feasible, CycleState state, Ranking ranking) implements SchedulingResult {

        @Override
        public Outcome outcome() {
            return new Outcome.Placed(node.name(), evaluated, feasible, ranking);
        }
    }

    /// The node on which preemption makes room for a pod.
    sealed interface Nomination {
        record Made(String node) implements Nomination {
        }

        /// The pod's nomination stays as it was.
        record Kept() implements Nomination {
        }

        /// The pod's nomination is removed.
        record Cleared() implements Nomination {
        }
    }

    /// @param message as users know it: `0/3 nodes are available: 1 Insufficient cpu, ...`
    /// @param refusedBy the plugins that refused a node, or the pod
    /// @param nomination the change to the node that is reserved for the pod
    /// @param refused the refused nodes, or the first hundred of them
    /// @param nodes how many nodes were refused
    /// @param preemption the messages of the PostFilter plugins; empty without such plugins
    record Unschedulable(String message, Set<Plugin> refusedBy, Nomination nomination, List<Refused> refused, int nodes, String preemption) implements SchedulingResult {

        @Override
        public Outcome outcome() {
            return new Outcome.Pending(message, refused, nodes - refused.size(), preemption, waitsFor());
        }

        private List<String> waitsFor() {
            var plugins = new EnumMap<ClusterEvent, TreeSet<String>>(ClusterEvent.class);
            for (var plugin : refusedBy) {
                plugin.helpedBy().forEach(event -> plugins.computeIfAbsent(event, e -> new TreeSet<>()).add(plugin.name()));
            }
            return plugins.entrySet().stream().map(e -> e.getKey().words() + " (" + String.join(", ", e.getValue()) + ")").toList();
        }
    }
}
