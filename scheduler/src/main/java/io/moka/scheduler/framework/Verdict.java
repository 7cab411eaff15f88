package io.moka.scheduler.framework;

import java.util.List;

/// The answer of a plugin about a pod, or about a pod on one node. Upstream's `Status`.
public sealed interface Verdict {

    record Success() implements Verdict {
    }

    /// The pod does not fit now; it would if pods with a lower priority left the node.
    ///
    /// @param reasons in upstream's words, to follow a number of nodes: `Insufficient cpu`
    record Unschedulable(List<String> reasons) implements Verdict {
    }

    /// The pod does not fit, and preemption cannot change that.
    record Unresolvable(List<String> reasons) implements Verdict {
    }

    /// The plugin has nothing to say about this pod. Its Filter or Score is not called for it; a Bind plugin leaves the pod to the next.
    record Skip() implements Verdict {
    }

    /// The plugin could not answer. The pod is tried again after a back-off.
    record Failed(String message) implements Verdict {
    }

    Verdict SUCCESS = new Success();
    Verdict SKIP = new Skip();

    static Verdict unschedulable(String reason) {
        return new Unschedulable(List.of(reason));
    }

    static Verdict unresolvable(String reason) {
        return new Unresolvable(List.of(reason));
    }

    default List<String> reasons() {
        return switch (this) {
            case Unschedulable(var reasons) -> reasons;
            case Unresolvable(var reasons) -> reasons;
            case Failed(var message) -> List.of(message);
            case Success success -> List.of();
            case Skip skip -> List.of();
        };
    }
}
