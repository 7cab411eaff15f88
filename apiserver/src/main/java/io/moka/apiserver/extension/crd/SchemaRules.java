package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.extension.structural.SchemaDefaults;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks that a definition's schema is structural: every value has one type, given once, outside of the logical combinations.
final class SchemaRules {
    private static final Set<String> TYPES = Set.of("object", "array", "string", "number", "integer", "boolean");
    private static final List<String> UNSUPPORTED = List.of("$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id", "$schema");
    private static final List<String> SHAPING = List.of("type", "description", "title", "default", "additionalProperties", "nullable",
            "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations");

    private final Problems problems;

    SchemaRules(Problems problems) {
        this.problems = problems;
    }

    /// @param estimated whether rules whose estimated cost is too high are refused
    void checkRoot(JsonNode schema, FieldPath path, boolean estimated) {
        int before = problems.found().size();
        String type = Json.text(schema, "type");
        if (type.isEmpty()) {
            problems.required(path.child("type"), "must not be empty at the root");
        } else if (!type.equals("object")) {
            problems.invalid(path.child("type"), type, "must be object at the root");
        }
        if (schema.path("nullable").asBoolean()) {
            problems.forbidden(path.child("nullable"), "nullable cannot be true at the root");
        }
        JsonNode metadata = schema.path("properties").path("metadata");
        for (var field : metadata.properties()) {
            boolean known = Set.of("type", "description", "properties").contains(field.getKey());
            boolean named = metadata.path("properties").properties().stream().allMatch(property -> Set.of("name", "generateName").contains(property.getKey()));
            if (!known || !named) {
                problems.forbidden(path.child("properties").key("metadata"), "must not specify anything other than name and generateName, but metadata is implicitly specified");
                break;
            }
        }
        check(schema, path, "the root", true);
        if (problems.found().size() == before) {
            StructuralSchema structural = StructuralSchema.of(schema);
            SchemaDefaults.check(structural, path, problems);
            if (structural.hasRules()) {
                RuleCompilation.check(structural, path, problems, estimated);
            }
        }
    }

