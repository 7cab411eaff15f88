package io.moka.apiserver.table;

import org.jspecify.annotations.Nullable;

/// What each row of a Table carries of its object (`includeObject` query parameter).
public enum IncludeObject {
    NONE, METADATA, OBJECT;

    /// The policy of a query parameter; absent means Metadata.
    ///
    /// @throws IllegalArgumentException when the value is none of the three
    public static IncludeObject parse(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return METADATA;
        }
        return switch (value) {
            case "None" -> NONE;
            case "Metadata" -> METADATA;
            case "Object" -> OBJECT;
            default -> throw new IllegalArgumentException("unrecognized includeObject value: \"" + value + "\"");
        };
    }
}
