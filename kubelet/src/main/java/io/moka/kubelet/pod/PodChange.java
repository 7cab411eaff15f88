package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;

/// Tells whether a pod's worker has to handle a change of the pod object. A change of the status alone is ignored, as the worker wrote it, unless the pod waits
/// for conditions that other components set.
public final class PodChange {

    private PodChange() {
    }

    public static boolean isNews(Pod before, Pod after) {
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
