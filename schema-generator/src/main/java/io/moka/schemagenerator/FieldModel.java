package io.moka.schemagenerator;

/// One field of a type.
///
/// @param type in the language of the output: `string`, `[]int32`, `{}quantity`, `@io.k8s.api.core.v1.PodSpec`, ...
/// @param attributes space-separated, such as `required default="TCP"`; may be empty
record FieldModel(String name, String type, String attributes, String description) {

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
