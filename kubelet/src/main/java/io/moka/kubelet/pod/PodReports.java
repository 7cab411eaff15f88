package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/// Sends pod statuses to the apiserver. No call blocks; the latest status of a pod is always delivered in the end.
public interface PodReports {

    /// Sends a new status of the pod. Of several statuses in a row only the last need be delivered.
    void report(Pod pod, PodStatus status);

    /// Whether a status was reported that this version of the pod does not show yet: the report is still under way, or was written later than this version.
    boolean isAheadOf(Pod shown);

    /// The pod's containers have ended for good after its deletion: deliver the last status, then delete the object.
    void finish(Pod pod, PodStatus last);
}
