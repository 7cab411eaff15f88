package io.moka.apiserver.schema;

import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.OlderVersions;
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

    /// The custom kinds; never changes once it is published.
    private record Custom(Map<GroupVersionKind, ObjectSchema> schemas, Map<GroupVersionKind, Schema.Struct> lists, String fingerprint) {}

    /// Knows these custom kinds from now on, instead of those that were published before.
    ///
    /// @param lists the shapes of their list kinds
    /// @param fingerprint changes when any of them changes
    public void publish(Map<GroupVersionKind, ObjectSchema> schemas, Map<GroupVersionKind, Schema.Struct> lists, String fingerprint) {
        custom = new Custom(Map.copyOf(schemas), Map.copyOf(lists), fingerprint);
    }

    SchemaRegistry(SchemaText text) {
        this.text = text;
    }

    /// Opens the generated resource; kinds are decoded when they are first asked for.
    public static SchemaRegistry load() {
        return new SchemaRegistry(new SchemaText(resource("schemas.txt")));
    }

    /// The schema of a kind, or null when there is no such kind.
    public @Nullable ObjectSchema find(GroupVersionKind kind) {
        ObjectSchema known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        Schema.Struct struct = text.find(OlderVersions.sameSchema(kind));
        return struct == null ? custom.schemas().get(kind) : kinds.computeIfAbsent(kind, k -> new ObjectSchema(k, struct));
    }

    /// A type by its OpenAPI name, such as `io.k8s.api.core.v1.PodSpec`.
    public Schema.@Nullable Struct findType(String name) {
        return text.find(name);
    }

    /// The shape of a kind.
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

    /// Changes when any schema changes.
    public String fingerprint() {
        return text.fingerprint() + custom.fingerprint();
    }

    /// The text of all descriptions, in the layout of the schema: `type TAB text`, `TAB field TAB text`.
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
