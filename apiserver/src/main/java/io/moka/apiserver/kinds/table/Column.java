package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.function.Function;

/// One column of a kind's table.
///
/// @param wide whether the column is shown with `-o wide` only
record Column(String name, String type, String format, String description, boolean wide, Cell cell) {

    Column(String name, String type, boolean wide, Cell cell) {
        this(name, type, name.equals("Name") ? "name" : "", "", wide, cell);
    }

    /// Returns the column's value for an object: a String, Integer, Long, Boolean or JSON.
    @FunctionalInterface
    interface Cell {
        Object of(JsonNode object, Instant now);
    }

    static Column of(String name, Function<JsonNode, ?> cell) {
        return new Column(name, "string", false, (object, now) -> cell.apply(object));
    }

    static Column number(String name, Function<JsonNode, ?> cell) {
        return new Column(name, "integer", false, (object, now) -> cell.apply(object));
    }

    static Column timed(String name, Cell cell) {
        return new Column(name, "string", false, cell);
    }

    /// Returns a column with the text at a path, such as `spec.type`; `otherwise` where there is none.
    static Column path(String name, String path, String otherwise) {
        return of(name, object -> Cells.text(object, path, otherwise));
    }

    static Column count(String name, String path) {
        return number(name, object -> Cells.at(object, path).asLong());
    }

    Column inWide() {
        return new Column(name, type, true, cell);
    }
}
