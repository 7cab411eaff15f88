package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;

/// Compares numbers by value, so that `1` equals `1.0` and an int equals a long.
final class Numbers {

    static final Comparator<JsonNode> COMPARATOR = (a, b) ->
            a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : a.equals(b) ? 0 : 1;

    private Numbers() {
    }
}
