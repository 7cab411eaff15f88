package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The claims that a pod uses.
public final class PodClaims {

    private PodClaims() {
    }

    /// The claims that its volumes name and the claims that are made for its ephemeral volumes, in the order of the volumes.
    public static List<ObjectKey> of(Pod pod) {
        return pod.getSpec().getVolumes().stream().map(volume -> name(pod, volume)).filter(Objects::nonNull).distinct()
                .map(name -> new ObjectKey(pod.getMetadata().getNamespace(), name)).toList();
    }

    /// The name of the volume's claim, or null for a volume of another kind.
    public static @Nullable String name(Pod pod, Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return volume.getPersistentVolumeClaim().getClaimName();
        }
        return volume.getEphemeral() == null ? null : pod.getMetadata().getName() + "-" + volume.getName();
    }
}
