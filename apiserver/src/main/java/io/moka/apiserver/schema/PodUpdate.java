package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What may change in a pod's spec once it exists: very little.
final class PodUpdate {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final String MUTABLE = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private PodUpdate() {
    }

    static void check(ObjectNode updated, ObjectNode old, Causes causes) {
        ObjectNode after = Json.objectOrNull(updated, "spec");
        ObjectNode before = Json.objectOrNull(old, "spec");
        if (after == null || before == null || after.equals(before)) {
            return;
        }
        for (String list : List.of("containers", "initContainers")) {
            if (Json.list(after, list).size() != Json.list(before, list).size()) {
                causes.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
                return;
            }
        }
        checkDeadline(after, before, causes);
        checkTolerations(after, before, causes);
        checkGates(after, before, causes);
        if (!masked(after, before).equals(before)) {
            causes.forbidden(SPEC, "pod updates may not change fields other than " + MUTABLE);
        }
    }

    /// The new spec with everything that may change set back to what it was.
    private static ObjectNode masked(ObjectNode after, ObjectNode before) {
        ObjectNode spec = after.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            JsonNode containers = Json.list(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                restore((ObjectNode) containers.get(i), Json.list(before, list).get(i), "image");
            }
        }
        restore(spec, before, "activeDeadlineSeconds");
        restore(spec, before, "tolerations");
        restore(spec, before, "schedulingGates");
        if (Json.number(before, "terminationGracePeriodSeconds", 0) < 0 && Json.number(after, "terminationGracePeriodSeconds", 0) == 1) {
            restore(spec, before, "terminationGracePeriodSeconds");
        }
        if (!Json.list(before, "schedulingGates").isEmpty()) {
            restore(spec, before, "nodeSelector");
            restore(spec, before, "affinity");
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
        Json.list(after, "tolerations").forEach(toleration -> kept.add(withoutSeconds(toleration)));
        for (JsonNode toleration : Json.list(before, "tolerations")) {
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
        Json.list(before, "schedulingGates").forEach(gate -> known.add(Json.text(gate, "name")));
        for (JsonNode gate : Json.list(after, "schedulingGates")) {
            if (!known.contains(Json.text(gate, "name"))) {
                causes.forbidden(SPEC.child("schedulingGates"), "only deletion is allowed, but found new scheduling gate '" + Json.text(gate, "name") + "'");
            }
        }
    }
}
