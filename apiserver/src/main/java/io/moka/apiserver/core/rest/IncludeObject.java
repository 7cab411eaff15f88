package io.moka.apiserver.core.rest;

import org.jspecify.annotations.Nullable;

/// The part of its object that each row of a Table carries (`includeObject` query parameter).
public enum IncludeObject {
    NONE, METADATA, OBJECT;

    /// Parses the query parameter; absent means Metadata.
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
