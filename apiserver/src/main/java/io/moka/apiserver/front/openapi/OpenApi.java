package io.moka.apiserver.front.openapi;

import com.fasterxml.jackson.core.JsonGenerator;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Provides the OpenAPI documents as JSON. Safe for all threads.
///
/// The first call for a document takes some tens of milliseconds, so it belongs on a virtual thread.
public final class OpenApi {

    /// The media type by which a client asks for [#v2Binary].
    public static final String V2_BINARY_ACCEPT = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    /// The media type of the answer; unlike the one in the request, it is well-formed.
    public static final String V2_BINARY_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// Writes one document.
    @FunctionalInterface
    private interface Document {
        void write(JsonGenerator json) throws IOException;
    }

    private final SchemaRegistry schemas;
    private final Catalog catalog;
    private final String serverVersion;
    private final Map<String, SoftReference<byte[]>> documents = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    /// @param serverVersion such as `v1.36.0`
    public OpenApi(SchemaRegistry schemas, Catalog catalog, String serverVersion) {
        this.schemas = schemas;
        this.catalog = catalog;
        this.serverVersion = serverVersion;
    }

    /// Returns the document at `/openapi/v2`.
    public byte[] v2() {
        return cached("v2", this::writeV2);
    }

    /// Returns the document at `/openapi/v2` for a client that accepts only [#V2_BINARY_ACCEPT]; not cached, as only old clients ask for it.
    public byte[] v2Binary() {
        return BinaryDocument.of(Json.read(v2()));
    }

    /// Returns the document at `/openapi/v3`, the paths of the documents of all group versions.
    public byte[] v3Index() {
        return cached("v3", this::writeIndex);
    }

    /// Returns the document at `/openapi/v3/PATH`, where the path is `api/v1` or `apis/GROUP/VERSION`; null when there is no such group version.
    public byte @Nullable [] v3(String path) {
        String groupVersion = groupVersionOf(path);
        return groupVersion == null ? null : cached("v3/" + path, json -> writeV3(json, groupVersion));
    }

    /// Returns the hash by which a client may cache a document; it changes when the document may have changed.
    public String hash(String path) {
        return schemas.fingerprint() + Integer.toHexString(path.hashCode()).toUpperCase(java.util.Locale.ROOT);
    }

    private @Nullable String groupVersionOf(String path) {
        for (String groupVersion : catalog.groupVersions()) {
            if (pathOf(groupVersion).equals(path)) {
                return groupVersion;
            }
        }
        return null;
    }

    private static String pathOf(String groupVersion) {
        return (groupVersion.indexOf('/') < 0 ? "api/" : "apis/") + groupVersion;
    }

    private byte[] cached(String name, Document document) {
        forgetOld();
        SoftReference<byte[]> reference = documents.get(name);
        byte[] known = reference == null ? null : reference.get();
        if (known == null) {
            known = bytesOf(document);
            documents.put(name, new SoftReference<>(known));
        }
        return known;
    }

    /// Removes the cached documents of an earlier catalog.
    private void forgetOld() {
        long now = catalog.generation();
        if (generation.getAndSet(now) != now) {
            documents.clear();
        }
    }

    private static byte[] bytesOf(Document document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            document.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void writeIndex(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("paths");
        for (String groupVersion : catalog.groupVersions()) {
            String path = pathOf(groupVersion);
            json.writeObjectFieldStart(path);
            json.writeStringField("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash(path));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeV3(JsonGenerator json, String groupVersion) throws IOException {
        json.writeStartObject();
        json.writeStringField("openapi", "3.0.0");
        writeInfo(json);
        List<ResourceType> types = catalog.all().stream().filter(type -> type.groupVersion().equals(groupVersion)).toList();
        new PathWriter(json, schemas, Dialect.V3).write(types);
        json.writeObjectFieldStart("components");
        json.writeObjectFieldStart("schemas");
        TypeWriter writer = new TypeWriter(json, Descriptions.load(), Dialect.V3);
        writer.writeAll(reachable(types));
        json.writeEndObject();
        writeSecurity(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeV2(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("swagger", "2.0");
        writeInfo(json);
        new PathWriter(json, schemas, Dialect.V2).write(catalog.all());
        json.writeObjectFieldStart("definitions");
        new TypeWriter(json, Descriptions.load(), Dialect.V2).writeAll(reachable(catalog.all()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeInfo(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("info");
        json.writeStringField("title", "Kubernetes");
        json.writeStringField("version", serverVersion);
        json.writeEndObject();
    }

    private static void writeSecurity(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("securitySchemes");
        json.writeObjectFieldStart("BearerToken");
        json.writeStringField("type", "apiKey");
        json.writeStringField("name", "authorization");
        json.writeStringField("in", "header");
        json.writeStringField("description", "Bearer Token authentication");
        json.writeEndObject();
        json.writeEndObject();
    }

    private Collection<Schema.Struct> reachable(List<ResourceType> types) {
        SortedMap<String, Schema.Struct> found = new TreeMap<>();
        for (ResourceType type : types) {
            collect(schemas.findKind(type.group(), type.version(), type.kind()), found);
            collect(schemas.findKind(type.group(), type.version(), type.kind() + "List"), found);
            if (type.subresources().contains("scale")) {
                collect(schemas.findKind("autoscaling", "v1", "Scale"), found);
            }
            if (type.subresources().contains("eviction")) {
                collect(schemas.findKind("policy", "v1", "Eviction"), found);
            }
            if (type.subresources().contains("token")) {
                collect(schemas.findKind("authentication.k8s.io", "v1", "TokenRequest"), found);
            }
        }
        collect(schemas.findKind("", "v1", "Status"), found);
        collect(schemas.findKind("", "v1", "DeleteOptions"), found);
        return found.values();
    }

    private static void collect(@Nullable Schema schema, SortedMap<String, Schema.Struct> found) {
        switch (schema) {
            case null -> { }
            case Schema.Scalar scalar -> { }
            case Schema.ListOf(Schema items) -> collect(items, found);
            case Schema.MapOf(Schema values) -> collect(values, found);
            case Schema.Struct struct -> {
                if (found.putIfAbsent(struct.name(), struct) == null) {
                    struct.fields().values().stream().filter(field -> struct.definition() == null || field.name().equals("metadata"))
                            .forEach(field -> collect(field.schema(), found));
                }
            }
        }
    }
}
