package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An extension point: reads the pod once before the nodes are filtered, and stores in the [CycleState] the values that the Filter of the same plugin needs.
public interface PreFilter extends Plugin {

    /// @param verdict a refusal ends the cycle; [Verdict.Skip] leaves out the Filter of the same plugin
    /// @param nodes the names of the only nodes that can fit, or null for all nodes
    record Result(Verdict verdict, @Nullable Set<String> nodes) {
        public static final Result ALL_NODES = new Result(Verdict.SUCCESS, null);
        public static final Result SKIP = new Result(Verdict.SKIP, null);
    }

    Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot);

    /// Brings this plugin's part of the state up to date as if `other` were on the node too. Preemption and nominated pods need it.
    default void addPod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
    }

    /// The reverse of [#addPod].
    default void removePod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
    }
}
