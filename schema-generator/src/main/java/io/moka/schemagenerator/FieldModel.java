package io.moka.schemagenerator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One field of a type.
///
/// @param type in the language of the output: `string`, `[]int32`, `{}quantity`, `@io.k8s.api.core.v1.PodSpec`, ...
/// @param attributes space-separated, such as `required default="TCP"`; may be empty
record FieldModel(String name, String type, String attributes, String description) {

    /// Returns the values that the documentation names: those of `values=`, else those that are accepted; sorted, as OpenAPI has them.
    List<String> values() {
        String named = attribute("values=");
        String list = named == null ? attribute("enum=") : named;
        return list == null || list.isEmpty() && named != null ? List.of() : Arrays.stream(list.split(",", -1)).sorted().toList();
    }

    private @Nullable String attribute(String prefix) {
        return Arrays.stream(attributes.split(" ")).filter(attribute -> attribute.startsWith(prefix)).map(attribute -> attribute.substring(prefix.length()))
                .findFirst().orElse(null);
    }

    /// Returns the attributes for the server's schema file, which are all but `values=`.
    String rules() {
        return Arrays.stream(attributes.split(" ")).filter(attribute -> !attribute.startsWith("values=")).collect(Collectors.joining(" "));
    }

    /// Whether false, 0 or "" is the same as absent.
    boolean omitsZero() {
        return Arrays.asList(attributes.split(" ")).contains(ZeroValues.OMIT);
    }

    FieldModel described(String words) {
        return new FieldModel(name, type, attributes, words);
    }

    /// Returns this field with the overlay's attributes added; an attribute `type=T` replaces the leaf of the type, `pointer` removes `omit`.
    FieldModel with(String overlay) {
        StringBuilder merged = new StringBuilder(attributes);
        String newType = type;
        for (String attribute : overlay.split(" +")) {
            if (attribute.startsWith("type=")) {
                newType = type.replaceFirst("[a-z0-9]+$", attribute.substring("type=".length()));
            } else if (attribute.equals(ZeroValues.POINTER)) {
                merged = new StringBuilder(Arrays.stream(merged.toString().split(" ")).filter(word -> !word.equals(ZeroValues.OMIT)).collect(Collectors.joining(" ")));
            } else {
                merged.append(merged.isEmpty() ? "" : " ").append(attribute);
            }
        }
        return new FieldModel(name, newType, merged.toString(), description);
    }
}
