package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filters;
import org.jspecify.annotations.Nullable;

/// Asks the Filter plugins of one cycle about nodes. Answers that are known from pods of the same shape are reused.
///
/// A node on which preemption makes room is checked as if the nominated pods were on it already, so that a pod of a lower priority does not take the room. The
/// node must also fit without them: they may never arrive, and the pod's affinity must not depend on them.
final class NodeQuestions {

    private final Filters filters;
    private final CycleState state;
    private final PodInfo pod;
    private final Snapshot snapshot;
    private final @Nullable ShapeAnswers shared;
    private final Filters.Questions questions;

    /// @param shared the answers of the pod's shape; null to ask all filters of each node
    NodeQuestions(Filters filters, CycleState state, PodInfo pod, Snapshot snapshot, @Nullable ShapeAnswers shared) {
        this.filters = filters;
        this.state = state;
        this.pod = pod;
        this.snapshot = snapshot;
        this.shared = shared;
        this.questions = shared == null ? filters.questions(state, pod) : filters.ownQuestions(state, pod);
    }

    /// Returns the refusal, or null if the node fits.
    ///
    /// @param place the node's place in the snapshot
    Filters.@Nullable Refusal ask(int place, NodeInfo node) {
        if (!snapshot.hasNoNominations() && !snapshot.nominated(node.name()).isEmpty()) {
            var refusal = askWithNominated(node);
            if (refusal != null) {
                return refusal;
            }
        }
        var refusal = shared == null ? null : shared.ask(place, node);
        return refusal != null ? refusal : questions.ask(node);
    }

    private Filters.@Nullable Refusal askWithNominated(NodeInfo node) {
        var withThem = node;
        var copy = state.copy();
        for (var other : snapshot.nominated(node.name())) {
            if (other.priority() >= pod.priority() && !other.uid().equals(pod.uid())) {
                withThem = filters.add(copy, pod, other, withThem);
            }
        }
        return withThem == node ? null : filters.questions(copy, pod).ask(withThem);
    }
}
