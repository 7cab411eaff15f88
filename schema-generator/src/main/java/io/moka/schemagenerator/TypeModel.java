package io.moka.schemagenerator;

import java.util.SortedMap;

/// One object type.
///
/// @param name as OpenAPI names it, such as `io.k8s.api.core.v1.Pod`
/// @param kind `apiVersion/kind` when objects of this type stand alone, such as `apps/v1/Deployment`; else empty
record TypeModel(String name, String kind, String description, SortedMap<String, FieldModel> fields) {
}
