package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Validates an apply configuration before it is merged: unlike a whole object, it may not have fields that the schema does not know, nor two
/// list items with the same key.
public final class Configuration {
    private static final String UNKNOWN = "field not declared in schema";

    private final List<String> problems = new ArrayList<>(0);

    private Configuration() {}

    /// @throws ApiException 400 in the words of upstream's typed values; upstream answers with 500
    public static void check(ObjectSchema schema, ObjectNode config) {
        GroupVersionKind type = GroupVersionKind.of(Json.text(config, "apiVersion"), Json.text(config, "kind"));
        String typeText = type.group() + "/" + type.version() + ", Kind=" + type.kind();
        if (!type.equals(schema.kind())) {
            throw ApiException.badRequest("invalid object type: " + typeText);
        }
        if (!config.path("metadata").path("managedFields").isEmpty()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        var configuration = new Configuration();
        configuration.checkFields(schema.struct(), config, "");
        configuration.forgiveWhatIsPreserved(schema, config);
        if (!configuration.problems.isEmpty()) {
            throw ApiException.badRequest("failed to create typed patch object (" + Json.namespace(config) + "/" + Json.name(config) + "; " + typeText + "): "
                    + (configuration.problems.size() == 1 ? configuration.problems.getFirst() : "errors:\n  " + String.join("\n  ", configuration.problems)));
        }
    }

    /// Discards problems with unknown fields when the schema preserves these, which only pruning shows.
    private void forgiveWhatIsPreserved(ObjectSchema schema, ObjectNode config) {
        boolean onlyUnknown = !problems.isEmpty() && problems.stream().allMatch(problem -> problem.endsWith(UNKNOWN));
        if (onlyUnknown && schema.prune(config.deepCopy()).isEmpty()) {
            problems.clear();
        }
    }

    private void problem(String path, String message) {
        problems.add(path + ": " + message);
    }

    private void checkFields(Schema.Struct struct, JsonNode object, String path) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            Field field = struct.field(entry.getKey());
            String at = path + "." + entry.getKey();
            if (field == null) {
                problem(at, UNKNOWN);
            } else {
                check(field.schema(), field, entry.getValue(), at);
            }
        }
    }

    private void check(Schema schema, @Nullable Field field, JsonNode value, String path) {
        if (value.isNull()) {
            return;
        }
        switch (schema) {
            case Schema.Scalar scalar -> checkScalar(scalar, value, path);
            case Schema.Struct struct when value.isObject() -> checkFields(struct, value, path);
            case Schema.MapOf(Schema values) when value.isObject() ->
                    value.properties().forEach(entry -> check(values, null, entry.getValue(), path + "." + entry.getKey()));
            case Schema.ListOf(Schema items) when value.isArray() -> checkItems(items, field, value, path);
            case Schema.ListOf ignored -> problem(path, "expected list, got " + shown(value));
            case Schema.Struct ignored -> problem(path, "expected map, got " + shown(value));
            case Schema.MapOf ignored -> problem(path, "expected map, got " + shown(value));
        }
    }

    private void checkItems(Schema items, @Nullable Field list, JsonNode values, String path) {
        boolean associative = list != null && Granularity.of(list.schema(), list, values) == Granularity.ITEMS;
        Set<String> seen = new HashSet<>();
        Set<String> told = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            JsonNode item = values.get(i);
            if (!associative) {
                check(items, null, item, path + "[" + i + "]");
                continue;
            }
            String element = PathElement.item(list, item);
            if (element == null) {
                problem(path, "element " + i + ": " + unidentified(list, item));
            } else if (!seen.add(element)) {
                if (told.add(element)) {
                    problem(path, "duplicate entries for key " + PathElement.describe(element));
                }
            } else {
                check(items, null, item, path + PathElement.describe(element));
            }
        }
    }

    private static String unidentified(Field list, JsonNode item) {
        if (list.listType() == Field.ListType.SET) {
            return item.isNull() ? "associative list without keys has a null element"
                    : "associative list without keys has an element that's a " + (item.isObject() ? "map" : "list") + " type";
        }
        if (!item.isObject()) {
            return "associative list with keys may not have " + (item.isNull() ? "null" : "non-map") + " elements";
        }
        String missing = list.listMapKeys().stream().filter(key -> Json.present(item, key) == null).findFirst().orElse("");
        return "associative list with keys has an element that omits key field \"" + missing + "\" (and doesn't have default value)";
    }

    private void checkScalar(Schema.Scalar scalar, JsonNode value, String path) {
        switch (scalar) {
            case ANY -> { }
            case STRING, BYTES, TIME, MICROTIME -> expect(value.isTextual(), "string", value, path);
            case BOOL -> expect(value.isBoolean(), "boolean", value, path);
            case INT32, INT64, DOUBLE -> expect(value.isNumber(), "numeric (int or float)", value, path);
            case QUANTITY, INTSTR -> expect(value.isValueNode(), "any scalar", value, path);
        }
    }

    private void expect(boolean met, String what, JsonNode value, String path) {
        if (!met) {
            problem(path, "expected " + what + ", got " + (what.startsWith("numeric") ? goType(value) : shown(value)));
        }
    }

    private static String goType(JsonNode value) {
        return value.isTextual() ? "string" : value.isBoolean() ? "bool" : value.isArray() ? "[]interface {}" : "map[string]interface {}";
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return "&value.valueUnstructured{Value:" + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + "}";
    }
}
