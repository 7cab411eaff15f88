package io.moka.controllers.storageprotection;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.PodClaims;
import java.util.List;

/// Tells which claims a pod uses.
final class ClaimUse {

    private ClaimUse() {
    }

    static boolean hasEnded(Pod pod) {
        var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    static List<ObjectKey> claims(Pod pod) {
        return PodClaims.of(pod);
    }

    /// A pod that is on no node yet has not touched its claims.
    static boolean uses(Pod pod, ObjectKey claim) {
        var node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty() && !hasEnded(pod) && claims(pod).contains(claim);
    }
}
