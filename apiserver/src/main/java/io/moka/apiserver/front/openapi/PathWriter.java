package io.moka.apiserver.front.openapi;

import com.fasterxml.jackson.core.JsonGenerator;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the paths and operations of each resource.
final class PathWriter {

    /// @param write whether the body is an object of the type
    private record Operation(String method, String action, boolean write) {
    }

    private static final List<Operation> COLLECTION = List.of(
            new Operation("get", "list", false), new Operation("post", "post", true), new Operation("delete", "deletecollection", false));
    private static final List<Operation> CREATE_ONLY = List.of(new Operation("post", "post", true));
    private static final List<Operation> ITEM = List.of(
            new Operation("get", "get", false), new Operation("put", "put", true),
            new Operation("patch", "patch", true), new Operation("delete", "delete", false));
    private static final List<Operation> SUBRESOURCE = ITEM.subList(0, 3);
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final JsonGenerator json;
    private final SchemaRegistry schemas;
    private final Dialect version;

    PathWriter(JsonGenerator json, SchemaRegistry schemas, Dialect version) {
        this.json = json;
        this.schemas = schemas;
        this.version = version;
    }

    void write(List<ResourceType> types) throws IOException {
        json.writeObjectFieldStart("paths");
        for (ResourceType type : types) {
            writeType(type);
        }
        json.writeEndObject();
    }

    private void writeType(ResourceType type) throws IOException {
        String root = (type.group().isEmpty() ? "/api/" : "/apis/") + type.groupVersion();
        String collection = root + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
        if (type.computed()) {
            writePath(collection, COLLECTION.subList(0, 1), type, type.gvk());
            writePath(collection + "/{name}", ITEM.subList(0, 1), type, type.gvk());
            return;
        }
        if (!type.stored()) {
            writePath(collection, CREATE_ONLY, type, type.gvk());
            return;
        }
        if (type.namespaced()) {
            writePath(root + "/" + type.plural(), COLLECTION.subList(0, 1), type, type.gvk());
        }
        writePath(collection, COLLECTION, type, type.gvk());
        writePath(collection + "/{name}", ITEM, type, type.gvk());
        for (String subresource : type.subresources().stream().sorted().toList()) {
            switch (subresource) {
                case "status" -> writePath(collection + "/{name}/status", SUBRESOURCE, type, type.gvk());
                case "ephemeralcontainers", "resize" -> writePath(collection + "/{name}/" + subresource, SUBRESOURCE, type, type.gvk());
                case "scale" -> writePath(collection + "/{name}/scale", SUBRESOURCE, type, SCALE);
                default -> { }
            }
        }
    }

    private void writePath(String path, List<Operation> operations, ResourceType type, GroupVersionKind kind) throws IOException {
        json.writeObjectFieldStart(path);
        for (Operation operation : operations) {
            writeOperation(operation, path, type, kind);
        }
        json.writeArrayFieldStart("parameters");
        if (path.contains("{name}")) {
            writeParameter("name", "path");
        }
        if (path.contains("{namespace}")) {
            writeParameter("namespace", "path");
        }
        writeParameter("pretty", "query");
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeOperation(Operation operation, String path, ResourceType type, GroupVersionKind kind) throws IOException {
        Schema.@Nullable Struct struct = schemas.findKind(kind.group(), kind.version(),
                operation.action().equals("list") ? kind.kind() + "List" : kind.kind());
        json.writeObjectFieldStart(operation.method());
        json.writeStringField("operationId", operationId(operation, path, type));
        json.writeArrayFieldStart("tags");
        json.writeString((type.group().isEmpty() ? "core" : type.group()) + "_" + type.version());
        json.writeEndArray();
        json.writeArrayFieldStart("parameters");
        if (operation.write()) {
            writeParameter("dryRun", "query");
            writeParameter("fieldManager", "query");
            writeParameter("fieldValidation", "query");
        }
        if (operation.method().equals("patch")) {
            writeParameter("force", "query");
        }
        if (version == Dialect.V2 && operation.write() && struct != null) {
            writeV2Body(struct.name());
        }
        json.writeEndArray();
        if (version == Dialect.V3 && operation.write() && struct != null) {
            writeV3Body(operation, type, struct.name());
        }
        writeResponses(struct);
        json.writeStringField("x-kubernetes-action", operation.action());
        json.writeFieldName("x-kubernetes-group-version-kind");
        TypeWriter.writeKind(json, kind);
        json.writeEndObject();
    }

    private static String operationId(Operation operation, String path, ResourceType type) {
        StringBuilder id = new StringBuilder(operation.action());
        for (String segment : path.split("[/{}.]+")) {
            if (!segment.isEmpty()) {
                id.append(Character.toUpperCase(segment.charAt(0))).append(segment.substring(1));
            }
        }
        return id.append(type.kind()).toString();
    }

    private void writeParameter(String name, String in) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("in", in);
        if (in.equals("path")) {
            json.writeBooleanField("required", true);
        }
        if (version == Dialect.V2) {
            json.writeStringField("type", "string");
            json.writeBooleanField("uniqueItems", true);
        } else {
            json.writeObjectFieldStart("schema");
            json.writeStringField("type", "string");
            json.writeBooleanField("uniqueItems", true);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void writeV2Body(String type) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", "body");
        json.writeStringField("in", "body");
        json.writeBooleanField("required", true);
        writeSchema(type);
        json.writeEndObject();
    }

    /// Writes the media types of a request body. Clients read from them whether they may send a strategic merge patch, which custom resources do not support.
    private void writeV3Body(Operation operation, ResourceType resource, String type) throws IOException {
        json.writeObjectFieldStart("requestBody");
        json.writeObjectFieldStart("content");
        List<String> mediaTypes = operation.method().equals("patch")
                ? resource.custom() == null
                        ? List.of("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml")
                        : List.of("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml")
                : List.of("*/*");
        for (String mediaType : mediaTypes) {
            json.writeObjectFieldStart(mediaType);
            writeSchema(type);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeResponses(Schema.@Nullable Struct struct) throws IOException {
        json.writeObjectFieldStart("responses");
        json.writeObjectFieldStart("200");
        json.writeStringField("description", "OK");
        if (struct != null) {
            if (version == Dialect.V2) {
                writeSchema(struct.name());
            } else {
                json.writeObjectFieldStart("content");
                json.writeObjectFieldStart("application/json");
                writeSchema(struct.name());
                json.writeEndObject();
                json.writeEndObject();
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeSchema(String type) throws IOException {
        json.writeObjectFieldStart("schema");
        json.writeStringField("$ref", version.prefix + type);
        json.writeEndObject();
    }
}
