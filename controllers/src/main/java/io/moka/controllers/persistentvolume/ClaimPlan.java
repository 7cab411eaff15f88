package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeMatch;
import io.moka.machinery.storage.Volumes;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Plans the writes for one claim: binds it, lets it wait, marks it as lost, or asks a provisioner for a volume.
final class ClaimPlan {

    private final PersistentVolumeClaim claim;
    private final StorageView view;
    private final Instant now;
    private final Plan.Draft draft = new Plan.Draft();

    private ClaimPlan(PersistentVolumeClaim claim, StorageView view, Instant now) {
        this.claim = claim;
        this.view = view;
        this.now = now;
    }

    static Plan of(PersistentVolumeClaim claim, StorageView view, Instant now) {
        var plan = new ClaimPlan(claim, view, now);
        if (StorageNames.hasAnnotation(claim, StorageNames.BIND_COMPLETED)) {
            plan.keepBound();
        } else if (Claims.volumeName(claim).isEmpty()) {
            plan.findVolume();
        } else {
            plan.takeNamedVolume();
        }
        return plan.draft.plan();
    }

    private void findVolume() {
        var name = Claims.className(claim);
        var storageClass = name.isEmpty() ? null : view.storageClass(name);
        boolean nodeChosen = !StorageNames.annotation(claim, StorageNames.SELECTED_NODE).isEmpty();
        boolean waits = Claims.waitsForConsumer(storageClass) && !nodeChosen;
        var volume = VolumeMatch.best(claim, view.volumes(), null, Set.of(), waits);
        if (volume != null) {
            Binding.add(draft, volume, claim, now);
            return;
        }
        if (Claims.isDeleting(claim) || giveDefaultClass()) {
            return;
        }
        if (waits) {
            sayWhatItWaitsFor();
        } else if (!name.isEmpty()) {
            askProvisioner(name, storageClass);
        } else {
            draft.add(Write.normal(claim, "FailedBinding", "no persistent volumes available for this claim and no storage class is set"));
        }
        Binding.addClaimPhase(draft, claim, "Pending");
    }

    /// A claim that was made before there was a default class gets it now.
    private boolean giveDefaultClass() {
        var storageClass = Claims.namedClass(claim) == null ? view.defaultClass() : null;
        if (storageClass == null) {
            return false;
        }
        draft.add(new Write.Update(new PersistentVolumeClaimBuilder(claim).editSpec().withStorageClassName(storageClass.getMetadata().getName()).endSpec().build()));
        return true;
    }

    private void sayWhatItWaitsFor() {
        var pods = view.pods().stream().filter(pod -> pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty())
                .map(pod -> pod.getMetadata().getName()).sorted().toList();
        draft.add(switch (pods.size()) {
            case 0 -> Write.normal(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            case 1 -> Write.normal(claim, "WaitForPodScheduled", "waiting for pod " + pods.getFirst() + " to be scheduled");
            default -> Write.normal(claim, "WaitForPodScheduled", "waiting for pods " + pods.stream().collect(Collectors.joining(",")) + " to be scheduled");
        });
    }

    private void askProvisioner(String name, @Nullable StorageClass storageClass) {
        if (storageClass == null) {
            draft.add(Write.warning(claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"" + name + "\" not found"));
            return;
        }
        var provisioner = storageClass.getProvisioner();
        if (provisioner.startsWith("kubernetes.io/")) {
            draft.add(Write.warning(claim, "ProvisioningFailed", "no volume plugin matched name: " + provisioner));
            return;
        }
        if (!provisioner.equals(StorageNames.annotation(claim, StorageNames.PROVISIONER))) {
            draft.add(new Write.Update(new PersistentVolumeClaimBuilder(claim).editMetadata().addToAnnotations(StorageNames.OLD_PROVISIONER, provisioner)
                    .addToAnnotations(StorageNames.PROVISIONER, provisioner).endMetadata().build()));
        }
        draft.add(Write.normal(claim, "ExternalProvisioning", "Waiting for a volume to be created either by the external provisioner '" + provisioner
                + "' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."));
    }

    private void takeNamedVolume() {
        var volume = view.volume(Claims.volumeName(claim));
        if (volume == null) {
            Binding.addClaimPhase(draft, claim, "Pending");
        } else if (volume.getSpec().getClaimRef() == null) {
            takeFree(volume);
        } else if (Volumes.isFor(volume, claim)) {
            Binding.add(draft, volume, claim, now);
        } else {
            draft.add(Write.warning(claim, "FailedBinding", "volume \"" + volume.getMetadata().getName() + "\" already bound to a different claim."));
            Binding.addClaimPhase(draft, claim, "Pending");
        }
    }

    private void takeFree(PersistentVolume volume) {
        var mismatch = VolumeMatch.mismatch(volume, claim);
        if (mismatch == null) {
            Binding.add(draft, volume, claim, now);
        } else {
            draft.add(Write.warning(claim, "VolumeMismatch", "Cannot bind to requested volume \"" + volume.getMetadata().getName() + "\": " + mismatch));
            Binding.addClaimPhase(draft, claim, "Pending");
        }
    }

    private void keepBound() {
        var name = Claims.volumeName(claim);
        var volume = name.isEmpty() ? null : view.volume(name);
        if (name.isEmpty()) {
            lose("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        } else if (volume == null) {
            lose("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        } else if (volume.getSpec().getClaimRef() == null || Volumes.isFor(volume, claim)) {
            Binding.add(draft, volume, claim, now);
        } else {
            lose("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        }
    }

    private void lose(String reason, String message) {
        if (!Claims.phase(claim).equals("Lost")) {
            Binding.addClaimPhase(draft, claim, "Lost");
            draft.add(Write.warning(claim, reason, message));
        }
    }
}
