package io.moka.controllers.localpath;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans the volume for one claim.
final class ProvisionPlan {

    private static final Set<String> MODES = Set.of("ReadWriteOnce", "ReadWriteOncePod");
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private ProvisionPlan() {
    }

    /// @param volumes all of the cluster
    static Plan of(PersistentVolumeClaim claim, @Nullable StorageClass storageClass, Collection<Node> nodes, Collection<PersistentVolume> volumes) {
        var name = "pvc-" + claim.getMetadata().getUid();
        boolean asked = LocalPath.PROVISIONER.equals(StorageNames.annotation(claim, StorageNames.PROVISIONER)) && Claims.volumeName(claim).isEmpty();
        if (!asked || Claims.isDeleting(claim) || storageClass == null || !LocalPath.PROVISIONER.equals(storageClass.getProvisioner())
                || volumes.stream().anyMatch(volume -> volume.getMetadata().getName().equals(name))) {
            return Plan.NOTHING;
        }
        var draft = new Plan.Draft();
        try {
            var node = node(draft, claim, storageClass, nodes, volumes);
            if (node != null) {
                requireSupported(claim, new VolumePaths(storageClass));
                draft.add(new Write.Create(volume(name, claim, storageClass, node)));
                draft.add(Write.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + name));
            }
        } catch (VolumePaths.Refused e) {
            draft.add(Write.warning(claim, "ProvisioningFailed", "failed to provision volume with StorageClass \"" + storageClass.getMetadata().getName()
                    + "\": " + e.getMessage()));
        }
        return draft.plan();
    }

    /// Null where there is none yet.
    private static @Nullable Node node(Plan.Draft draft, PersistentVolumeClaim claim, StorageClass storageClass, Collection<Node> nodes,
            Collection<PersistentVolume> volumes) throws VolumePaths.Refused {
        var selected = StorageNames.annotation(claim, StorageNames.SELECTED_NODE);
        if (!selected.isEmpty()) {
            var node = nodes.stream().filter(one -> one.getMetadata().getName().equals(selected)).findFirst().orElse(null);
            if (node == null) {
                draft.add(Write.warning(claim, "ProvisioningFailed", "the chosen node " + selected + " does not exist; the pod is scheduled anew"));
                draft.add(new Write.Update(new PersistentVolumeClaimBuilder(claim).editMetadata().removeFromAnnotations(StorageNames.SELECTED_NODE).endMetadata().build()));
            }
            return node;
        }
        if (Claims.waitsForConsumer(storageClass)) {
            return null;
        }
        return nodes.stream().filter(ProvisionPlan::mayHold)
                .min(Comparator.comparingLong((Node one) -> volumesOn(one, volumes)).thenComparing(one -> one.getMetadata().getName()))
                .orElseThrow(() -> new VolumePaths.Refused("no node is ready to hold it"));
    }

    static boolean mayHold(Node node) {
        boolean ready = node.getStatus() != null && node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
        return ready && !isHollow(node) && !Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private static boolean isHollow(Node node) {
        return node.getMetadata().getLabels() != null && node.getMetadata().getLabels().containsKey(LocalPath.HOLLOW);
    }

    private static long volumesOn(Node node, Collection<PersistentVolume> volumes) {
        var label = LocalPath.nodeLabel(node.getMetadata().getName());
        return volumes.stream().filter(volume -> volume.getMetadata().getLabels() != null && label.equals(volume.getMetadata().getLabels().get(LocalPath.NODE))).count();
    }

    private static void requireSupported(PersistentVolumeClaim claim, VolumePaths paths) throws VolumePaths.Refused {
        if (!paths.isShared() && !MODES.containsAll(claim.getSpec().getAccessModes())) {
            throw new VolumePaths.Refused("only the access modes ReadWriteOnce and ReadWriteOncePod are supported, as the volume is on one node; for others the class needs a sharedFileSystemPath");
        }
        if (Claims.isBlock(claim.getSpec().getVolumeMode())) {
            throw new VolumePaths.Refused("volumeMode Block is not supported");
        }
        if (claim.getSpec().getSelector() != null) {
            throw new VolumePaths.Refused("claim Selector is not supported");
        }
        if (claim.getSpec().getDataSource() != null || claim.getSpec().getDataSourceRef() != null) {
            throw new VolumePaths.Refused("dataSource is not supported");
        }
    }

    private static PersistentVolume volume(String name, PersistentVolumeClaim claim, StorageClass storageClass, Node node) throws VolumePaths.Refused {
        var paths = new VolumePaths(storageClass);
        var nodeName = node.getMetadata().getName();
        var root = paths.root(nodeName, claim.getMetadata().getUid());
        var labels = node.getMetadata().getLabels();
        var hostname = labels == null ? nodeName : labels.getOrDefault(HOSTNAME, nodeName);
        var path = root + "/" + paths.relative(claim, name);
        var volume = new PersistentVolumeBuilder().withNewMetadata().withName(name).withLabels(Map.of(LocalPath.NODE, LocalPath.nodeLabel(nodeName)))
                .withAnnotations(Map.of(StorageNames.PROVISIONED_BY, LocalPath.PROVISIONER, LocalPath.ROOT, root))
                .withFinalizers(isHollow(node) ? List.of() : List.of(LocalPath.CONTENT)).endMetadata()
                .withNewSpec().withAccessModes(claim.getSpec().getAccessModes()).withCapacity(Map.of("storage", claim.getSpec().getResources().getRequests().get("storage")))
                .withPersistentVolumeReclaimPolicy(storageClass.getReclaimPolicy() == null ? "Delete" : storageClass.getReclaimPolicy())
                .withStorageClassName(storageClass.getMetadata().getName()).withVolumeMode("Filesystem")
                .withClaimRef(new ObjectReferenceBuilder().withApiVersion("v1").withKind("PersistentVolumeClaim").withNamespace(claim.getMetadata().getNamespace())
                        .withName(claim.getMetadata().getName()).withUid(claim.getMetadata().getUid()).withResourceVersion(claim.getMetadata().getResourceVersion()).build())
                .endSpec().build();
        if (paths.isShared()) {
            return new PersistentVolumeBuilder(volume).editSpec().withNewHostPath().withPath(path).withType("Directory").endHostPath().endSpec().build();
        }
        return new PersistentVolumeBuilder(volume).editSpec().withNewLocal().withPath(path).endLocal().withNewNodeAffinity().withNewRequired().addNewNodeSelectorTerm().addNewMatchExpression().withKey(HOSTNAME).withOperator("In").withValues(hostname)
                .endMatchExpression().endNodeSelectorTerm().endRequired().endNodeAffinity().endSpec().build();
    }
}
