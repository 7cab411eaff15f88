package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.List;
import java.util.Locale;

/// Rules for volumes and claims.
final class StorageRules {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final List<String> ACCESS_MODES = List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod");

    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_PARAMETER_BYTES = 256 * 1024;

    private StorageRules() {
    }

    static void claimSpec(ObjectNode spec, Path path, Causes causes) {
        JsonNode modes = Json.list(spec, "accessModes");
        for (JsonNode mode : modes) {
            if (!ACCESS_MODES.contains(mode.asText())) {
                causes.notSupported(path.child("accessModes"), mode.asText(), ACCESS_MODES);
            }
        }
        JsonNode requests = Json.object(Json.object(spec, "resources"), "requests");
        if (!requests.has("storage")) {
            causes.required(path.child("resources").key("storage"), "");
        } else if (Quantity.parse(requests.get("storage").asText()).signum() <= 0) {
            causes.invalid(path.child("resources", "requests").key("storage"), requests.get("storage"), "must be greater than zero");
        }
    }

    static void attributesClass(ObjectNode attributes, Path path, Causes causes) {
        String driver = Json.text(attributes, "driverName");
        if (driver.isEmpty()) {
            causes.required(Path.ROOT.child("driverName"), "");
        } else {
            causes.invalidAll(Path.ROOT.child("driverName"), driver, Names.qualifiedName(driver.toLowerCase(Locale.ROOT)));
        }
        parameters(Json.object(attributes, "parameters"), Path.ROOT.child("parameters"), causes);
    }

    private static void parameters(JsonNode parameters, Path path, Causes causes) {
        if (parameters.size() > MAX_PARAMETERS) {
            causes.tooLong(path, MAX_PARAMETERS);
            return;
        }
        long bytes = 0;
        for (var parameter : parameters.properties()) {
            if (parameter.getKey().isEmpty()) {
                causes.invalid(path, "", "field can not be empty.");
            }
            bytes += parameter.getKey().length() + parameter.getValue().asText().length();
        }
        if (bytes > MAX_PARAMETER_BYTES) {
            causes.tooLong(path, MAX_PARAMETER_BYTES);
        }
        if (parameters.isEmpty()) {
            causes.required(path, "must contain at least one key/value pair");
        }
    }

    static void checkAttributesClassUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        forbid(List.of("driverName", "parameters"), updated, old, causes);
    }

    static void checkClassUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        forbid(List.of("parameters", "provisioner", "reclaimPolicy"), updated, old, causes);
    }

    private static void forbid(List<String> fields, ObjectNode updated, ObjectNode old, Causes causes) {
        for (String field : fields) {
            if (!Json.same(updated.get(field), old.get(field))) {
                causes.forbidden(Path.ROOT.child(field), "updates to " + field + " are forbidden.");
            }
        }
    }

    static void checkClaimUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        ObjectNode after = mutableRemoved(updated, old);
        ObjectNode before = mutableRemoved(old, old);
        if (!after.equals(before)) {
            causes.forbidden(SPEC, "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
            return;
        }
        String size = Json.text(requests(updated), "storage");
        String oldSize = Json.text(requests(old), "storage");
        if (!size.isEmpty() && !oldSize.isEmpty() && Quantity.parse(size).compareTo(Quantity.parse(oldSize)) < 0) {
            causes.forbidden(SPEC.child("resources", "requests").child("storage"), "field can not be less than status.capacity");
        }
    }

    private static JsonNode requests(ObjectNode claim) {
        return Json.object(Json.object(Json.object(claim, "spec"), "resources"), "requests");
    }

    private static ObjectNode mutableRemoved(ObjectNode claim, ObjectNode old) {
        ObjectNode spec = Json.object(claim, "spec").deepCopy();
        if (Json.text(Json.object(old, "spec"), "volumeName").isEmpty()) {
            spec.remove("volumeName");
        } else {
            spec.remove("resources");
            spec.remove("volumeAttributesClassName");
        }
        return spec;
    }

    static void checkVolumeUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        ObjectNode after = sourceOf(updated);
        if (!after.equals(sourceOf(old))) {
            causes.forbidden(SPEC.child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation");
        }
    }

    private static ObjectNode sourceOf(ObjectNode volume) {
        ObjectNode spec = Json.object(volume, "spec").deepCopy();
        return spec.remove(List.of("accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity",
                "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode"));
    }

    static void attachmentSource(ObjectNode source, Path path, Causes causes) {
        boolean inline = Json.has(source, "inlineVolumeSpec");
        boolean named = Json.has(source, "persistentVolumeName");
        if (inline == named) {
            String problem = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
            if (inline) {
                causes.forbidden(path, problem);
            } else {
                causes.required(path, problem);
            }
        }
    }
}
