package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field of a [Schema.Struct].
///
/// @param required as OpenAPI says; it is not checked, since Go's decoder knows no missing values
/// @param defaultValue what to put where the field is absent
/// @param omitZero whether false, 0 or "" is the same as absent
/// @param listType also of maps and structs, where [ListType#ATOMIC] makes them one value and [ListType#MAP] makes an atomic struct granular
/// @param listMapKeys the keys of the elements when [#listType] is [ListType#MAP]
/// @param patchMerge whether a strategic merge patch merges a list rather than replacing it
/// @param retainKeys whether a strategic merge patch drops the sibling keys that it does not name
/// @param patchMergeKey the key that elements are merged by; empty for a list of scalars
public record Field(String name, Schema schema, boolean required, @Nullable JsonNode defaultValue, boolean omitZero,
                    ValueRules rules, ListType listType, List<String> listMapKeys,
                    boolean patchMerge, boolean retainKeys, String patchMergeKey) {

    /// How server-side apply and OpenAPI see a list.
    public enum ListType { UNSPECIFIED, ATOMIC, SET, MAP }
}