    private void check(JsonNode schema, FieldPath path, String where, boolean root) {
        checkUnsupported(schema, path);
        checkType(schema, path, where, root);
        checkPattern(schema, path);
        checkLists(schema, path);
        checkObjects(schema, path);
        checkCombinations(schema, schema, path, path);
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            check(property.getValue(), path.child("properties").key(property.getKey()), "specified object fields", false);
        }
        if (schema.path("items").isObject()) {
            check(schema.get("items"), path.child("items"), "specified array items", false);
        }
        if (schema.path("additionalProperties").isObject()) {
            check(schema.get("additionalProperties"), path.child("additionalProperties"), "specified object fields", false);
        }
    }

    private void checkUnsupported(JsonNode schema, FieldPath path) {
        for (String field : UNSUPPORTED) {
            if (schema.has(field)) {
                problems.forbidden(path.child(field), field + " is not supported");
            }
        }
        if (schema.path("uniqueItems").asBoolean()) {
            problems.forbidden(path.child("uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isBoolean() && !additional.booleanValue()) {
            problems.forbidden(path.child("additionalProperties"), "additionalProperties cannot be set to false");
        }
        if (additional.isObject() && !schema.path("properties").isEmpty()) {
            problems.forbidden(path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive");
        }
    }

    private void checkType(JsonNode schema, FieldPath path, String where, boolean root) {
        String type = Json.text(schema, "type");
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (type.isEmpty() && !open && !root) {
            problems.required(path.child("type"), "must not be empty for " + where);
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            problems.notSupported(path.child("type"), schema.get("type"), TYPES.stream().sorted().toList());
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean() && !type.isEmpty()) {
            problems.invalid(path.child("type"), type, "must be empty if x-kubernetes-int-or-string is true");
        }
        if (schema.path("x-kubernetes-embedded-resource").asBoolean() && !type.equals("object")) {
            problems.invalid(path.child("type"), type, "must be object if x-kubernetes-embedded-resource is true");
        }
        if (schema.has("x-kubernetes-preserve-unknown-fields") && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            problems.invalid(path.child("x-kubernetes-preserve-unknown-fields"), schema.get("x-kubernetes-preserve-unknown-fields"), "must be true or undefined");
        }
        if (type.equals("array") && !schema.path("items").isObject()) {
            problems.required(path.child("items"), "must be specified");
        }
    }

    private void checkPattern(JsonNode schema, FieldPath path) {
        String pattern = Json.text(schema, "pattern");
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException malformed) {
            problems.invalid(path.child("pattern"), pattern, "must be a valid regular expression, but isn't: " + malformed.getMessage());
        }
    }

    private void checkLists(JsonNode schema, FieldPath path) {
        String listType = Json.text(schema, "x-kubernetes-list-type");
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (!listType.isEmpty() && !Set.of("atomic", "set", "map").contains(listType)) {
            problems.notSupported(path.child("x-kubernetes-list-type"), schema.get("x-kubernetes-list-type"), List.of("atomic", "map", "set"));
        }
        if (!listType.isEmpty() && !Json.text(schema, "type").equals("array")) {
            problems.invalid(path.child("type"), Json.text(schema, "type"), "must be array if x-kubernetes-list-type is specified");
        }
        if (!keys.isEmpty() && !listType.equals("map")) {
            problems.invalid(path.child("x-kubernetes-list-map-keys"), keys, "may only be specified if x-kubernetes-list-type is map");
        }
        if (listType.equals("map")) {
            checkMapKeys(schema, keys, path);
        }
    }

    private void checkMapKeys(JsonNode schema, JsonNode keys, FieldPath path) {
        if (keys.isEmpty()) {
            problems.required(path.child("x-kubernetes-list-map-keys"), "must not be empty if x-kubernetes-list-type is map");
        }
        JsonNode items = schema.path("items");
        if (!Json.text(items, "type").equals("object")) {
            problems.invalid(path.child("items").child("type"), Json.text(items, "type"), "must be object if parent array's x-kubernetes-list-type is map");
        }
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i).asText();
            JsonNode property = items.path("properties").path(key);
            if (property.isMissingNode()) {
                problems.invalid(path.child("x-kubernetes-list-map-keys").index(i), key, "entries must all be names of item properties");
            } else if (!property.has("default") && !Definition.strings(items.path("required")).contains(key)) {
                problems.required(path.child("items").child("properties").key(key).child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
            }
        }
    }

    private void checkObjects(JsonNode schema, FieldPath path) {
        String mapType = Json.text(schema, "x-kubernetes-map-type");
        if (!mapType.isEmpty() && !mapType.equals("atomic") && !mapType.equals("granular")) {
            problems.notSupported(path.child("x-kubernetes-map-type"), schema.get("x-kubernetes-map-type"), List.of("atomic", "granular"));
        }
    }

    /// Checks the combinations `allOf`, `anyOf`, `oneOf` and `not`: schemas in them may only restrict values whose shape is given outside.
    private void checkCombinations(JsonNode schema, JsonNode shape, FieldPath path, FieldPath shapePath) {
        for (String combination : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < schema.path(combination).size(); i++) {
                checkRestriction(schema.path(combination).get(i), shape, path.child(combination).index(i), shapePath);
            }
        }
        if (schema.path("not").isObject()) {
            checkRestriction(schema.get("not"), shape, path.child("not"), shapePath);
        }
    }

    private void checkRestriction(JsonNode restriction, JsonNode shape, FieldPath path, FieldPath shapePath) {
        boolean intOrString = shape.path("x-kubernetes-int-or-string").asBoolean();
        for (String field : SHAPING) {
            if (restriction.has(field) && !(field.equals("type") && intOrString)) {
                problems.forbidden(path.child(field), field.equals("type") || field.equals("description") || field.equals("title")
                        ? "must be empty to be structural" : "must be undefined to be structural");
            }
        }
        checkPattern(restriction, path);
        for (Map.Entry<String, JsonNode> property : restriction.path("properties").properties()) {
            FieldPath at = path.child("properties").key(property.getKey());
            FieldPath shapeAt = shapePath.child("properties").key(property.getKey());
            JsonNode shaped = shape.path("properties").path(property.getKey());
            if (shaped.isMissingNode() && !shape.path("additionalProperties").isObject()) {
                problems.required(shapeAt, "because it is defined in " + at);
            } else {
                checkRestriction(property.getValue(), shaped.isMissingNode() ? shape.path("additionalProperties") : shaped, at, shapeAt);
            }
        }
        if (restriction.path("items").isObject()) {
            if (shape.path("items").isObject()) {
                checkRestriction(restriction.get("items"), shape.get("items"), path.child("items"), shapePath.child("items"));
            } else {
                problems.required(shapePath.child("items"), "because it is defined in " + path.child("items"));
            }
        }
        checkCombinations(restriction, shape, path, shapePath);
    }
}
