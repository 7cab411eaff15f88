package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.PodClaims;
import org.jspecify.annotations.Nullable;

/// Finds the reason why no node at all can run a pod with a claim.
final class ClaimProblems {

    private ClaimProblems() {
    }

    /// @return the reason in upstream's words, or null
    static @Nullable String of(PersistentVolumeClaim claim, Pod pod) {
        var name = claim.getMetadata().getName();
        if (Claims.phase(claim).equals("Lost")) {
            return "persistentvolumeclaim \"" + name + "\" bound to non-existent persistentvolume \"" + Claims.volumeName(claim) + "\"";
        }
        if (Claims.isDeleting(claim)) {
            return "persistentvolumeclaim \"" + name + "\" is being deleted";
        }
        boolean ephemeral = pod.getSpec().getVolumes().stream().anyMatch(volume -> volume.getEphemeral() != null && name.equals(PodClaims.name(pod, volume)));
        if (ephemeral && !Owners.isControlledBy(claim, pod)) {
            return "PVC " + claim.getMetadata().getNamespace() + "/" + name + " was not created for pod " + pod.getMetadata().getNamespace() + "/"
                    + pod.getMetadata().getName() + " (pod is not owner)";
        }
        return null;
    }
}
