package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;

/// An entry of `x-kubernetes-validations`; fields that the definition does not set are empty.
public record ValidationRule(String rule, String message, String messageExpression, String reason, String fieldPath, boolean optionalOldSelf) {

    static ValidationRule of(JsonNode rule) {
        return new ValidationRule(Json.text(rule, "rule"), Json.text(rule, "message"), Json.text(rule, "messageExpression"),
                Json.text(rule, "reason"), Json.text(rule, "fieldPath"), rule.path("optionalOldSelf").asBoolean());
    }
}
