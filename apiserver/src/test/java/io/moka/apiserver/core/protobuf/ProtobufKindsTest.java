package io.moka.apiserver.core.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kind with each of its fields set is the same tree whether it comes as JSON or in the binary form.
final class ProtobufKindsTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.load();

    /// The kinds of the catalog, their lists, what their subresources take, and what every group has.
    static Stream<GroupVersionKind> kinds() {
        List<GroupVersionKind> kinds = new ArrayList<>();
        Catalog.builtin().all().forEach(type -> {
            kinds.add(type.gvk());
            if (type.stored()) {
                kinds.add(new GroupVersionKind(type.group(), type.version(), type.kind() + "List"));
            }
        });
        for (String kind : List.of("v1 Status", "v1 DeleteOptions", "v1 Binding", "autoscaling/v1 Scale", "policy/v1 Eviction", "authentication.k8s.io/v1 TokenRequest")) {
            kinds.add(GroupVersionKind.of(kind.split(" ")[0], kind.split(" ")[1]));
        }
        return kinds.stream().distinct();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void eachFieldSurvivesTheBinaryForm(GroupVersionKind kind) throws Exception {
        Schema.Struct struct = Objects.requireNonNull(SCHEMAS.findKind(kind.group(), kind.version(), kind.kind()), kind + " has no schema");
        ObjectNode full = FullObjects.of(struct).put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        ObjectNode parsed = (ObjectNode) Json.MAPPER.readTree(Json.write(full));
        ObjectNode decoded = ProtobufDecoder.decode(ProtobufEncoder.encode(parsed).orElseThrow(() -> new AssertionError(kind + " has no message")));
        assertEquals("", difference("", parsed, decoded));
    }

    /// Where two trees differ first, also in the classes of their numbers; empty when nowhere.
    private static String difference(String path, JsonNode wanted, JsonNode got) {
        if (wanted.equals(got)) {
            return "";
        }
        if (wanted.isObject() && got.isObject() || wanted.isArray() && got.size() == wanted.size()) {
            Set<String> names = new TreeSet<>();
            wanted.fieldNames().forEachRemaining(names::add);
            got.fieldNames().forEachRemaining(names::add);
            String inFields = names.stream().map(name -> difference(path + "." + name, wanted.path(name), got.path(name))).filter(text -> !text.isEmpty()).findFirst().orElse("");
            for (int i = 0; inFields.isEmpty() && i < wanted.size() && wanted.isArray(); i++) {
                inFields = difference(path + "[" + i + "]", wanted.get(i), got.get(i));
            }
            return inFields;
        }
        return path + ": " + wanted + " (" + wanted.getClass().getSimpleName() + "), not " + got + " (" + got.getClass().getSimpleName() + ")";
    }

    @Test
    void zerosOfPointersAreKeptAndOthersAreAbsentAsInGo() {
        ObjectNode deployment = Json.object().put("kind", "Deployment").put("apiVersion", "apps/v1");
        deployment.putObject("spec").put("replicas", 0).put("paused", false).put("minReadySeconds", 0).put("revisionHistoryLimit", 0);
        ObjectNode spec = (ObjectNode) ProtobufDecoder.decode(ProtobufEncoder.encode(deployment).orElseThrow()).get("spec");
        assertEquals(0, spec.path("replicas").asInt(-1));
        assertEquals(0, spec.path("revisionHistoryLimit").asInt(-1));
        assertFalse(spec.has("paused"));
        assertFalse(spec.has("minReadySeconds"));
        ObjectNode priority = Json.object().put("kind", "PriorityClass").put("apiVersion", "scheduling.k8s.io/v1").put("value", 0).put("globalDefault", false);
        ObjectNode decoded = ProtobufDecoder.decode(ProtobufEncoder.encode(priority).orElseThrow());
        assertTrue(decoded.has("value"));
        assertFalse(decoded.has("globalDefault"));
    }

    @Test
    void schemasOfDefinitionsMayBeTruthValuesAndLists() {
        ObjectNode definition = Json.object().put("kind", "CustomResourceDefinition").put("apiVersion", "apiextensions.k8s.io/v1");
        ObjectNode version = definition.putObject("spec").putArray("versions").addObject().put("name", "v1").put("served", true).put("storage", true);
        version.putObject("subresources").putObject("status");
        ObjectNode schema = version.putObject("schema").putObject("openAPIV3Schema").put("type", "object").put("maximum", 5).put("minimum", 1.5);
        schema.putObject("properties").putObject("free").put("type", "object").put("additionalProperties", false);
        schema.putArray("items").addObject().put("type", "string");
        schema.putObject("dependencies").putObject("a").put("type", "string");
        schema.put("default", "x");
        schema.putArray("enum").add(1).add("b");
        assertEquals(definition, ProtobufDecoder.decode(ProtobufEncoder.encode(definition).orElseThrow()));
    }

    @Test
    void customKindsHaveNoBinaryForm() {
        assertTrue(ProtobufEncoder.encode(Json.object().put("kind", "Widget").put("apiVersion", "example.com/v1")).isEmpty());
    }
}
