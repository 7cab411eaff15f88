package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.schema.Cause;
import io.moka.apiserver.schema.ObjectSchema;
import io.moka.apiserver.schema.SchemaRegistry;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import java.util.List;

/// What is done to an object that comes from outside before anything else looks at it, and the check before it is written.
final class Intake {
    private final SchemaRegistry schemas;

    Intake(SchemaRegistry schemas) {
        this.schemas = schemas;
    }

    ObjectSchema schema(GroupVersionKind kind) {
        ObjectSchema schema = schemas.find(kind);
        if (schema == null) {
            throw new IllegalStateException("the catalog has " + kind + ", but there is no schema for it");
        }
        return schema;
    }

    /// The object in the body, of the kind that is expected, in the form in which the server works on it.
    ObjectNode read(Exchange exchange, GroupVersionKind expected) {
        Document document = BodyDecoder.document(exchange);
        ObjectNode object = BodyDecoder.asObject(document.root());
        requireKind(expected, object);
        try {
            decode(exchange, expected, object, document);
        } catch (UndecodableException wrong) {
            throw ApiException.badRequest(expected.kind() + " in version \"" + expected.version() + "\" cannot be handled as a " + expected.kind() + ": " + wrong.detail());
        }
        return object;
    }

    /// The same for what a patch has made.
    ///
    /// @param patch whose duplicate fields are told
    void acceptPatched(Exchange exchange, GroupVersionKind expected, ObjectNode patched, Document patch) {
        requireKind(expected, patched);
        try {
            decode(exchange, expected, patched, patch);
        } catch (UndecodableException wrong) {
            String message = "Invalid value: \"" + patched.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\": " + wrong.detail();
            throw ApiException.invalid("", "", "", "patch: " + message, List.of(new StatusCause("FieldValueInvalid", message, "patch")));
        }
    }

    private static void requireKind(GroupVersionKind expected, ObjectNode object) {
        String kind = Json.text(object, "kind");
        String apiVersion = Json.text(object, "apiVersion");
        if (kind.isEmpty() && apiVersion.isEmpty()) {
            object.put("kind", expected.kind()).put("apiVersion", expected.apiVersion());
        } else if (kind.isEmpty()) {
            throw ApiException.badRequest("Object 'Kind' is missing in '" + brief(object) + "'");
        } else if (!kind.equals(expected.kind())) {
            throw ApiException.badRequest(kind + " in version \"" + versionOf(apiVersion) + "\" cannot be handled as a " + expected.kind()
                    + ": converting (" + apiVersion + ", Kind=" + kind + ") to (" + expected + "): unknown conversion");
        } else if (!apiVersion.equals(expected.apiVersion())) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion + ") does not match the expected API version (" + expected.apiVersion() + ")");
        }
    }

    private static String versionOf(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    private static String brief(ObjectNode object) {
        String text = object.toString();
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    /// Types, unknown fields, defaults.
    private void decode(Exchange exchange, GroupVersionKind kind, ObjectNode object, Document document) {
        ObjectSchema schema = schema(kind);
        var wrong = schema.checkTypes(object);
        if (!wrong.isEmpty()) {
            throw new UndecodableException(wrong.getFirst().detail());
        }
        FieldValidation.of(exchange).apply(exchange, document, schema.prune(object));
        schema.applyDefaults(object);
    }

    static void requireValid(ResourceType type, String name, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(type.group(), type.kind(), name, Cause.describe(causes),
                    causes.stream().map(cause -> new StatusCause(cause.reason(), cause.message(), cause.field())).toList());
        }
    }
}
