package io.moka.cni;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of the configuration or of a result. A small library parses it: this program starts for every pod, and loading the data binding that the other
/// processes use would take most of its running time.
///
/// @param fields in order; values are strings, numbers, booleans, lists and maps
record JsonObject(Map<String, Object> fields) {

    static JsonObject empty() {
        return new JsonObject(new LinkedHashMap<>());
    }

    /// @throws IOException when the text is not a JSON object; its message says why
    static JsonObject parse(byte[] text) throws IOException {
        return new JsonObject(JSON.std.mapFrom(text));
    }

    /// Sets a field.
    JsonObject with(String name, Object value) {
        fields.put(name, value instanceof JsonObject object ? object.fields : value);
        return this;
    }

    String text(String name, String otherwise) {
        var value = fields.get(name);
        return value == null || value instanceof Map || value instanceof List ? otherwise : value.toString();
    }

    int number(String name, int otherwise) {
        return fields.get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    boolean flag(String name, boolean otherwise) {
        return fields.get(name) instanceof Boolean flag ? flag : otherwise;
    }

    /// An object without fields where there is none.
    JsonObject object(String name) {
        return of(fields.get(name));
    }

    /// The objects of a list; none where there is no list.
    List<JsonObject> objects(String name) {
        return fields.get(name) instanceof List<?> list ? list.stream().map(JsonObject::of).toList() : List.of();
    }

    private static JsonObject of(@Nullable Object value) {
        var object = empty();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> object.fields.put(String.valueOf(name), field));
        }
        return object;
    }

    @Override
    public String toString() {
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
