package io.moka.controllers.storageprotection;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Which claims a pod uses.
final class ClaimUse {

    private ClaimUse() {
    }

    static boolean hasEnded(Pod pod) {
        var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /// Those that its volumes name, and those that are made for it.
    static List<ObjectKey> claims(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .flatMap(volume -> Stream.of(
                        volume.getPersistentVolumeClaim() == null ? null : volume.getPersistentVolumeClaim().getClaimName(),
                        volume.getEphemeral() == null ? null : pod.getMetadata().getName() + "-" + volume.getName()))
                .filter(Objects::nonNull)
                .map(name -> new ObjectKey(pod.getMetadata().getNamespace(), name))
                .toList();
    }

    /// A pod that is on no node yet has not touched its claims.
    static boolean uses(Pod pod, ObjectKey claim) {
        var node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty() && !hasEnded(pod) && claims(pod).contains(claim);
    }
}
