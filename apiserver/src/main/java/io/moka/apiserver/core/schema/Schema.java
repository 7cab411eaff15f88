package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The type of a JSON value.
public sealed interface Schema {

    /// A JSON array.
    record ListOf(Schema items) implements Schema {
    }

    /// A JSON object with free keys.
    record MapOf(Schema values) implements Schema {
    }

    /// A value without fields; [#ANY] is JSON of any shape.
    enum Scalar implements Schema {
        STRING("string"), BYTES("[]uint8"), INT32("int32"), INT64("int64"), DOUBLE("float64"), BOOL("bool"),
        TIME("v1.Time"), MICROTIME("v1.MicroTime"), QUANTITY("resource.Quantity"), INTSTR("intstr.IntOrString"),
        ANY("interface {}");

        final String goType;

        Scalar(String goType) {
            this.goType = goType;
        }
    }

    /// A JSON object with known fields, which are decoded when they are first asked for.
    final class Struct implements Schema {

        private final String name;
        private final @Nullable GroupVersionKind kind;
        private final boolean atomic;
        private volatile @Nullable Decoded decoded;
        private final Supplier<Map<String, Field>> decoder;
        private final @Nullable JsonNode definition;

        Struct(String name, @Nullable GroupVersionKind kind, Supplier<Map<String, Field>> decoder) {
            this(name, kind, false, decoder, null);
        }

        Struct(String name, @Nullable GroupVersionKind kind, boolean atomic, Supplier<Map<String, Field>> decoder) {
            this(name, kind, atomic, decoder, null);
        }

        Struct(String name, @Nullable GroupVersionKind kind, Supplier<Map<String, Field>> decoder, @Nullable JsonNode definition) {
            this(name, kind, false, decoder, definition);
        }

        private Struct(String name, @Nullable GroupVersionKind kind, boolean atomic, Supplier<Map<String, Field>> decoder, @Nullable JsonNode definition) {
            this.name = name;
            this.kind = kind;
            this.atomic = atomic;
            this.decoder = decoder;
            this.definition = definition;
        }

        /// Returns the schema of a custom kind, from its CustomResourceDefinition; null for all other types.
        public @Nullable JsonNode definition() {
            return definition;
        }

        /// Returns the OpenAPI name, such as `io.k8s.api.core.v1.PodSpec`.
        public String name() {
            return name;
        }

        /// Returns the last part of [#name], which is the Go type.
        public String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /// Returns the kind, for types of whole objects; otherwise null.
        public @Nullable GroupVersionKind kind() {
            return kind;
        }

        /// Whether values of this type are owned as a whole, unless a field of this type declares otherwise.
        public boolean atomic() {
            return atomic;
        }

        private record Decoded(Map<String, Field> fields, DefaultRule defaulting, Rule rule) {
        }

        /// Decodes the fields on first use. Concurrent calls may decode twice; either result can be used.
        private Decoded decoded() {
            Decoded known = decoded;
            if (known == null) {
                known = new Decoded(decoder.get(), DefaultRules.of(name), Rules.of(name));
                decoded = known;
            }
            return known;
        }

        /// Returns the fields by name.
        public Map<String, Field> fields() {
            return decoded().fields();
        }

        DefaultRule defaulting() {
            return decoded().defaulting();
        }

        Rule rule() {
            return decoded().rule();
        }

        public @Nullable Field field(String fieldName) {
            return fields().get(fieldName);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// Returns the type as Go writes it in a decoding error, such as `[]v1.Container`.
    default String goType() {
        return switch (this) {
            case Scalar scalar -> scalar.goType;
            case ListOf list -> "[]" + list.items().goType();
            case MapOf map -> "map[string]" + map.values().goType();
            case Struct struct -> {
                String[] words = struct.name.split("\\.");
                yield words[words.length - 2] + "." + words[words.length - 1];
            }
        };
    }
}
