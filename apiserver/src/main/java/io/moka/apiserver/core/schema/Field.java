package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field of a [Schema.Struct].
///
/// @param required whether OpenAPI lists the field as required; not checked, since Go's decoder does not detect missing values
/// @param defaultValue the value of an absent field; null when there is no default
/// @param omitZero whether false, 0 or "" equals an absent value
/// @param listType how a list is merged; for maps and structs, [ListType#ATOMIC] makes them one value and [ListType#MAP] makes an atomic struct granular
/// @param listMapKeys the key fields of the elements when [#listType] is [ListType#MAP]
/// @param patchMerge whether a strategic merge patch merges a list rather than replacing it
/// @param retainKeys whether a strategic merge patch drops the sibling keys that it does not name
/// @param patchMergeKey the key that elements are merged by; empty for a list of scalars
public record Field(String name, Schema schema, boolean required, @Nullable JsonNode defaultValue, boolean omitZero,
                    ValueRules rules, ListType listType, List<String> listMapKeys,
                    boolean patchMerge, boolean retainKeys, String patchMergeKey) {

    /// How server-side apply merges a list, and OpenAPI describes it.
    public enum ListType { UNSPECIFIED, ATOMIC, SET, MAP }
}
