package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;
import java.time.Duration;

/// An extension point: the last decision before the binding. A plugin may let the pod wait on its node, for example for the other pods of its group; it is
/// released through [WaitingPods].
public interface Permit extends Plugin {

    /// The plugin's answer.
    sealed interface Answer {
        record Allowed() implements Answer {
        }

        record Refused(Verdict verdict) implements Answer {
        }

        /// @param atMost after this time the pod is refused; 15 minutes at most
        record Wait(Duration atMost) implements Answer {
        }
    }

    Answer ALLOWED = new Answer.Allowed();

    Answer permit(CycleState state, PodInfo pod, String node);
}
