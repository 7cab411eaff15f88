package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.util.List;

/// Validates access reviews.
final class ReviewRules {
    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");

    private final Problems problems = new Problems();

    private ReviewRules() {}

    /// @param kind `SubjectAccessReview`, `SelfSubjectAccessReview` or `LocalSubjectAccessReview`
    static List<Cause> check(String kind, ObjectNode review, String namespace) {
        ReviewRules rules = new ReviewRules();
        rules.checkAttributes(review.path("spec"));
        if (!kind.startsWith("Self")) {
            rules.checkUser(review.path("spec"));
        }
        boolean local = kind.startsWith("Local");
        rules.checkMetadata(review.path("metadata"), local);
        if (local) {
            rules.checkNamespace(review.path("spec"), namespace);
        }
        return rules.problems.found();
    }

    private void checkAttributes(JsonNode spec) {
        JsonNode resource = spec.path("resourceAttributes");
        JsonNode path = spec.path("nonResourceAttributes");
        if (resource.isObject() && path.isObject()) {
            problems.invalid(SPEC.child("nonResourceAttributes"), path, "cannot be specified in combination with resourceAttributes");
        } else if (!resource.isObject() && !path.isObject()) {
            problems.invalid(SPEC.child("resourceAttributes"), "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }
    }

    private void checkUser(JsonNode spec) {
        if (Json.text(spec, "user").isEmpty() && spec.path("groups").isEmpty()) {
            problems.invalid(SPEC.child("user"), "", "at least one of user or group must be specified");
        }
    }

    private void checkMetadata(JsonNode metadata, boolean local) {
        boolean said = metadata.properties().stream().anyMatch(field -> !field.getValue().isNull() && !field.getKey().equals("managedFields")
                && !(local && field.getKey().equals("namespace")) && !field.getValue().asText("x").isEmpty());
        if (said) {
            problems.invalid(FieldPath.ROOT.child("metadata"), metadata, local ? "must be empty except for namespace" : "must be empty");
        }
    }

    private void checkNamespace(JsonNode spec, String namespace) {
        String asked = Json.text(spec, "resourceAttributes", "namespace");
        if (spec.path("resourceAttributes").isObject() && !asked.equals(namespace)) {
            problems.invalid(SPEC.child("resourceAttributes").child("namespace"), asked, "must match metadata.namespace");
        }
        if (spec.path("nonResourceAttributes").isObject()) {
            problems.invalid(SPEC.child("nonResourceAttributes"), spec.path("nonResourceAttributes"), "disallowed on this kind of request");
        }
    }
}
