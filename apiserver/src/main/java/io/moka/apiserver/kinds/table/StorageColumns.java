package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The columns of volumes, claims and classes.
final class StorageColumns {

    private static final Map<String, String> ACCESS_MODES = Map.of(
            "ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private StorageColumns() {
    }

    static @Nullable List<Column> of(String kind) {
        return switch (kind) {
            case "v1/PersistentVolume" -> List.of(
                    Columns.NAME,
                    Column.path("Capacity", "spec.capacity.storage", ""),
                    Column.of("Access Modes", o -> accessModes(o.path("spec").path("accessModes"))),
                    Column.path("Reclaim Policy", "spec.persistentVolumeReclaimPolicy", ""),
                    Column.of("Status", o -> phase(o)),
                    Column.of("Claim", StorageColumns::claim),
                    Column.path("StorageClass", "spec.storageClassName", ""),
                    Column.path("VolumeAttributesClass", "spec.volumeAttributesClassName", "<unset>"),
                    Column.path("Reason", "status.reason", ""),
                    Columns.AGE,
                    Column.path("VolumeMode", "spec.volumeMode", "<unset>").inWide());
            case "v1/PersistentVolumeClaim" -> List.of(
                    Columns.NAME,
                    Column.of("Status", o -> phase(o)),
                    Column.path("Volume", "spec.volumeName", ""),
                    Column.path("Capacity", "status.capacity.storage", ""),
                    Column.of("Access Modes", o -> accessModes(o.path("status").path("accessModes"))),
                    Column.path("StorageClass", "spec.storageClassName", ""),
                    Column.path("VolumeAttributesClass", "spec.volumeAttributesClassName", "<unset>"),
                    Columns.AGE,
                    Column.path("VolumeMode", "spec.volumeMode", "<unset>").inWide());
            case "resource.k8s.io/v1/ResourceClaim" -> List.of(Columns.NAME, Column.of("State", StorageColumns::claimState), Columns.AGE);
            case "resource.k8s.io/v1/ResourceSlice" -> List.of(
                    Columns.NAME,
                    Column.path("Node", "spec.nodeName", "<unset>"),
                    Column.path("Driver", "spec.driver", ""),
                    Column.path("Pool", "spec.pool.name", ""),
                    Columns.AGE);
            case "storage.k8s.io/v1/StorageClass" -> List.of(
                    Column.of("Name", StorageColumns::className),
                    Column.path("Provisioner", "provisioner", ""),
                    Column.path("ReclaimPolicy", "reclaimPolicy", "Delete"),
                    Column.path("VolumeBindingMode", "volumeBindingMode", "Immediate"),
                    Column.of("AllowVolumeExpansion", o -> o.path("allowVolumeExpansion").asBoolean()),
                    Columns.AGE);
            case "storage.k8s.io/v1/VolumeAttachment" -> List.of(
                    Columns.NAME,
                    Column.path("Attacher", "spec.attacher", ""),
                    Column.path("PV", "spec.source.persistentVolumeName", ""),
                    Column.path("Node", "spec.nodeName", ""),
                    Column.of("Attached", o -> o.path("status").path("attached").asBoolean()),
                    Columns.AGE);
            case "storage.k8s.io/v1/CSIDriver" -> List.of(
                    Columns.NAME,
                    Column.of("AttachRequired", o -> o.path("spec").path("attachRequired").asBoolean(true)),
                    Column.of("PodInfoOnMount", o -> o.path("spec").path("podInfoOnMount").asBoolean()),
                    Column.of("StorageCapacity", o -> o.path("spec").path("storageCapacity").asBoolean()),
                    Column.of("TokenRequests", o -> Cells.joinField(o.path("spec").path("tokenRequests"), "audience", "<unset>")),
                    Column.of("RequiresRepublish", o -> o.path("spec").path("requiresRepublish").asBoolean()),
                    Column.of("Modes", o -> Cells.join(o.path("spec").path("volumeLifecycleModes"), ",", Cells.NONE)),
                    Columns.AGE);
            case "storage.k8s.io/v1/CSINode" -> List.of(
                    Columns.NAME,
                    Column.number("Drivers", o -> o.path("spec").path("drivers").size()),
                    Columns.AGE);
            case "storage.k8s.io/v1/VolumeAttributesClass" -> List.of(Columns.NAME, Column.path("DriverName", "driverName", ""), Columns.AGE);
            default -> null;
        };
    }

    private static String phase(JsonNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp") ? "Terminating" : Cells.text(object, "status.phase", "");
    }

    private static String claimState(JsonNode claim) {
        JsonNode status = claim.path("status");
        List<String> states = new ArrayList<>();
        if (claim.path("metadata").has("deletionTimestamp")) {
            states.add("deleted");
        }
        if (!status.has("allocation")) {
            states.add("pending");
        } else {
            states.add("allocated");
            if (!status.path("reservedFor").isEmpty()) {
                states.add("reserved");
            }
        }
        return String.join(",", states);
    }

    private static String accessModes(JsonNode modes) {
        List<String> found = new ArrayList<>();
        modes.forEach(mode -> found.add(ACCESS_MODES.getOrDefault(mode.asText(), mode.asText())));
        return String.join(",", found);
    }

    private static String claim(JsonNode volume) {
        JsonNode claim = volume.path("spec").path("claimRef");
        return claim.isMissingNode() ? "" : claim.path("namespace").asText() + "/" + claim.path("name").asText();
    }

    private static String className(JsonNode storageClass) {
        String marker = storageClass.path("metadata").path("annotations").path("storageclass.kubernetes.io/is-default-class").asText();
        return marker.equals("true") ? Cells.name(storageClass) + " (default)" : Cells.name(storageClass);
    }
}
