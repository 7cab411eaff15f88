package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules for a pod's volumes.
final class VolumeRules {

    private static final Set<String> VOLUME_PATHS = Set.of("metadata.name", "metadata.namespace", "metadata.uid",
            "metadata.labels", "metadata.annotations");

    private VolumeRules() {
    }

    static void volume(ObjectNode volume, Path path, Causes causes) {
        int sources = 0;
        for (Map.Entry<String, JsonNode> field : volume.properties()) {
            if (!field.getKey().equals("name") && sources++ > 0) {
                causes.forbidden(path.child(field.getKey()), "may not specify more than 1 volume type");
            }
        }
        if (sources == 0) {
            causes.required(path, "must specify a volume type");
        }
        String hostPath = Json.text(Json.object(volume, "hostPath"), "path");
        if (List.of(hostPath.split("/")).contains("..")) {
            causes.invalid(path.child("hostPath", "path"), hostPath, "must not contain '..'");
        }
        String limit = Json.text(Json.object(volume, "emptyDir"), "sizeLimit");
        if (!limit.isEmpty() && Quantity.parse(limit).signum() < 0) {
            causes.forbidden(path.child("emptyDir", "sizeLimit"), "SizeLimit field must be a valid resource quantity");
        }
    }

    static void projection(ObjectNode projection, Path path, Causes causes) {
        int sources = 0;
        for (Map.Entry<String, JsonNode> field : projection.properties()) {
            if (sources++ > 0) {
                causes.forbidden(path.child(field.getKey()), "may not specify more than 1 volume type per source");
            }
        }
        if (sources == 0) {
            causes.required(path, "must specify a source");
        }
        for (String reference : List.of("secret", "configMap")) {
            if (Json.has(projection, reference) && Json.text(Json.object(projection, reference), "name").isEmpty()) {
                causes.required(path.child(reference, "name"), "");
            }
        }
    }

    static void downwardFile(ObjectNode file, Path path, Causes causes) {
        boolean field = Json.has(file, "fieldRef");
        if (field && Json.has(file, "resourceFieldRef")) {
            causes.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        } else if (field) {
            ContainerRules.fieldPath(Json.text(Json.object(file, "fieldRef"), "fieldPath"), VOLUME_PATHS, path.child("fieldRef", "fieldPath"), causes);
        } else if (!Json.has(file, "resourceFieldRef")) {
            causes.required(path.child("fieldRef"), "one of fieldRef and resourceFieldRef is required");
        }
    }
}
