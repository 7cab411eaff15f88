package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.Strategy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The strategy of secrets: `stringData` is merged into `data` and never stored; the type is immutable.
public final class SecretStrategy implements Strategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        takeStringData(object);
        if (Json.text(object, "type").isEmpty()) {
            object.put("type", "Opaque");
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        takeStringData(updated);
        if (Json.text(updated, "type").isEmpty()) {
            updated.put("type", Json.text(current, "type"));
        }
    }

    private static void takeStringData(ObjectNode secret) {
        JsonNode plain = secret.remove("stringData");
        if (plain != null && plain.isObject() && !plain.isEmpty()) {
            ObjectNode data = Json.child(secret, "data");
            plain.properties().forEach(entry -> data.put(entry.getKey(),
                    Base64.getEncoder().encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
    }
}
