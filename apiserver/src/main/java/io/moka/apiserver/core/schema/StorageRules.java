package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Validates persistent volume claims, storage and attributes classes, CSI nodes, sources of attachments, and updates of volumes.
final class StorageRules {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final List<String> ACCESS_MODES = List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod");

    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_PARAMETER_BYTES = 256 * 1024;

    private static final int MAX_NODE_ID = 256;

    private StorageRules() {
    }

    static void claimSpec(ObjectNode spec, Path path, Causes causes) {
        accessModes(CheckedFields.list(spec, "accessModes"), path.child("accessModes"), causes);
        JsonNode requests = CheckedFields.object(CheckedFields.object(spec, "resources"), "requests");
        Path storage = path.child("resources").key("storage");
        if (!requests.has("storage")) {
            causes.required(storage, "");
        } else if (Quantity.parse(requests.get("storage").asText()).signum() <= 0) {
            causes.invalid(storage, requests.get("storage"), "must be greater than zero");
        }
        for (String field : List.of("dataSource", "dataSourceRef")) {
            if (CheckedFields.has(spec, field)) {
                dataSource(spec.get(field), path.child(field), causes);
            }
        }
        JsonNode reference = CheckedFields.object(spec, "dataSourceRef");
        if (CheckedFields.has(spec, "dataSource") && !CheckedFields.text(reference, "namespace").isEmpty()) {
            causes.invalid(path, path.child("dataSource").toString(), "may not be specified when dataSourceRef.namespace is specified");
        } else if (CheckedFields.has(spec, "dataSource") && !reference.isEmpty() && !spec.get("dataSource").equals(reference)) {
            causes.invalid(path, path.child("dataSource").toString(), "must match dataSourceRef");
        }
    }

