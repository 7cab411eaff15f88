package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// Defaults of small kinds.
final class ObjectDefaults {

    private ObjectDefaults() {
    }

    /// Every namespace can be selected by its name.
    static void namespace(ObjectNode namespace) {
        ObjectNode metadata = Json.objectOrNull(namespace, "metadata");
        if (metadata != null && !Json.text(metadata, "name").isEmpty()) {
            metadata.withObject("labels").put("kubernetes.io/metadata.name", Json.text(metadata, "name"));
        }
    }

    /// What is there can be allocated, unless said otherwise.
    static void nodeStatus(ObjectNode status) {
        if (Json.isEmpty(status.get("allocatable")) && !Json.isEmpty(status.get("capacity"))) {
            status.set("allocatable", status.get("capacity").deepCopy());
        }
    }

    /// `stringData` is written only: it becomes `data`.
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
        if (Json.text(item, "type").equals("Container")) {
            fill(item, "default", "max");
            fill(item, "defaultRequest", "default");
            fill(item, "defaultRequest", "min");
        }
    }

    private static void fill(ObjectNode item, String target, String source) {
        for (Map.Entry<String, JsonNode> entry : Json.entries(item, source)) {
            ObjectNode values = item.withObject(target);
            if (!values.has(entry.getKey())) {
                values.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /// A policy is for ingress, and for egress when it has such rules.
    static void networkPolicy(ObjectNode spec) {
        if (Json.isEmpty(spec.get("policyTypes"))) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!Json.isEmpty(spec.get("egress"))) {
                types.add("Egress");
            }
        }
    }

    static void subject(ObjectNode subject) {
        String kind = Json.text(subject, "kind");
        if (!subject.has("apiGroup") && (kind.equals("User") || kind.equals("Group"))) {
            subject.put("apiGroup", "rbac.authorization.k8s.io");
        }
    }
}
