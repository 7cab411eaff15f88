package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import java.util.Set;
import java.util.function.Function;

/// A condition that a node must meet.
public interface Predicate {

    /// Upstream's name of the same filter plugin.
    String name();

    /// Which events can make a node fit that did not.
    Set<ClusterEvent> helpedBy();

    /// Looks at the pod once and returns the question that is then asked of each node.
    Function<NodeInfo, Verdict> of(PodInfo pod);
}
