package io.moka.apiserver.schema;

import io.moka.apiserver.resource.GroupVersionKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The schemas of all built-in kinds, read from a resource made at build time. Safe for all threads.
public final class SchemaRegistry {

    private final SchemaText text;
    private final Map<GroupVersionKind, ObjectSchema> kinds = new ConcurrentHashMap<>();

    SchemaRegistry(SchemaText text) {
        this.text = text;
    }

    /// Opens the generated resource; kinds are decoded when they are first asked for.
    public static SchemaRegistry load() {
        return new SchemaRegistry(new SchemaText(resource("schemas.txt")));
    }

    /// The schema of a kind, or null when there is no such built-in kind.
    public @Nullable ObjectSchema find(GroupVersionKind kind) {
        ObjectSchema known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        Schema.Struct struct = text.find(kind);
        return struct == null ? null : kinds.computeIfAbsent(kind, k -> new ObjectSchema(k, struct));
    }

    /// A type by its OpenAPI name, such as `io.k8s.api.core.v1.PodSpec`.
    public Schema.@Nullable Struct findType(String name) {
        return text.find(name);
    }

    /// The shape of a kind.
    public Schema.@Nullable Struct findKind(String group, String version, String kind) {
        return text.find(new GroupVersionKind(group, version, kind));
    }

    /// Changes when any schema changes.
    public String fingerprint() {
        return text.fingerprint();
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
