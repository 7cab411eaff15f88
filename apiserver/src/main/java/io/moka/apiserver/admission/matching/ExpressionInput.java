package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.extension.cel.AuthorizerValues;
import io.moka.apiserver.extension.cel.CelValues;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds the values of the variables for expressions.
public final class ExpressionInput {
    private static final String[] TIMES = {"creationTimestamp", "deletionTimestamp"};

    private ExpressionInput() {}

    /// Returns all variables except `params`, as a new map to which the caller may add.
    public static Map<String, Object> of(ReviewedRequest reviewed, @Nullable ObjectNode namespace, Authorizer authorizer) {
        AdmissionRequest request = reviewed.request();
        Map<String, Object> variables = new HashMap<>();
        variables.put("object", value(reviewed.object()));
        variables.put("oldObject", value(reviewed.oldObject()));
        variables.put("request", CelValues.of(reviewed.toJson()));
        variables.put("namespaceObject", namespace(namespace));
        variables.put("authorizer", AuthorizerValues.authorizer(authorizer, request.user()));
        variables.put("authorizer.requestResource", AuthorizerValues.resourceCheck(authorizer, request.user(), request.type().group(), request.type().plural(),
                request.subresource(), request.namespaceConcerned(), request.name()));
        return variables;
    }

    public static Object value(@Nullable JsonNode node) {
        return node == null ? CelValues.nullValue() : CelValues.of(node);
    }

    /// Returns the namespace as a typed value, whose times are timestamps, unlike those of objects whose type is not known.
    @SuppressWarnings("unchecked")
    private static Object namespace(@Nullable ObjectNode namespace) {
        if (namespace == null) {
            return CelValues.nullValue();
        }
        ObjectNode shown = Json.object();
        for (String field : new String[] {"metadata", "spec", "status"}) {
            JsonNode part = namespace.get(field);
            if (part != null) {
                shown.set(field, part);
            }
        }
        Map<String, Object> value = (Map<String, Object>) CelValues.of(shown);
        if (value.get("metadata") instanceof Map<?, ?> metadata) {
            Map<String, Object> known = (Map<String, Object>) metadata;
            known.remove("managedFields");
            for (String time : TIMES) {
                known.computeIfPresent(time, (name, text) -> Instant.parse((String) text));
            }
        }
        return value;
    }
}
