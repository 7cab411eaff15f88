package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Validates updates of a pod's spec, of which only a few fields may change.
final class PodUpdate {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final String MUTABLE = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private PodUpdate() {
    }

    static void check(ObjectNode updated, ObjectNode old, Causes causes) {
        checkMirror(updated, old, causes);
        ObjectNode after = CheckedFields.objectOrNull(updated, "spec");
        ObjectNode before = CheckedFields.objectOrNull(old, "spec");
        if (after == null || before == null || after.equals(before)) {
            return;
        }
        for (String list : List.of("containers", "initContainers")) {
            if (CheckedFields.list(after, list).size() != CheckedFields.list(before, list).size()) {
                causes.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
                return;
            }
        }
        checkNodeSelector(after, before, causes);
        checkDeadline(after, before, causes);
        checkTolerations(after, before, causes);
        checkGates(after, before, causes);
        if (!masked(after, before).equals(before)) {
            causes.forbidden(SPEC, "pod updates may not change fields other than " + MUTABLE);
        }
    }

    /// Returns the new spec with all mutable fields reset to their old values.
    private static ObjectNode masked(ObjectNode after, ObjectNode before) {
        ObjectNode spec = after.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            JsonNode containers = CheckedFields.list(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                restore((ObjectNode) containers.get(i), CheckedFields.list(before, list).get(i), "image");
            }
        }
        restore(spec, before, "activeDeadlineSeconds");
        restore(spec, before, "tolerations");
        restore(spec, before, "schedulingGates");
        if (CheckedFields.number(before, "terminationGracePeriodSeconds", 0) < 0 && CheckedFields.number(after, "terminationGracePeriodSeconds", 0) == 1) {
            restore(spec, before, "terminationGracePeriodSeconds");
        }
        if (!CheckedFields.list(before, "schedulingGates").isEmpty()) {
            restore(spec, before, "nodeSelector");
            restoreNodeAffinity(spec, before);
        }
        return spec;
    }

    private static void restore(ObjectNode target, JsonNode source, String field) {
        if (source.has(field)) {
            target.set(field, source.get(field));
        } else {
            target.remove(field);
        }
    }

    /// Resets the node affinity, which may change while the pod has scheduling gates; the affinity to other pods may not.
    private static void restoreNodeAffinity(ObjectNode spec, ObjectNode before) {
        JsonNode was = CheckedFields.object(before, "affinity");
        if (!CheckedFields.has(spec, "affinity") && was.isEmpty()) {
            return;
        }
        restore(spec.withObject("affinity"), was, "nodeAffinity");
        if (spec.get("affinity").isEmpty()) {
            restore(spec, before, "affinity");
        }
    }

    private static void checkNodeSelector(JsonNode after, JsonNode before, Causes causes) {
        JsonNode now = CheckedFields.object(after, "nodeSelector");
        if (!CheckedFields.list(before, "schedulingGates").isEmpty()
                && !CheckedFields.object(before, "nodeSelector").propertyStream().allMatch(label -> label.getValue().equals(now.get(label.getKey())))) {
            causes.invalid(SPEC.child("nodeSelector"), now, "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }
    }

    private static void checkMirror(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.object(CheckedFields.object(updated, "metadata"), "annotations").get(PodRules.MIRROR);
        JsonNode before = CheckedFields.object(CheckedFields.object(old, "metadata"), "annotations").get(PodRules.MIRROR);
        if (!Objects.equals(after, before)) {
            causes.forbidden(Path.ROOT.child("metadata", "annotations").key(PodRules.MIRROR),
                    before == null ? "may not add mirror pod annotation" : "may not remove or update mirror pod annotation");
        }
    }

    private static void checkDeadline(JsonNode after, JsonNode before, Causes causes) {
        Path path = SPEC.child("activeDeadlineSeconds");
        if (!before.has("activeDeadlineSeconds")) {
            return;
        }
        if (!after.has("activeDeadlineSeconds")) {
            causes.invalid(path, after.get("activeDeadlineSeconds"), "must not update from a positive integer to nil value");
        } else if (after.get("activeDeadlineSeconds").longValue() > before.get("activeDeadlineSeconds").longValue()) {
            causes.invalid(path, after.get("activeDeadlineSeconds"), "must be less than or equal to previous value");
        }
    }

    private static void checkTolerations(JsonNode after, JsonNode before, Causes causes) {
        Set<JsonNode> kept = new HashSet<>();
        CheckedFields.list(after, "tolerations").forEach(toleration -> kept.add(withoutSeconds(toleration)));
        for (JsonNode toleration : CheckedFields.list(before, "tolerations")) {
            if (!kept.contains(withoutSeconds(toleration))) {
                causes.forbidden(SPEC.child("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        ObjectNode copy = toleration.deepCopy();
        copy.remove("tolerationSeconds");
        return copy;
    }

    private static void checkGates(JsonNode after, JsonNode before, Causes causes) {
        Set<String> known = new HashSet<>();
        CheckedFields.list(before, "schedulingGates").forEach(gate -> known.add(CheckedFields.text(gate, "name")));
        JsonNode gates = CheckedFields.list(after, "schedulingGates");
        for (int i = 0; i < gates.size(); i++) {
            String name = CheckedFields.text(gates.get(i), "name");
            if (!known.contains(name)) {
                causes.forbidden(SPEC.child("schedulingGates").index(i).child("name"), "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }
}
