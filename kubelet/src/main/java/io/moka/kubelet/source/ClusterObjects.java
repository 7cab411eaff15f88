package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import java.time.Instant;

/// Reads the cluster's objects that pods refer to. Every call throws [MissingSource] where there is no such object.
public interface ClusterObjects extends ConfigObjects {

    PersistentVolumeClaim claim(String namespace, String name);

    PersistentVolume volume(String name);

    RuntimeClass runtimeClass(String name);

    /// A token of the pod's service account, bound to the pod: it dies with it.
    ///
    /// @param audience empty for the apiserver's own
    IssuedToken token(Pod pod, String audience, long lifeSeconds);

    /// A token and when it stops being good.
    record IssuedToken(String token, Instant expiresAt) {

        @Override
        public String toString() {
            return "token until " + expiresAt;
        }
    }
}
