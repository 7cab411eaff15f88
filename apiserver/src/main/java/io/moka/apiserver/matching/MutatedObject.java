package io.moka.apiserver.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.Remarks;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.schema.FieldProblem;
import io.moka.apiserver.schema.ObjectSchema;
import io.moka.apiserver.schema.TypeProblem;
import java.util.List;
import java.util.Optional;

/// Takes in what an extension has made of an object, with the care that is due to what comes from outside.
public final class MutatedObject {
    private MutatedObject() {}

    /// What an extension has made is no object of the kind.
    public static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    /// Makes it the request's object, with its types checked, unknown fields removed and defaults set.
    ///
    /// @param strict whether unknown fields are an error
    /// @return whether that has changed anything
    public static boolean replace(ReviewedRequest reviewed, JsonNode changed, boolean strict, Cluster cluster) throws Malformed {
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

    /// Ownership that cannot be read would make the next apply fail.
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
