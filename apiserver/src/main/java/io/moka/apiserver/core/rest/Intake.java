package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.Alias;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes objects that come from clients: checks their kind and types, handles unknown fields and applies defaults. Also validates objects before a write.
public final class Intake {
    private final SchemaRegistry schemas;

    Intake(SchemaRegistry schemas) {
        this.schemas = schemas;
    }

    public ObjectSchema schema(GroupVersionKind kind) {
        ObjectSchema schema = schemas.find(kind);
        if (schema == null) {
            throw new IllegalStateException("the catalog has " + kind + ", but there is no schema for it");
        }
        return schema;
    }

    /// Returns the object in the body, checked to be of the expected kind, with unknown fields pruned and defaults applied.
    public ObjectNode read(Exchange exchange, GroupVersionKind expected) {
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

    /// Checks and completes the result of a patch in the same way, in place.
    ///
    /// @param patch the document of the patch, whose duplicate fields are reported
    public void acceptPatched(Exchange exchange, GroupVersionKind expected, ObjectNode patched, Document patch) {
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

    /// Checks types, handles unknown fields and applies defaults.
    private void decode(Exchange exchange, GroupVersionKind kind, ObjectNode object, Document document) {
        ObjectSchema schema = schema(kind);
        var wrong = schema.checkTypes(object);
        if (!wrong.isEmpty()) {
            throw new UndecodableException(wrong.getFirst().detail());
        }
        FieldValidation.of(exchange).apply(exchange, document, schema.prune(object));
        schema.applyDefaults(object);
    }

    /// Returns all violations of the schema's rules by a new object. An object that is stored in another form is validated in that form.
    List<Cause> validate(ResourceType type, ObjectNode object) {
        Alias alias = reformed(type);
        return alias == null ? schema(type.gvk()).validate(object) : schema(alias.of()).validate(stored(type, alias, object));
    }

    List<Cause> validateUpdate(ResourceType type, ObjectNode updated, ObjectNode current, String subresource) {
        Alias alias = reformed(type);
        return alias == null ? schema(type.gvk()).validateUpdate(updated, current, subresource)
                : schema(alias.of()).validateUpdate(stored(type, alias, updated), stored(type, alias, current), subresource);
    }

    private static @Nullable Alias reformed(ResourceType type) {
        Alias alias = type.alias();
        return alias != null && alias.reshapes() ? alias : null;
    }

    /// Converts to the stored form. Values that the older version carries in annotations have not been checked before, so their types are checked here.
    private ObjectNode stored(ResourceType type, Alias alias, ObjectNode object) {
        ObjectNode stored = alias.form().store(object);
        var wrong = schema(alias.of()).checkTypes(stored);
        if (!wrong.isEmpty()) {
            throw ApiException.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a " + type.kind() + ": " + wrong.getFirst().detail());
        }
        return stored;
    }

    public static void requireValid(ResourceType type, String name, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(type.group(), type.kind(), name, Cause.describe(causes),
                    causes.stream().map(cause -> new StatusCause(cause.reason(), cause.message(), cause.field())).toList());
        }
    }
}
