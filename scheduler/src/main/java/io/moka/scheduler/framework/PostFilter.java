package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.util.Map;

/// An extension point: called when no node fits, to make room by preemption.
public interface PostFilter extends Plugin {

    sealed interface Result {
        /// Room is being made on this node; the pod is tried again when there is room.
        ///
        /// @param message a description of the preemption, for explanations
        record Nominated(String node, String message) implements Result {
        }

        /// Room was being made for the pod already, and this goes on.
        ///
        /// @param message appended to the pod's refusal
        record UnderWay(String message) implements Result {
        }

        /// @param message appended to the pod's refusal
        record NotHelped(String message) implements Result {
        }
    }

    /// @param filters tells whether a node would fit without some of its pods
    /// @param refusals the refusing verdict by the node's name; a node that is missing was not checked and is no candidate
    Result postFilter(CycleState state, PodInfo pod, Snapshot snapshot, Filters filters, Map<String, Verdict> refusals);
}
