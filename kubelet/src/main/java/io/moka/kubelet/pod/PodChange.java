package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;

/// Tells whether a pod's worker has to look at a change. What only the pod's own status reports is no news to it, unless the pod waits
/// for conditions that others set.
final class PodChange {

    private PodChange() {
    }

    static boolean isNews(Pod before, Pod after) {
        return !before.getSpec().equals(after.getSpec()) || !hasSameMetadata(before, after) || !after.getSpec().getReadinessGates().isEmpty();
    }

    private static boolean hasSameMetadata(Pod before, Pod after) {
        var a = before.getMetadata();
        var b = after.getMetadata();
        return Objects.equals(a.getDeletionTimestamp(), b.getDeletionTimestamp())
                && Objects.equals(a.getDeletionGracePeriodSeconds(), b.getDeletionGracePeriodSeconds())
                && Objects.equals(a.getLabels(), b.getLabels()) && Objects.equals(a.getAnnotations(), b.getAnnotations());
    }
}
