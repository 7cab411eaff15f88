package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/// Claims and volumes for tests as words: `1Gi:RWO:class=fast` is a claim, `v:1Gi:RWO,ROX:node=a` a volume named `v`. What follows the access modes is any of
/// `class=`, `block`, `deleting`; for a claim `disk=` (its selector), for a volume `disk=` (its label), `node=`, `for=` (its claim) and `phase=`.
final class StorageText {

    private StorageText() {
    }

    private static List<String> modes(String text) {
        return List.of(text.split(",")).stream().map(mode -> switch (mode) {
            case "RWO" -> "ReadWriteOnce";
            case "ROX" -> "ReadOnlyMany";
            case "RWX" -> "ReadWriteMany";
            default -> throw new IllegalArgumentException(mode);
        }).toList();
    }

    /// A claim `n/data`.
    static PersistentVolumeClaim claim(String text) {
        var words = text.split(":");
        var claim = new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace("n").withName("data").withUid("u1").withResourceVersion("3").endMetadata()
                .withNewSpec().withAccessModes(modes(words[1])).withNewResources().addToRequests("storage", new Quantity(words[0])).endResources().endSpec();
        for (int i = 2; i < words.length; i++) {
            var value = words[i].substring(words[i].indexOf('=') + 1);
            claim = switch (words[i].split("=")[0]) {
                case "class" -> claim.editSpec().withStorageClassName(value).endSpec();
                case "block" -> claim.editSpec().withVolumeMode("Block").endSpec();
                case "deleting" -> claim.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
                case "disk" -> claim.editSpec().withNewSelector().addToMatchLabels("disk", value).endSelector().endSpec();
                default -> throw new IllegalArgumentException(words[i]);
            };
        }
        return claim.build();
    }

    static PersistentVolume volume(String text) {
        var words = text.split(":");
        var volume = new PersistentVolumeBuilder().withNewMetadata().withName(words[0]).endMetadata()
                .withNewSpec().addToCapacity("storage", new Quantity(words[1])).withAccessModes(modes(words[2])).endSpec().withNewStatus().withPhase("Available").endStatus();
        for (int i = 3; i < words.length; i++) {
            var value = words[i].substring(words[i].indexOf('=') + 1);
            volume = switch (words[i].split("=")[0]) {
                case "class" -> volume.editSpec().withStorageClassName(value).endSpec();
                case "block" -> volume.editSpec().withVolumeMode("Block").endSpec();
                case "deleting" -> volume.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
                case "disk" -> volume.editMetadata().addToLabels("disk", value).endMetadata();
                case "for" -> volume.editSpec().withNewClaimRef().withNamespace("n").withName(value).endClaimRef().endSpec();
                case "phase" -> volume.editStatus().withPhase(value).endStatus();
                case "node" -> volume.editSpec().withNewNodeAffinity().withNewRequired().addNewNodeSelectorTerm().addNewMatchExpression().withKey("kubernetes.io/hostname")
                        .withOperator("In").withValues(value).endMatchExpression().endNodeSelectorTerm().endRequired().endNodeAffinity().endSpec();
                default -> throw new IllegalArgumentException(words[i]);
            };
        }
        return volume.build();
    }
}
