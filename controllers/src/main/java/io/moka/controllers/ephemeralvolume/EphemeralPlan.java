package io.moka.controllers.ephemeralvolume;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Plans the creation of the claims that a pod's ephemeral volumes lack.
final class EphemeralPlan {

    private EphemeralPlan() {
    }

    /// @param claims the claim of a name in the pod's namespace, or null
    static Plan of(Pod pod, Function<String, @Nullable PersistentVolumeClaim> claims) {
        var draft = new Plan.Draft();
        if (Pods.isTerminating(pod)) {
            return Plan.NOTHING;
        }
        for (var volume : pod.getSpec().getVolumes()) {
            if (volume.getEphemeral() == null) {
                continue;
            }
            var present = claims.apply(claimName(pod, volume));
            if (present == null) {
                draft.add(new Write.Create(claim(pod, volume)));
            } else if (!Owners.isControlledBy(present, pod)) {
                draft.add(Write.warning(pod, "FailedBinding", "ephemeral volume %s: PVC %s/%s was not created for pod %s/%s (pod is not owner)".formatted(volume.getName(),
                        present.getMetadata().getNamespace(), present.getMetadata().getName(), pod.getMetadata().getNamespace(), pod.getMetadata().getName())));
            }
        }
        return draft.plan();
    }

    static String claimName(Pod pod, Volume volume) {
        return pod.getMetadata().getName() + "-" + volume.getName();
    }

    private static PersistentVolumeClaim claim(Pod pod, Volume volume) {
        var template = volume.getEphemeral().getVolumeClaimTemplate();
        var metadata = template.getMetadata();
        return new PersistentVolumeClaimBuilder().withNewMetadata().withName(claimName(pod, volume)).withNamespace(pod.getMetadata().getNamespace())
                .withLabels(metadata == null ? null : metadata.getLabels()).withAnnotations(metadata == null ? null : metadata.getAnnotations())
                .withOwnerReferences(Owners.controlledBy(pod)).endMetadata()
                .withSpec(template.getSpec()).build();
    }
}
