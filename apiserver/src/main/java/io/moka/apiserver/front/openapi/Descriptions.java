package io.moka.apiserver.front.openapi;

import io.moka.apiserver.core.schema.SchemaRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks up the descriptions of types and fields; they are loaded to write a document and then discarded.
final class Descriptions {

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> fields = new HashMap<>();
    private final Map<String, List<String>> values = new HashMap<>();

    private Descriptions() {
    }

    static Descriptions load() {
        Descriptions descriptions = new Descriptions();
        String type = "";
        for (String line : SchemaRegistry.descriptions().split("\n")) {
            String[] columns = line.split("\t", -1);
            if (line.startsWith("\t")) {
                descriptions.fields.put(type + "/" + columns[1], unescape(columns[2]));
                if (columns.length > 3) {
                    descriptions.values.put(type + "/" + columns[1], List.of(columns[3].split(",", -1)));
                }
            } else {
                type = columns[0];
                descriptions.types.put(type, unescape(columns[1]));
            }
        }
        return descriptions;
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0 ? text
                : text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    }

    String ofType(String type) {
        return types.getOrDefault(type, "");
    }

    /// Returns the documented values of a field, sorted; empty when none are documented.
    List<String> values(String type, String field) {
        return values.getOrDefault(type + "/" + field, List.of());
    }

    String ofField(String type, String field) {
        return fields.getOrDefault(type + "/" + field, "");
    }
}
