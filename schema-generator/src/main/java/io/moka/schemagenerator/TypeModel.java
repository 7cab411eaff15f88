package io.moka.schemagenerator;

import java.util.SortedMap;

/// One object type.
///
/// @param name as OpenAPI names it, such as `io.k8s.api.core.v1.Pod`
/// @param kind `apiVersion/kind` when objects of this type stand alone, such as `apps/v1/Deployment`; else empty
/// @param attributes of the type itself; empty or `atomic`
record TypeModel(String name, String kind, String attributes, String description, SortedMap<String, FieldModel> fields) {

    TypeModel(String name, String kind, String description, SortedMap<String, FieldModel> fields) {
        this(name, kind, "", description, fields);
    }

    TypeModel with(String overlay) {
        return new TypeModel(name, kind, overlay, description, fields);
    }
}
