package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the generated resource: it has a block for each type, whose fields are decoded on first use.
///
/// A type's line is `name TAB apiVersion/kind [TAB atomic]`, a field's is `TAB name TAB type TAB attributes`. Attributes are
/// `required`, `default=JSON`, `need`, `enum=A,B`, `min=N`, `max=N`, `format=F`, `immutable`, `omit`, `list=map`, `keys=K,L`,
/// `patch=merge`, `patch=retainKeys`, `mergeKey=K`.
final class SchemaText {

    private final String text;
    private final Map<String, Schema.Struct> structs = HashMap.newHashMap(700);
    private final Map<GroupVersionKind, Schema.Struct> kinds = HashMap.newHashMap(200);

    SchemaText(String text) {
        this.text = text;
        int start = 0;
        while (start < text.length()) {
            int lineEnd = text.indexOf('\n', start);
            int blockEnd = lineEnd + 1;
            while (blockEnd < text.length() && text.charAt(blockEnd) == '\t') {
                blockEnd = text.indexOf('\n', blockEnd) + 1;
            }
            addStruct(text.substring(start, lineEnd), lineEnd + 1, blockEnd);
            start = blockEnd;
        }
    }

    Schema.@Nullable Struct find(GroupVersionKind kind) {
        return kinds.get(kind);
    }

    Schema.@Nullable Struct find(String typeName) {
        return structs.get(typeName);
    }

    String fingerprint() {
        return "%08X".formatted(text.hashCode());
    }

    private void addStruct(String line, int bodyStart, int bodyEnd) {
        int tab = line.indexOf('\t');
        String name = line.substring(0, tab);
        int attributes = line.indexOf('\t', tab + 1);
        GroupVersionKind kind = parseKind(line.substring(tab + 1, attributes < 0 ? line.length() : attributes));
        boolean atomic = attributes >= 0 && line.substring(attributes + 1).equals("atomic");
        Schema.Struct struct = new Schema.Struct(name, kind, atomic, () -> decode(bodyStart, bodyEnd));
        structs.put(name, struct);
        if (kind != null) {
            kinds.put(kind, struct);
        }
    }

    private static @Nullable GroupVersionKind parseKind(String text) {
        if (text.isEmpty()) {
            return null;
        }
        String[] words = text.split("/");
        return words.length == 2 ? new GroupVersionKind("", words[0], words[1])
                : new GroupVersionKind(words[0], words[1], words[2]);
    }

    private Map<String, Field> decode(int start, int end) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (int at = start; at < end; ) {
            int lineEnd = text.indexOf('\n', at);
            Field field = decodeField(text.substring(at + 1, lineEnd).split("\t"));
            fields.put(field.name(), field);
            at = lineEnd + 1;
        }
        return fields;
    }

    private Field decodeField(String[] columns) {
        Attributes attributes = new Attributes(columns.length < 3 ? "" : columns[2]);
        String name = columns[0].intern();
        return new Field(name, typeOf(columns[1]), attributes.has("required"), attributes.defaultValue(), attributes.has("omit"),
                attributes.rules(), attributes.listType(), attributes.words("keys"),
                attributes.words("patch").contains("merge"), attributes.words("patch").contains("retainKeys"),
                attributes.value("mergeKey", ""));
    }

    private Schema typeOf(String type) {
        if (type.startsWith("[]")) {
            return new Schema.ListOf(typeOf(type.substring(2)));
        }
        if (type.startsWith("{}")) {
            return new Schema.MapOf(typeOf(type.substring(2)));
        }
        if (type.startsWith("@")) {
            Schema.Struct struct = structs.get(type.substring(1));
            if (struct == null) {
                throw new IllegalStateException("the schema refers to " + type + ", which it does not have");
            }
            return struct;
        }
        return Schema.Scalar.valueOf(type.toUpperCase(java.util.Locale.ROOT));
    }

    /// Parses the third column of a field's line.
    private static final class Attributes {

        private final Map<String, String> values = new HashMap<>();

        Attributes(String text) {
            for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
                int equals = word.indexOf('=');
                String key = equals < 0 ? word : word.substring(0, equals);
                values.merge(key, equals < 0 ? "" : word.substring(equals + 1), (a, b) -> a + "," + b);
            }
        }

        boolean has(String key) {
            return values.containsKey(key);
        }

        String value(String key, String otherwise) {
            return values.getOrDefault(key, otherwise);
        }

        List<String> words(String key) {
            String value = values.get(key);
            return value == null ? List.of() : List.of(value.split(","));
        }

        @Nullable String sentence(String key) {
            String value = values.get(key);
            return value == null ? null : value.replace('_', ' ');
        }

        @Nullable Long number(String key) {
            String value = values.get(key);
            return value == null ? null : Long.valueOf(value);
        }

        @Nullable JsonNode defaultValue() {
            String value = values.get("default");
            try {
                return value == null ? null : Json.MAPPER.readTree(value);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("the schema has a bad default " + value, e);
            }
        }

        Field.ListType listType() {
            String value = values.get("list");
            return value == null ? Field.ListType.UNSPECIFIED
                    : Field.ListType.valueOf(value.toUpperCase(java.util.Locale.ROOT));
        }

        ValueRules rules() {
            String format = values.get("format");
            ValueRules rules = new ValueRules(sentence("need"), new ArrayList<>(words("enum")), number("min"), number("max"),
                    format == null ? null : Format.named(format), has("immutable"), Objects.requireNonNullElse(sentence("says"), ""));
            return rules.equals(ValueRules.NONE) ? ValueRules.NONE : rules;
        }
    }
}
