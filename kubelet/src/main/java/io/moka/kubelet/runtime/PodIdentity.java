package io.moka.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Pod;

/// Whose container it is; the uid tells apart two pods that had the same name.
public record PodIdentity(String uid, String namespace, String name) {

    public static PodIdentity of(Pod pod) {
        var metadata = pod.getMetadata();
        return new PodIdentity(metadata.getUid(), metadata.getNamespace(), metadata.getName());
    }

    /// As messages write it: `web-0_default(uid)`.
    @Override
    public String toString() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
