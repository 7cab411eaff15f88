package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;

/// A condition that a node must meet. The seeds call it a predicate.
public interface Filter extends Plugin {

    /// The question that is asked of each node.
    interface Check {
        Verdict of(NodeInfo node);
    }

    /// Looks at the pod and the state once, and returns the question. The state may change (see [PreFilter#addPod]) between two answers.
    Check check(CycleState state, PodInfo pod);

    /// The smallest change after which this filter would accept the node, in words that follow the node's name; empty if the filter cannot tell.
    /// Called for a node that the filter has refused, to explain why the pod is pending.
    default String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        return "";
    }
}
