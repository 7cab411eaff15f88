package io.moka.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Pod;

/// Identifies the pod of a container; the uid distinguishes two pods that had the same name.
public record PodIdentity(String uid, String namespace, String name) {

    public static PodIdentity of(Pod pod) {
        var metadata = pod.getMetadata();
        return new PodIdentity(metadata.getUid(), metadata.getNamespace(), metadata.getName());
    }

    /// Returns the form that messages use: `web-0_default(uid)`.
    @Override
    public String toString() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
