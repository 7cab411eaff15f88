package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cluster as the loop reads it.
interface ClusterView {

    /// Waits until all policies are known.
    void awaitPolicies() throws InterruptedException;

    /// Waits until all pods and namespaces are known. They are watched only from the first call on, as they are not needed without a policy.
    void awaitPods() throws InterruptedException;

    List<NetworkPolicy> policies();

    @Nullable NetworkPolicy policy(ObjectKey key);

    List<Pod> pods();

    @Nullable Pod pod(ObjectKey key);

    List<Namespace> namespaces();

    @Nullable Namespace namespace(String name);
}
