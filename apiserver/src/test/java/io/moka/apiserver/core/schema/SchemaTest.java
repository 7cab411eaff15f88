package io.moka.apiserver.core.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.testing.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.load();
    private static final JsonNode BASES = bases();

    static List<Arguments> defaults() {
        return Trees.table(SchemaTest.class, "defaults.yaml");
    }

    static List<Arguments> validations() {
        return Trees.table(SchemaTest.class, "validation.yaml");
    }

    static List<Arguments> updates() {
        return Trees.table(SchemaTest.class, "updates.yaml");
    }

    static List<Arguments> types() {
        return Trees.table(SchemaTest.class, "types.yaml");
    }

    @ParameterizedTest
    @MethodSource("defaults")
    void defaults(JsonNode test) {
        ObjectNode object = test.get("object").deepCopy();
        ObjectSchema schema = schema(object.get("apiVersion").asText() + "/" + object.get("kind").asText());
        assertEquals(List.of(), schema.checkTypes(object));
        assertEquals(List.of(), schema.prune(object));
        schema.applyDefaults(object);
        assertSameNumbers(test.get("expect"), object);
        ObjectNode again = object.deepCopy();
        schema.applyDefaults(again);
        assertEquals(object, again, "defaults of a defaulted object change nothing");
    }

    @ParameterizedTest
    @MethodSource("validations")
    void validate(JsonNode test) {
        ObjectSchema schema = schema(test.get("kind").asText());
        ObjectNode object = take(schema, changed(BASES.get(test.get("kind").asText()), test.path("set")));
        assertEquals(texts(test.get("causes")), schema.validate(object).stream().map(Cause::toString).toList());
    }

    @ParameterizedTest
    @MethodSource("updates")
    void validateUpdate(JsonNode test) {
        ObjectSchema schema = schema(test.get("kind").asText());
        ObjectNode old = take(schema, changed(BASES.get(test.get("kind").asText()), test.path("old")));
        ObjectNode updated = take(schema, changed(old, test.path("set")));
        assertEquals(texts(test.get("causes")), schema.validateUpdate(updated, old).stream().map(Cause::toString).toList());
    }

    @ParameterizedTest
    @MethodSource("types")
    void typesAndUnknownFields(JsonNode test) {
        ObjectSchema schema = schema(test.get("kind").asText());
        ObjectNode object = changed(BASES.get(test.get("kind").asText()), test.path("set"));
        List<TypeProblem> problems = schema.checkTypes(object);
        if (test.has("problem")) {
            assertEquals(List.of(test.get("problem").asText()), problems.stream().map(TypeProblem::message).toList());
        } else {
            assertEquals(List.of(), problems);
            assertEquals(texts(test.get("unknown")), schema.prune(object).stream().map(FieldProblem::message).toList());
        }
    }

    @Test
    void everyResourceHasASchema() {
        for (ResourceType type : Catalog.builtin().all()) {
            ObjectSchema schema = SCHEMAS.find(type.gvk());
            assertNotNull(schema, type.gvk().toString());
            assertTrue(schema.struct().fields().containsKey("metadata"));
        }
    }

    @Test
    void everyTypeCanBeDecoded() {
        List<String> names = SchemaRegistry.descriptions().lines().filter(line -> !line.startsWith("\t"))
                .map(line -> line.substring(0, line.indexOf('\t'))).toList();
        assertTrue(names.size() > 500, names.size() + " types");
        for (String name : names) {
            assertTrue(Objects.requireNonNull(SCHEMAS.findType(name)).fields().size() >= 0);
        }
    }

    @Test
    void anUnknownKindHasNoSchema() {
        assertEquals(null, SCHEMAS.find(new GroupVersionKind("x.example", "v1", "Foo")));
    }

    @Test
    void causesReadAsUpstreamJoinsThem() {
        Cause one = new Cause("FieldValueRequired", "Required value", "spec.a");
        Cause two = new Cause("FieldValueRequired", "Required value", "spec.b");
        assertEquals("spec.a: Required value", Cause.describe(List.of(one)));
        assertEquals("[spec.a: Required value, spec.b: Required value]", Cause.describe(List.of(one, two)));
    }

    private static ObjectNode take(ObjectSchema schema, ObjectNode object) {
        assertEquals(List.of(), schema.checkTypes(object));
        assertEquals(List.of(), schema.prune(object));
        schema.applyDefaults(object);
        return object;
    }

    private static ObjectSchema schema(String kind) {
        int slash = kind.lastIndexOf('/');
        return Objects.requireNonNull(SCHEMAS.find(GroupVersionKind.of(kind.substring(0, slash), kind.substring(slash + 1))));
    }

    private static ObjectNode changed(JsonNode base, JsonNode changes) {
        ObjectNode object = base.deepCopy();
        changes.properties().forEach(change -> set(object, change.getKey().split("\\."), 0, change.getValue()));
        return object;
    }

    private static void set(JsonNode node, String[] path, int at, JsonNode value) {
        boolean last = at == path.length - 1;
        switch (node) {
            case ArrayNode list -> {
                int index = Integer.parseInt(path[at]);
                if (!last) {
                    set(list.get(index), path, at + 1, value);
                } else if (index == list.size()) {
                    list.add(value);
                } else {
                    list.set(index, value);
                }
            }
            case ObjectNode object when last && value.isNull() -> object.remove(path[at]);
            case ObjectNode object when last -> object.set(path[at], value.deepCopy());
            case ObjectNode object -> set(object.has(path[at]) ? object.get(path[at]) : object.putObject(path[at]), path, at + 1, value);
            default -> throw new IllegalArgumentException("no such path");
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static void assertSameNumbers(JsonNode expected, JsonNode actual) {
        if (!expected.equals((a, b) -> a.isNumber() && b.isNumber() && a.longValue() == b.longValue() ? 0
                : a instanceof IntNode || !a.equals(b) ? 1 : 0, actual)) {
            assertEquals(expected.toPrettyString(), actual.toPrettyString());
        }
    }

    private static JsonNode bases() {
        try (var in = SchemaTest.class.getResourceAsStream("bases.yaml")) {
            return Trees.node(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
