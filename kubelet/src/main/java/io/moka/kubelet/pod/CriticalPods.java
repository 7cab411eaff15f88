package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;

/// Pods that the cluster itself needs, which the kubelet neither evicts nor refuses under pressure.
public final class CriticalPods {

    /// The priority of `system-cluster-critical`, the lower of the two critical classes.
    private static final int LOWEST_PRIORITY = 2_000_000_000;

    private CriticalPods() {
    }

    public static boolean isCritical(Pod pod) {
        return priority(pod) >= LOWEST_PRIORITY;
    }

    /// The pod's priority, 0 where it has none.
    public static int priority(Pod pod) {
        return pod.getSpec().getPriority() == null ? 0 : pod.getSpec().getPriority();
    }
}
