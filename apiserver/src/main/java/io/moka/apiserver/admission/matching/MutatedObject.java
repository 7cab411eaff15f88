package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.TypeProblem;
import java.util.List;
import java.util.Optional;

/// Replaces a request's object by the one that an extension has changed, after checking it like any input.
public final class MutatedObject {
    private MutatedObject() {}

    /// Thrown when an extension's result is not an object of the kind.
    public static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    /// Makes the extension's result the request's object, with its types checked, unknown fields removed and defaults set.
    ///
    /// @param strict whether unknown fields are an error
    /// @return whether the request's object has changed
    public static boolean replace(ReviewedRequest reviewed, JsonNode changed, boolean strict, MatchingContext cluster) throws Malformed {
        if (!(changed instanceof ObjectNode object)) {
            throw new Malformed("json: cannot unmarshal into an object of kind " + reviewed.kind().kind());
        }
        if (!Json.text(object, "kind").equals(reviewed.kind().kind()) || !Json.text(object, "apiVersion").equals(reviewed.kind().apiVersion())) {
            throw new Malformed("the object has become " + Json.text(object, "apiVersion") + ", Kind=" + Json.text(object, "kind") + ", which is not "
                    + reviewed.kind());
        }
        ObjectSchema schema = cluster.schemas().find(reviewed.kind());
        if (schema != null) {
            Optional<TypeProblem> wrong = schema.checkTypes(object).stream().findFirst();
            if (wrong.isPresent()) {
                throw new Malformed(wrong.get().detail());
            }
            List<FieldProblem> unknown = schema.prune(object);
            if (strict && !unknown.isEmpty()) {
                throw new Malformed("strict decoding error: " + unknown.getFirst().message());
            }
            schema.applyDefaults(object);
        }
        keepOwners(reviewed, object);
        ObjectNode before = reviewed.request().newObject().deepCopy();
        reviewed.take(object, cluster.versions());
        return !before.equals(reviewed.request().newObject());
    }

    /// Restores the former `managedFields` when the changed ones cannot be read, since these would make the next apply fail.
    private static void keepOwners(ReviewedRequest reviewed, ObjectNode object) {
        JsonNode before = reviewed.object() == null ? Json.object() : reviewed.object().path("metadata").path("managedFields");
        JsonNode after = object.path("metadata").path("managedFields");
        if (after.equals(before)) {
            return;
        }
        for (JsonNode entry : after) {
            if (!entry.path("fieldsV1").isObject() || !Json.text(entry, "fieldsType").equals("FieldsV1") || !List.of("Apply", "Update").contains(Json.text(entry, "operation"))) {
                Json.metadata(object).set("managedFields", before);
                Remarks.warn(".metadata.managedFields: Invalid value: \"...\": failed to convert managed fields from API: unreadable entry");
                return;
            }
        }
    }
}