    private static void dataSource(JsonNode source, Path path, Causes causes) {
        for (String field : List.of("name", "kind")) {
            if (CheckedFields.text(source, field).isEmpty()) {
                causes.required(path.child(field), "");
            }
        }
        String group = CheckedFields.text(source, "apiGroup");
        if (group.isEmpty() && !CheckedFields.text(source, "kind").equals("PersistentVolumeClaim")) {
            causes.invalid(path, CheckedFields.text(source, "kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        } else if (!group.isEmpty()) {
            causes.invalidAll(path.child("apiGroup"), group, Names.dns1123Subdomain(group));
        }
    }

    static void accessModes(JsonNode modes, Path path, Causes causes) {
        boolean one = false;
        boolean others = false;
        for (JsonNode mode : modes) {
            if (!ACCESS_MODES.contains(mode.asText())) {
                causes.notSupported(path, mode.asText(), ACCESS_MODES);
            } else {
                one |= mode.asText().equals("ReadWriteOncePod");
                others |= !mode.asText().equals("ReadWriteOncePod");
            }
        }
        if (one && others) {
            causes.forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }

    static void storageClass(ObjectNode storageClass, Path path, Causes causes) {
        String provisioner = CheckedFields.text(storageClass, "provisioner");
        causes.invalidAll(path.child("provisioner"), provisioner.toLowerCase(Locale.ROOT),
                provisioner.isEmpty() ? List.of() : Names.qualifiedName(provisioner.toLowerCase(Locale.ROOT)));
        parameters(CheckedFields.object(storageClass, "parameters"), true, path.child("parameters"), causes);
        JsonNode topologies = CheckedFields.list(storageClass, "allowedTopologies");
        for (int i = 0; i < topologies.size(); i++) {
            topology(CheckedFields.list(topologies.get(i), "matchLabelExpressions"), path.child("allowedTopologies").index(i).child("matchLabelExpressions"), causes);
        }
    }

    private static void topology(JsonNode expressions, Path path, Causes causes) {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < expressions.size(); i++) {
            Path at = path.index(i);
            JsonNode values = CheckedFields.list(expressions.get(i), "values");
            if (values.isEmpty()) {
                causes.required(at.child("values"), "");
            }
            Set<JsonNode> seen = new HashSet<>();
            for (int j = 0; j < values.size(); j++) {
                if (!seen.add(values.get(j))) {
                    causes.duplicate(at.child("values").index(j), values.get(j));
                }
            }
            String key = CheckedFields.text(expressions.get(i), "key");
            causes.invalidAll(at.child("key"), key, Names.qualifiedName(key));
            if (!keys.add(key)) {
                causes.duplicate(at.child("key"), key);
            }
        }
    }

    static void driversOfNode(ObjectNode spec, Path path, Causes causes) {
        Set<String> names = new HashSet<>();
        JsonNode drivers = CheckedFields.list(spec, "drivers");
        for (int i = 0; i < drivers.size(); i++) {
            Path at = path.child("drivers").index(i);
            String name = CheckedFields.text(drivers.get(i), "name");
            String id = CheckedFields.text(drivers.get(i), "nodeID");
            causes.requireValid(at.child("name"), name, "", Format.DRIVER_NAME::check);
            if (!names.add(name)) {
                causes.duplicate(at.child("name"), name);
            }
            if (id.isEmpty()) {
                causes.required(at.child("nodeID"), "");
            } else if (id.length() > MAX_NODE_ID) {
                causes.invalid(at.child("nodeID"), id, "must be " + MAX_NODE_ID + " characters or less");
            }
        }
    }

    static void attributesClass(ObjectNode attributes, Path path, Causes causes) {
        String driver = CheckedFields.text(attributes, "driverName");
        causes.requireValid(Path.ROOT.child("driverName"), driver, "", text -> Names.qualifiedName(text.toLowerCase(Locale.ROOT)));
        parameters(CheckedFields.object(attributes, "parameters"), false, Path.ROOT.child("parameters"), causes);
    }

    private static void parameters(JsonNode parameters, boolean mayBeEmpty, Path path, Causes causes) {
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
        if (!mayBeEmpty && parameters.isEmpty()) {
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
            if (!CheckedFields.same(updated.get(field), old.get(field))) {
                causes.forbidden(Path.ROOT.child(field), "updates to " + field + " are forbidden.");
            }
        }
    }

    static void checkClaimUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        boolean bound = CheckedFields.text(CheckedFields.object(old, "status"), "phase").equals("Bound");
        if (!comparable(updated, old, bound).equals(comparable(old, updated, bound))) {
            causes.forbidden(SPEC, "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
        Quantity size = amount(requests(updated));
        Quantity had = amount(CheckedFields.object(CheckedFields.object(old, "status"), "capacity"));
        if (size.compareTo(amount(requests(old))) < 0 && size.compareTo(had) <= 0) {
            causes.forbidden(SPEC.child("resources", "requests").child("storage"), "field can not be less than status.capacity");
        }
        JsonNode mode = CheckedFields.object(updated, "spec").get("volumeMode");
        if (!CheckedFields.same(mode, CheckedFields.object(old, "spec").get("volumeMode"))) {
            causes.immutable(Path.ROOT.child("volumeMode"), mode);
        }
        checkAttributesClassOf(CheckedFields.object(updated, "spec"), CheckedFields.object(old, "spec"), causes);
    }

    private static void checkAttributesClassOf(JsonNode after, JsonNode before, Causes causes) {
        if (before.has("volumeAttributesClassName") && !after.has("volumeAttributesClassName")) {
            causes.forbidden(SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
        } else if (before.has("volumeAttributesClassName") && CheckedFields.text(after, "volumeAttributesClassName").isEmpty()
                && !CheckedFields.text(before, "volumeAttributesClassName").isEmpty()) {
            causes.forbidden(SPEC.child("volumeAttributesClassName"), "update from non-nil value to an empty string is forbidden");
        }
    }

    private static Quantity amount(JsonNode amounts) {
        String text = CheckedFields.text(amounts, "storage");
        return Quantity.parse(text.isEmpty() ? "0" : text);
    }

    /// Returns a claim's spec without the fields that may differ from `other`: an unset volume or
    /// class may be set, and the size and attributes class may change while the claim is bound.
    private static ObjectNode comparable(ObjectNode claim, ObjectNode other, boolean bound) {
        ObjectNode spec = CheckedFields.object(claim, "spec").deepCopy();
        JsonNode otherSpec = CheckedFields.object(other, "spec");
        if (CheckedFields.text(spec, "volumeName").isEmpty() || CheckedFields.text(otherSpec, "volumeName").isEmpty()) {
            spec.remove("volumeName");
        }
        if (!spec.has("storageClassName") || !otherSpec.has("storageClassName")) {
            spec.remove("storageClassName");
        }
        if (bound) {
            if (CheckedFields.object(spec, "resources").get("requests") instanceof ObjectNode requests) {
                requests.remove("storage");
            }
            spec.remove("volumeAttributesClassName");
        }
        return spec;
    }

    private static JsonNode requests(ObjectNode claim) {
        return CheckedFields.object(CheckedFields.object(CheckedFields.object(claim, "spec"), "resources"), "requests");
    }

    static void checkVolumeUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        ObjectNode after = sourceOf(updated);
        if (!after.equals(sourceOf(old))) {
            causes.forbidden(SPEC.child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation");
        }
        JsonNode mode = CheckedFields.object(updated, "spec").get("volumeMode");
        if (!CheckedFields.same(mode, CheckedFields.object(old, "spec").get("volumeMode"))) {
            causes.immutable(Path.ROOT.child("volumeMode"), mode);
        }
        JsonNode affinity = CheckedFields.object(old, "spec").get("nodeAffinity");
        if (affinity != null && !CheckedFields.same(CheckedFields.object(updated, "spec").get("nodeAffinity"), affinity)) {
            causes.invalid(Path.ROOT.child("nodeAffinity"), CheckedFields.object(updated, "spec").get("nodeAffinity"),
                    "field is immutable, except for updating from beta label to GA");
        }
    }

    private static ObjectNode sourceOf(ObjectNode volume) {
        ObjectNode spec = CheckedFields.object(volume, "spec").deepCopy();
        return spec.remove(List.of("accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity",
                "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode"));
    }

    static void attachmentSource(ObjectNode source, Path path, Causes causes) {
        boolean inline = CheckedFields.has(source, "inlineVolumeSpec");
        boolean named = CheckedFields.has(source, "persistentVolumeName");
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
