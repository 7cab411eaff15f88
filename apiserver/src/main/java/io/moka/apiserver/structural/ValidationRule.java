package io.moka.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.json.Json;

/// An entry of `x-kubernetes-validations`; empty where the definition says nothing.
public record ValidationRule(String rule, String message, String messageExpression, String reason, String fieldPath, boolean optionalOldSelf) {

    static ValidationRule of(JsonNode rule) {
        return new ValidationRule(Json.text(rule, "rule"), Json.text(rule, "message"), Json.text(rule, "messageExpression"),
                Json.text(rule, "reason"), Json.text(rule, "fieldPath"), rule.path("optionalOldSelf").asBoolean());
    }
}
