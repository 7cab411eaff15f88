package io.moka.apiserver.kinds.warning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.machinery.meta.Quantity;
import java.util.List;
import java.util.Map;

/// Finds warnings for volumes and claims.
final class VolumeWarnings {
    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");
    private static final FieldPath ANNOTATIONS = FieldPath.ROOT.child("metadata").child("annotations");
    private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final String OLD_OPTIONS = "volume.beta.kubernetes.io/mount-options";

    /// Volume sources that are no longer supported, or are deprecated.
    private static final Map<String, String> GONE = Map.of(
            "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+",
            "scaleIO", "deprecated in v1.16, non-functional in v1.22+",
            "flocker", "deprecated in v1.22, non-functional in v1.25+",
            "storageos", "deprecated in v1.22, non-functional in v1.25+",
            "quobyte", "deprecated in v1.22, non-functional in v1.25+",
            "glusterfs", "deprecated in v1.25, non-functional in v1.26+",
            "cephfs", "deprecated in v1.28, non-functional in v1.31+",
            "rbd", "deprecated in v1.28, non-functional in v1.31+",
            "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+");

    private VolumeWarnings() {
    }

    /// Warns of the source of a pod's volume or of a persistent volume.
    static void source(JsonNode volume, FieldPath path, List<String> found) {
        for (Map.Entry<String, JsonNode> field : volume.properties()) {
            String gone = GONE.get(field.getKey());
            if (gone != null) {
                found.add(path.child(field.getKey().equals("storageos") ? "storageOS" : field.getKey()) + ": " + gone);
            }
        }
    }

    static void claim(ObjectNode claim, List<String> found) {
        oldClass(claim, found);
        claimSpec(claim.path("spec"), SPEC, found);
    }

    static void claimSpec(JsonNode spec, FieldPath path, List<String> found) {
        String size = Json.text(spec, "resources", "requests", "storage");
        if (!size.isEmpty() && !Quantity.parse(size).isInteger()) {
            found.add(path.child("resources").child("requests").key("storage") + ": fractional byte value \"" + size + "\" is invalid, must be an integer");
        }
    }

    static void volume(ObjectNode volume, List<String> found) {
        oldClass(volume, found);
        if (volume.path("metadata").path("annotations").has(OLD_OPTIONS)) {
            found.add(ANNOTATIONS.key(OLD_OPTIONS) + ": deprecated since v1.31; use \"mountOptions\" attribute instead");
        }
        JsonNode spec = volume.path("spec");
        if (Json.text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            found.add(SPEC.child("persistentVolumeReclaimPolicy")
                    + ": The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.");
        }
        JsonNode terms = spec.path("nodeAffinity").path("required").path("nodeSelectorTerms");
        for (int i = 0; i < terms.size(); i++) {
            Warnings.nodeSelectorTerm(terms.get(i), SPEC.child("nodeAffinity").child("required").child("nodeSelectorTerms").index(i), found);
        }
        source(spec, SPEC, found);
    }

    private static void oldClass(ObjectNode object, List<String> found) {
        if (object.path("metadata").path("annotations").has(OLD_CLASS)) {
            found.add(ANNOTATIONS.key(OLD_CLASS) + ": deprecated since v1.8; use \"storageClassName\" attribute instead");
        }
    }
}
