package io.moka.schemagenerator;

import java.util.Set;
import java.util.TreeMap;

/// Go's `omitempty`: an optional text, number or truth value that is no pointer in Go is left out when it is zero. The model classes do not
/// tell pointers from values, so `overlay.txt` names the fields that keep their zeros.
final class ZeroValues {
    static final String OMIT = "omit";
    static final String POINTER = "pointer";

    private static final Set<String> TYPES = Set.of("string", "bool", "int32", "int64", "double");

    private ZeroValues() {
    }

    /// The type, whose optional scalar fields have the attribute `omit`.
    static TypeModel omitted(TypeModel type) {
        var fields = new TreeMap<>(type.fields());
        fields.replaceAll((name, field) -> TYPES.contains(field.type()) && field.attributes().isEmpty() && !Set.of("apiVersion", "kind").contains(name)
                ? field.with(OMIT) : field);
        return new TypeModel(type.name(), type.kind(), type.attributes(), type.description(), fields);
    }
}
