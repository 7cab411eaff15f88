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

    /// The values that the documentation names: those of `values=`, else those that are accepted; sorted, as OpenAPI has them.
    List<String> values() {
        String named = attribute("values=");
        String list = named == null ? attribute("enum=") : named;
        return list == null || list.isEmpty() && named != null ? List.of() : Arrays.stream(list.split(",", -1)).sorted().toList();
    }

    private @Nullable String attribute(String prefix) {
        return Arrays.stream(attributes.split(" ")).filter(attribute -> attribute.startsWith(prefix)).map(attribute -> attribute.substring(prefix.length()))
                .findFirst().orElse(null);
    }

    /// What the server is to know of the field, in its own file.
    String rules() {
        return Arrays.stream(attributes.split(" ")).filter(attribute -> !attribute.startsWith("values=")).collect(Collectors.joining(" "));
    }

    FieldModel described(String words) {
        return new FieldModel(name, type, attributes, words);
    }

    /// This field with what the overlay says; an attribute `type=T` replaces the leaf of the type.
    FieldModel with(String overlay) {
        StringBuilder merged = new StringBuilder(attributes);
        String newType = type;
        for (String attribute : overlay.split(" +")) {
            if (attribute.startsWith("type=")) {
                newType = type.replaceFirst("[a-z0-9]+$", attribute.substring("type=".length()));
            } else {
                merged.append(merged.isEmpty() ? "" : " ").append(attribute);
            }
        }
        return new FieldModel(name, newType, merged.toString(), description);
    }
}
