package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// The defaults of kinds with only a few, where they depend on other fields.
final class ObjectDefaults {

    private ObjectDefaults() {
    }

    /// Labels a namespace with its name, so that every namespace can be selected by it.
    static void namespace(ObjectNode namespace) {
        ObjectNode metadata = CheckedFields.objectOrNull(namespace, "metadata");
        if (metadata != null && !CheckedFields.text(metadata, "name").isEmpty()) {
            metadata.withObject("labels").put("kubernetes.io/metadata.name", CheckedFields.text(metadata, "name"));
        }
    }

    /// Sets a node's missing `allocatable` to its `capacity`.
    static void nodeStatus(ObjectNode status) {
        if (CheckedFields.isEmpty(status.get("allocatable")) && !CheckedFields.isEmpty(status.get("capacity"))) {
            status.set("allocatable", status.get("capacity").deepCopy());
        }
    }

    /// Moves `stringData`, which is write-only, to `data`.
    static void secret(ObjectNode secret) {
        JsonNode plain = secret.remove("stringData");
        if (plain != null) {
            for (Map.Entry<String, JsonNode> entry : plain.properties()) {
                byte[] bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
                secret.withObject("data").put(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
            }
        }
    }

    static void limitRangeItem(ObjectNode item) {
        if (CheckedFields.text(item, "type").equals("Container")) {
            fill(item, "default", "max");
            fill(item, "defaultRequest", "default");
            fill(item, "defaultRequest", "min");
        }
    }

    private static void fill(ObjectNode item, String target, String source) {
        for (Map.Entry<String, JsonNode> entry : CheckedFields.entries(item, source)) {
            ObjectNode values = item.withObject(target);
            if (!values.has(entry.getKey())) {
                values.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /// Sets the missing policy types: Ingress, and Egress when the policy has egress rules.
    static void networkPolicy(ObjectNode spec) {
        if (CheckedFields.isEmpty(spec.get("policyTypes"))) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!CheckedFields.isEmpty(spec.get("egress"))) {
                types.add("Egress");
            }
        }
    }

    static void subject(ObjectNode subject) {
        String kind = CheckedFields.text(subject, "kind");
        if (!subject.has("apiGroup") && (kind.equals("User") || kind.equals("Group"))) {
            subject.put("apiGroup", "rbac.authorization.k8s.io");
        }
    }
}
