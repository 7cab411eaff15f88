package io.moka.apiserver.core.schema;

import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.OlderVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The schemas of all kinds: the built-in ones, read from a resource made at build time, and those of custom resources. Safe for all threads.
public final class SchemaRegistry {

    private final SchemaText text;
    private final Map<GroupVersionKind, ObjectSchema> kinds = new ConcurrentHashMap<>();

    private volatile Custom custom = new Custom(Map.of(), Map.of(), "");

    /// The custom kinds; immutable once published.
    private record Custom(Map<GroupVersionKind, ObjectSchema> schemas, Map<GroupVersionKind, Schema.Struct> lists, String fingerprint) {}

    /// Replaces the published custom kinds.
    ///
    /// @param lists the types of their lists
    /// @param fingerprint a text that changes with any of them
    public void publish(Map<GroupVersionKind, ObjectSchema> schemas, Map<GroupVersionKind, Schema.Struct> lists, String fingerprint) {
        custom = new Custom(Map.copyOf(schemas), Map.copyOf(lists), fingerprint);
    }

    SchemaRegistry(SchemaText text) {
        this.text = text;
    }

    /// Opens the generated resource; kinds are decoded on first use.
    public static SchemaRegistry load() {
        return new SchemaRegistry(new SchemaText(resource("schemas.txt")));
    }

    /// Returns the schema of a kind, or null when there is no such kind.
    public @Nullable ObjectSchema find(GroupVersionKind kind) {
        ObjectSchema known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        Schema.Struct struct = text.find(OlderVersions.sameSchema(kind));
        return struct == null ? custom.schemas().get(kind) : kinds.computeIfAbsent(kind, k -> new ObjectSchema(k, struct));
    }

    /// Returns a type by its OpenAPI name, such as `io.k8s.api.core.v1.PodSpec`; null when there is none.
    public Schema.@Nullable Struct findType(String name) {
        return text.find(name);
    }

    /// Returns the type of a kind, or null.
    public Schema.@Nullable Struct findKind(String group, String version, String kind) {
        GroupVersionKind wanted = new GroupVersionKind(group, version, kind);
        Schema.Struct struct = text.find(OlderVersions.sameSchema(wanted));
        if (struct != null) {
            return struct;
        }
        Custom now = custom;
        ObjectSchema schema = now.schemas().get(wanted);
        return schema != null ? schema.struct() : now.lists().get(wanted);
    }

    /// Returns a text that changes when any schema changes.
    public String fingerprint() {
        return text.fingerprint() + custom.fingerprint();
    }

    /// Returns the text of all descriptions, in the layout of the schema: `type TAB text`, `TAB field TAB text`.
    public static String descriptions() {
        return resource("descriptions.txt");
    }

    static String resource(String name) {
        try (InputStream in = SchemaRegistry.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is not on the class path; build the apiserver with Maven");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
