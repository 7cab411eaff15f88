package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Validates config maps and secrets.
final class ConfigRules {

    private static final int MAX_BYTES = 1024 * 1024;

    /// The keys that typed secrets must have.
    private static final Map<String, List<String>> NEEDED_KEYS = Map.of(
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"));

    private ConfigRules() {
    }

    static void configMap(ObjectNode map, Path path, Causes causes) {
        long size = checkKeys(map, "data", causes) + checkKeys(map, "binaryData", causes) * 3 / 4;
        for (Map.Entry<String, JsonNode> entry : CheckedFields.entries(map, "data")) {
            if (CheckedFields.object(map, "binaryData").has(entry.getKey())) {
                causes.invalid(Path.ROOT.child("data").key(entry.getKey()), entry.getKey(), "duplicate of key present in binaryData");
            }
        }
        if (size > MAX_BYTES) {
            causes.tooLong(Path.ROOT, MAX_BYTES);
        }
    }

    static void secret(ObjectNode secret, Path path, Causes causes) {
        if (checkKeys(secret, "data", causes) * 3 / 4 > MAX_BYTES) {
            causes.tooLong(Path.ROOT.child("data"), MAX_BYTES);
        }
        JsonNode data = CheckedFields.object(secret, "data");
        String type = CheckedFields.text(secret, "type");
        for (String key : NEEDED_KEYS.getOrDefault(type, List.of())) {
            if (!data.has(key)) {
                causes.required(Path.ROOT.child("data").key(key), "");
            }
        }
        for (String key : List.of(".dockercfg", ".dockerconfigjson")) {
            if (data.has(key) && type.equals("kubernetes.io/" + key.substring(1)) && !isObject(data.get(key).asText())) {
                causes.invalid(Path.ROOT.child("data").key(key), "<secret contents redacted>", "invalid character in a JSON object");
            }
        }
        if (type.equals("kubernetes.io/basic-auth") && !data.has("username") && !data.has("password")) {
            causes.required(Path.ROOT.child("data").key("username"), "");
            causes.required(Path.ROOT.child("data").key("password"), "");
        }
        if (type.equals("kubernetes.io/service-account-token")) {
            String annotation = "kubernetes.io/service-account.name";
            if (CheckedFields.text(CheckedFields.object(CheckedFields.object(secret, "metadata"), "annotations"), annotation).isEmpty()) {
                causes.required(Path.ROOT.child("metadata", "annotations").key(annotation), "");
            }
        }
    }

    private static boolean isObject(String base64) {
        try {
            return Json.MAPPER.readTree(Base64.getDecoder().decode(base64)).isObject();
        } catch (IOException | IllegalArgumentException malformed) {
            return false;
        }
    }

    private static long checkKeys(ObjectNode object, String field, Causes causes) {
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : CheckedFields.entries(object, field)) {
            List<String> problems = Names.configKey(entry.getKey());
            if (!problems.isEmpty()) {
                causes.invalidAll(Path.ROOT.child(field).key(entry.getKey()), entry.getKey(), problems);
            }
            size += entry.getValue().asText().length();
        }
        return size;
    }

    static void checkConfigMapUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        checkFrozen(updated, old, List.of("data", "binaryData"), causes);
    }

    static void checkSecretUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        if (!CheckedFields.same(updated.get("type"), old.get("type"))) {
            causes.immutable(Path.ROOT.child("type"), updated.get("type"));
        }
        checkFrozen(updated, old, List.of("data"), causes);
    }

    private static void checkFrozen(ObjectNode updated, ObjectNode old, List<String> fields, Causes causes) {
        if (!CheckedFields.flag(old, "immutable")) {
            return;
        }
        String reason = "field is immutable when `immutable` is set";
        if (!CheckedFields.flag(updated, "immutable")) {
            causes.forbidden(Path.ROOT.child("immutable"), reason);
        }
        for (String field : fields) {
            if (!CheckedFields.same(updated.get(field), old.get(field))) {
                causes.forbidden(Path.ROOT.child(field), reason);
            }
        }
    }
}
