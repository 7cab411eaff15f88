package io.moka.apiserver.front.openapi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Writes types as OpenAPI schemas.
final class TypeWriter {

    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static final String TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
    private static final String MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";

    private final JsonGenerator json;
    private final Descriptions descriptions;
    private final Dialect version;

    TypeWriter(JsonGenerator json, Descriptions descriptions, Dialect version) {
        this.json = json;
        this.descriptions = descriptions;
        this.version = version;
    }

    void writeAll(Collection<Schema.Struct> structs) throws IOException {
        for (Schema.Struct struct : structs) {
            writeStruct(struct);
        }
        writeScalar(QUANTITY, "A fixed-point number with a unit, such as 500m or 1Gi.", version == Dialect.V3 ? "number" : "", "");
        writeScalar(INT_OR_STRING, "A number or a string.", version == Dialect.V3 ? "integer" : "", "int-or-string");
        writeScalar(TIME, "A time as RFC 3339 has it, in whole seconds.", "", "date-time");
        writeScalar(MICRO_TIME, "A time as RFC 3339 has it, with microseconds.", "", "date-time");
    }

    private void writeScalar(String name, String description, String orType, String format) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("description", description);
        if (!format.isEmpty()) {
            json.writeStringField("format", format);
        }
        if (orType.isEmpty()) {
            json.writeStringField("type", "string");
        } else {
            json.writeArrayFieldStart("oneOf");
            for (String type : List.of("string", orType)) {
                json.writeStartObject();
                json.writeStringField("type", type);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void writeStruct(Schema.Struct struct) throws IOException {
        if (struct.definition() != null) {
            json.writeFieldName(struct.name());
            json.writeTree(new CustomDocument(version, descriptions).of(struct));
            return;
        }
        json.writeObjectFieldStart(struct.name());
        writeDescription(descriptions.ofType(struct.name()));
        json.writeStringField("type", "object");
        List<String> required = struct.fields().values().stream().filter(Field::required).map(Field::name).toList();
        if (!required.isEmpty()) {
            json.writeArrayFieldStart("required");
            for (String name : required) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
        json.writeObjectFieldStart("properties");
        for (Field field : struct.fields().values()) {
            writeField(struct, field);
        }
        json.writeEndObject();
        if (struct.kind() != null) {
            json.writeArrayFieldStart("x-kubernetes-group-version-kind");
            writeKind(json, struct.kind());
            json.writeEndArray();
        }
        if (struct.atomic()) {
            json.writeStringField("x-kubernetes-map-type", "atomic");
        }
        json.writeEndObject();
    }

    static void writeKind(JsonGenerator json, GroupVersionKind kind) throws IOException {
        json.writeStartObject();
        json.writeStringField("group", kind.group());
        json.writeStringField("kind", kind.kind());
        json.writeStringField("version", kind.version());
        json.writeEndObject();
    }

    private void writeDescription(String description) throws IOException {
        if (!description.isEmpty()) {
            json.writeStringField("description", description);
        }
    }

    private void writeField(Schema.Struct struct, Field field) throws IOException {
        json.writeObjectFieldStart(field.name());
        String description = descriptions.ofField(struct.name(), field.name());
        // a field without a description of its own that refers to a type gets the type's description
        boolean silent = description.isEmpty() && field.schema() instanceof Schema.Struct;
        List<String> values = descriptions.values(struct.name(), field.name());
        writeDescription((silent ? descriptions.ofType(((Schema.Struct) field.schema()).name()) : description) + possible(values));
        writeShape(field.schema());
        JsonNode defaultValue = field.defaultValue();
        if (defaultValue != null) {
            json.writeFieldName("default");
            json.writeTree(defaultValue);
        }
        if (!values.isEmpty()) {
            json.writeArrayFieldStart("enum");
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        writeListFacts(field);
        json.writeEndObject();
    }

    private static String possible(List<String> values) {
        StringBuilder text = new StringBuilder(values.isEmpty() ? "" : "\n\nPossible enum values:");
        values.forEach(value -> text.append("\n - `\"").append(value).append("\"`"));
        return text.toString();
    }

    private void writeListFacts(Field field) throws IOException {
        if (!field.listMapKeys().isEmpty()) {
            json.writeArrayFieldStart("x-kubernetes-list-map-keys");
            for (String key : field.listMapKeys()) {
                json.writeString(key);
            }
            json.writeEndArray();
        }
        if (field.listType() != Field.ListType.UNSPECIFIED) {
            if (field.schema() instanceof Schema.ListOf) {
                json.writeStringField("x-kubernetes-list-type", field.listType().name().toLowerCase(Locale.ROOT));
            } else if (!(field.schema() instanceof Schema.Scalar)) {
                json.writeStringField("x-kubernetes-map-type", field.listType() == Field.ListType.ATOMIC ? "atomic" : "granular");
            }
        }
        if (!field.patchMergeKey().isEmpty()) {
            json.writeStringField("x-kubernetes-patch-merge-key", field.patchMergeKey());
        }
        if (field.patchMerge() || field.retainKeys()) {
            json.writeStringField("x-kubernetes-patch-strategy",
                    field.patchMerge() && field.retainKeys() ? "merge,retainKeys" : field.patchMerge() ? "merge" : "retainKeys");
        }
    }

    private void writeShape(Schema schema) throws IOException {
        switch (schema) {
            case Schema.ListOf(Schema items) -> {
                json.writeStringField("type", "array");
                json.writeObjectFieldStart("items");
                writeShape(items);
                json.writeEndObject();
            }
            case Schema.MapOf(Schema values) -> {
                json.writeStringField("type", "object");
                json.writeObjectFieldStart("additionalProperties");
                writeShape(values);
                json.writeEndObject();
            }
            case Schema.Struct struct -> writeReference(struct.name());
            case Schema.Scalar scalar -> writeScalar(scalar);
        }
    }

    private void writeScalar(Schema.Scalar scalar) throws IOException {
        switch (scalar) {
            case STRING -> writeType("string", "");
            case BYTES -> writeType("string", "byte");
            case INT32 -> writeType("integer", "int32");
            case INT64 -> writeType("integer", "int64");
            case DOUBLE -> writeType("number", "double");
            case BOOL -> writeType("boolean", "");
            case ANY -> writeType("object", "");
            case QUANTITY -> writeReference(QUANTITY);
            case INTSTR -> writeReference(INT_OR_STRING);
            case TIME -> writeReference(TIME);
            case MICROTIME -> writeReference(MICRO_TIME);
        }
    }

    private void writeType(String type, String format) throws IOException {
        if (!format.isEmpty()) {
            json.writeStringField("format", format);
        }
        json.writeStringField("type", type);
    }

    private void writeReference(String name) throws IOException {
        if (version == Dialect.V2) {
            json.writeStringField("$ref", version.prefix + name);
            return;
        }
        json.writeArrayFieldStart("allOf");
        json.writeStartObject();
        json.writeStringField("$ref", version.prefix + name);
        json.writeEndObject();
        json.writeEndArray();
    }
}
