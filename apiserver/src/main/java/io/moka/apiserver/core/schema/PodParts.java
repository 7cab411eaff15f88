package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Validates updates through the subresources that write a part of a pod: `ephemeralcontainers` and `resize`.
final class PodParts {

    private static final List<String> NOT_EPHEMERAL = 
            List.of("ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resources", "resizePolicy");
    private static final Set<String> RESIZABLE = Set.of("cpu", "memory");
    private static final Path EPHEMERAL = Path.ROOT.child("spec", "ephemeralContainers");

    private PodParts() {
    }

    /// Validates an ephemeral container, by the rules of any container and by its own.
    static void ephemeralContainer(ObjectNode container, Path path, Causes causes) {
        ContainerRules.container(container, path, causes);
        for (String field : NOT_EPHEMERAL) {
            if (container.has(field) && !(container.get(field).isContainerNode() && container.get(field).isEmpty())) {
                causes.forbidden(path.child(field), "cannot be set for an Ephemeral Container");
            }
        }
        for (int i = 0; i < CheckedFields.list(container, "volumeMounts").size(); i++) {
            for (String field : List.of("subPath", "subPathExpr")) {
                if (!CheckedFields.text(container.get("volumeMounts").get(i), field).isEmpty()) {
                    causes.forbidden(path.child("volumeMounts").index(i).child(field), "cannot be set for an Ephemeral Container");
                }
            }
        }
    }

    /// Existing ephemeral containers are immutable and cannot be removed. The target container of each one must exist.
    static void checkEphemeral(ObjectNode updated, ObjectNode old, Causes causes) {
        Map<String, JsonNode> after = byName(updated, "ephemeralContainers");
        byName(old, "ephemeralContainers").forEach((name, before) -> {
            if (!after.containsKey(name)) {
                causes.forbidden(EPHEMERAL, "existing ephemeral containers \"" + name + "\" may not be removed\n");
            } else if (!before.equals(after.get(name))) {
                causes.forbidden(EPHEMERAL, "existing ephemeral containers \"" + name + "\" may not be changed\n");
            }
        });
        JsonNode containers = CheckedFields.list(CheckedFields.object(updated, "spec"), "ephemeralContainers");
        for (int i = 0; i < containers.size(); i++) {
            String target = CheckedFields.text(containers.get(i), "targetContainerName");
            if (!target.isEmpty() && !byName(updated, "containers").containsKey(target) && !byName(updated, "initContainers").containsKey(target)) {
                causes.notFound(EPHEMERAL.index(i).child("targetContainerName"), target);
            }
        }
    }

    private static Map<String, JsonNode> byName(ObjectNode pod, String list) {
        Map<String, JsonNode> containers = new HashMap<>();
        CheckedFields.list(CheckedFields.object(pod, "spec"), list).forEach(container -> containers.put(CheckedFields.text(container, "name"), container));
        return containers;
    }

    /// Only the amounts of cpu and memory may change; none may be removed.
    static void checkResize(ObjectNode updated, ObjectNode old, Causes causes) {
        for (String list : List.of("containers", "initContainers")) {
            JsonNode containers = CheckedFields.list(CheckedFields.object(updated, "spec"), list);
            Map<String, JsonNode> before = byName(old, list);
            for (int i = 0; i < containers.size(); i++) {
                Path path = Path.ROOT.child("spec", list).index(i).child("resources");
                JsonNode was = before.getOrDefault(CheckedFields.text(containers.get(i), "name"), containers.get(i));
                for (String kind : List.of("limits", "requests")) {
                    checkAmounts(kind, amounts(containers.get(i), kind), amounts(was, kind), path.child(kind), causes);
                }
            }
        }
    }

    private static JsonNode amounts(JsonNode container, String kind) {
        return CheckedFields.object(CheckedFields.object(container, "resources"), kind);
    }

    private static void checkAmounts(String kind, JsonNode after, JsonNode before, Path path, Causes causes) {
        before.properties().forEach(amount -> {
            if (!after.has(amount.getKey())) {
                causes.forbidden(path, "resource " + kind + " cannot be removed");
            }
        });
        after.properties().forEach(amount -> {
            if (!RESIZABLE.contains(amount.getKey()) && !amount.getValue().equals(before.path(amount.getKey()))) {
                causes.forbidden(Path.ROOT.child("spec"), "only cpu and memory resources are mutable");
            }
        });
    }
}
