package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/// Takes what is to be said of pods to the apiserver. Never blocks; the last word on a pod is delivered in the end.
public interface PodReports {

    /// The pod's status is now this. Of several in a row only the last need be delivered.
    void report(Pod pod, PodStatus status);

    /// The pod's containers have ended for good after its deletion: deliver the last status, then delete the object.
    void finish(Pod pod, PodStatus last);
}
