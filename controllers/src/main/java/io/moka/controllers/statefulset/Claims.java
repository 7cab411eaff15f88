package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Plans the volume claims of one set's pods: created from the templates, with the owners that the retention policy requires.
///
/// | whenScaled | whenDeleted | owner of a claim in use | owner of a claim beyond `replicas` |
/// |---|---|---|---|
/// | Retain | Retain | none | none |
/// | Retain | Delete | the set | the set |
/// | Delete | Retain | none | its pod |
/// | Delete | Delete | the set | its pod |
///
/// The garbage collector deletes a claim after its owner.
///
/// @param find returns the claim of a name from the cache
record Claims(StatefulSet set, Function<String, @Nullable PersistentVolumeClaim> find) {

    static String name(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.getMetadata().getName() + "-" + set.getMetadata().getName() + "-" + ordinal;
    }

    /// A claim of the pod that is being deleted: no pod may be made with it. Null if there is none.
    @Nullable String vanishing(int ordinal) {
        return present(ordinal).stream().filter(claim -> claim.getMetadata().getDeletionTimestamp() != null)
                .map(claim -> claim.getMetadata().getName()).findFirst().orElse(null);
    }

    /// Whether a claim still belongs to an earlier pod of this name, with which it will go.
    boolean isStale(int ordinal) {
        return deletedWhenScaled() && present(ordinal).stream().anyMatch(claim -> isStale(claim, "v1", "Pod", Identity.podName(set, ordinal), null));
    }

    /// Creates the claims that are missing, with an event for each, and labels the others.
    List<Write> completed(int ordinal) {
        var writes = new ArrayList<Write>();
        for (var template : set.getSpec().getVolumeClaimTemplates()) {
            var wanted = claim(template, ordinal);
            var present = find.apply(wanted.getMetadata().getName());
            if (present == null) {
                writes.add(new Write.Create(wanted));
                writes.add(Write.normal(set, "SuccessfulCreate", "create Claim " + wanted.getMetadata().getName() + " Pod " + Identity.podName(set, ordinal)
                        + " in StatefulSet " + set.getMetadata().getName() + " success"));
            }
        }
        writes.addAll(labelled(ordinal));
        return writes;
    }

    /// Labels the claims that are there and lack labels of their template or of the set's selector.
    List<Write> labelled(int ordinal) {
        var writes = new ArrayList<Write>();
        for (var template : set.getSpec().getVolumeClaimTemplates()) {
            var labels = claim(template, ordinal).getMetadata().getLabels();
            var present = find.apply(name(set, template, ordinal));
            if (present != null && !hasLabels(present, labels)) {
                writes.add(new Write.Patch(present, "", PatchType.MERGE, Map.of("metadata", Map.of("labels", labels))));
            }
        }
        return writes;
    }

    private PersistentVolumeClaim claim(PersistentVolumeClaim template, int ordinal) {
        var labels = new TreeMap<String, String>();
        if (template.getMetadata().getLabels() != null) {
            labels.putAll(template.getMetadata().getLabels());
        }
        if (set.getSpec().getSelector().getMatchLabels() != null) {
            labels.putAll(set.getSpec().getSelector().getMatchLabels());
        }
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata().withName(name(set, template, ordinal)).withNamespace(set.getMetadata().getNamespace()).withLabels(labels)
                .withAnnotations(template.getMetadata().getAnnotations()).withFinalizers(template.getMetadata().getFinalizers())
                .withOwnerReferences(deletedWithSet() ? List.of(Owners.controlledBy(set)) : List.of()).endMetadata()
                .withSpec(template.getSpec()).build();
    }

    private static boolean hasLabels(PersistentVolumeClaim claim, Map<String, String> labels) {
        return labels.isEmpty() || claim.getMetadata().getLabels() != null && claim.getMetadata().getLabels().entrySet().containsAll(labels.entrySet());
    }

    /// Gives the pod's claims the owner that the retention policy names. Claims of an earlier set or pod are left alone.
    List<Write> owned(Pod pod) {
        var writes = new ArrayList<Write>();
        int ordinal = Identity.ordinal(set, pod);
        for (var claim : present(ordinal)) {
            if (isStale(claim, set.getApiVersion(), "StatefulSet", set.getMetadata().getName(), set.getMetadata().getUid())
                    || isStale(claim, "v1", "Pod", pod.getMetadata().getName(), pod.getMetadata().getUid())) {
                continue;
            }
            var foreign = claim.getMetadata().getOwnerReferences().stream().filter(owner -> !isOf(owner, set) && !isOf(owner, pod)).toList();
            boolean conflict = !retainsAll() && foreign.stream().anyMatch(owner -> Boolean.TRUE.equals(owner.getController()));
            var wanted = new ArrayList<>(foreign);
            var owner = conflict ? null : owner(pod, ordinal);
            if (owner != null) {
                wanted.add(Owners.controlledBy(owner));
            }
            if (!sameOwners(claim.getMetadata().getOwnerReferences(), wanted)) {
                if (conflict) {
                    writes.add(Write.warning(set, "ConflictingController", "PersistentVolumeClaim " + claim.getMetadata().getName()
                            + " has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim"));
                }
                var changed = Json.copy(claim);
                changed.getMetadata().setOwnerReferences(wanted);
                writes.add(new Write.Update(changed));
            }
        }
        return writes;
    }

    private @Nullable HasMetadata owner(Pod pod, int ordinal) {
        boolean scaledDown = !Identity.isWanted(set, ordinal);
        if (scaledDown && deletedWhenScaled()) {
            return pod;
        }
        return deletedWithSet() ? set : null;
    }

    /// The references differ in nothing but the order and in what no owner decides.
    private static boolean sameOwners(List<OwnerReference> present, List<OwnerReference> wanted) {
        return present.size() == wanted.size() && wanted.stream().allMatch(owner -> present.stream().anyMatch(other -> owner.getUid().equals(other.getUid())
                && Objects.equals(owner.getController(), other.getController())));
    }

    private static boolean isOf(OwnerReference owner, HasMetadata object) {
        return owner.getUid().equals(object.getMetadata().getUid());
    }

    /// Whether an owner of this name and kind has another uid.
    private static boolean isStale(PersistentVolumeClaim claim, String apiVersion, String kind, String name, @Nullable String uid) {
        return claim.getMetadata().getOwnerReferences().stream().anyMatch(owner -> owner.getApiVersion().equals(apiVersion) && owner.getKind().equals(kind)
                && owner.getName().equals(name) && !owner.getUid().equals(uid));
    }

    private List<PersistentVolumeClaim> present(int ordinal) {
        return set.getSpec().getVolumeClaimTemplates().stream().map(template -> find.apply(name(set, template, ordinal))).filter(Objects::nonNull).toList();
    }

    private boolean deletedWithSet() {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        return policy != null && "Delete".equals(policy.getWhenDeleted());
    }

    private boolean deletedWhenScaled() {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        return policy != null && "Delete".equals(policy.getWhenScaled());
    }

    private boolean retainsAll() {
        return !deletedWithSet() && !deletedWhenScaled();
    }
}
