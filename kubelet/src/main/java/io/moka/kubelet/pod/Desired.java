package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Pods;
import org.jspecify.annotations.Nullable;

/// The orders for a pod: its object in the API, and an eviction.
///
/// @param pod the object as last seen
/// @param removed whether the object is gone
/// @param eviction null if the pod may stay
record Desired(Pod pod, boolean removed, @Nullable Eviction eviction) {

    private static final long STANDARD_GRACE_SECONDS = 30;

    /// Whether the pod's object is deleted or being deleted.
    boolean isDeletion() {
        return removed || Pods.isTerminating(pod);
    }

    /// Returns the pod's own grace period in seconds.
    long graceSeconds() {
        var seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        return seconds == null ? STANDARD_GRACE_SECONDS : seconds;
    }

    /// Returns the grace period, in seconds, of a pod that the kubelet ends by its own decision.
    long endGraceSeconds() {
        return withinEviction(graceSeconds());
    }

    /// Returns the grace period of the deletion, in seconds. A pod that was deleted by force still gets a second.
    long deletionGraceSeconds() {
        var seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        return withinEviction(Math.max(1, seconds == null ? graceSeconds() : seconds));
    }

    private long withinEviction(long seconds) {
        return eviction == null ? seconds : Math.min(seconds, eviction.graceSeconds());
    }
}
