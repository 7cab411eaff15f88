package io.moka.schemagenerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The schema of chosen fields, and what holds for the schema of each field: its references, keys, defaults and bounds fit its type.
class SchemaTextTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static SortedMap<String, TypeModel> types = new TreeMap<>();

    @BeforeAll
    static void generate() throws IOException {
        types = SchemaGenerator.types();
    }

    private static FieldModel field(String type, String name) {
        return Objects.requireNonNull(Objects.requireNonNull(types.get(type), type).fields().get(name), name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            io.k8s.api.core.v1.ContainerPort        | containerPort   | int32                                                 | required need min=1 max=65535
            io.k8s.api.core.v1.ContainerPort        | protocol        | string                                                | default="TCP" enum=TCP,UDP,SCTP
            io.k8s.api.core.v1.HTTPGetAction        | port            | intstr                                                | required need
            io.k8s.api.core.v1.ServicePort          | targetPort      | intstr                                                |
            io.k8s.api.core.v1.ServiceSpec          | ports           | []@io.k8s.api.core.v1.ServicePort                     | list=map keys=port,protocol patch=merge mergeKey=port
            io.k8s.api.core.v1.ServiceSpec          | selector        | {}string                                              | list=atomic
            io.k8s.api.core.v1.PodSpec              | tolerations     | []@io.k8s.api.core.v1.Toleration                      | list=atomic
            io.k8s.api.core.v1.PodSpec              | volumes         | []@io.k8s.api.core.v1.Volume                          | list=map keys=name patch=merge,retainKeys mergeKey=name
            io.k8s.api.core.v1.PodSpec              | terminationGracePeriodSeconds | int64                                   | default=30
            io.k8s.api.core.v1.Pod                  | spec            | @io.k8s.api.core.v1.PodSpec                           | default={}
            io.k8s.api.core.v1.Pod                  | metadata        | @io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta      |
            io.k8s.api.core.v1.ResourceRequirements | requests        | {}quantity                                            |
            io.k8s.api.core.v1.Secret               | data            | {}bytes                                               |
            io.k8s.api.core.v1.Event                | eventTime       | microtime                                             |
            io.k8s.api.core.v1.Event                | firstTimestamp  | time                                                  |
            io.k8s.api.core.v1.HostPathVolumeSource | type            | string                                                | default="" enum=,DirectoryOrCreate,Directory,FileOrCreate,File,Socket,CharDevice,BlockDevice
            io.k8s.api.apps.v1.DeploymentSpec       | replicas        | int32                                                 | default=1 min=0
            io.k8s.api.apps.v1.DeploymentSpec       | selector        | @io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector   | required immutable
            io.k8s.api.apps.v1.DeploymentSpec       | strategy        | @io.k8s.api.apps.v1.DeploymentStrategy                | default={} patch=retainKeys
            io.k8s.api.batch.v1.CronJobSpec         | suspend         | bool                                                  | default=false
            io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta | finalizers | []string                                           | list=set patch=merge
            """)
    void fieldsHaveTheTypeAndTheRulesOfKubernetes(String type, String name, String fieldType, String rules) {
        var field = field(type, name);
        assertEquals(fieldType, field.type());
        var words = new TreeSet<>(Arrays.asList(field.rules().split(" ")));
        var expected = rules == null ? List.<String>of() : List.of(rules.split(" "));
        assertTrue(words.containsAll(expected), field::toString);
        words.removeAll(expected);
        words.removeAll(List.of("", ZeroValues.OMIT, "atomic"));
        assertEquals(new TreeSet<String>(), words, "no other rule");
    }

    /// Go leaves out a zero that is no pointer; where 0 means another thing than absence, it is kept.
    @ParameterizedTest
    @CsvSource({"io.k8s.api.apps.v1.DeploymentSpec, replicas, false", "io.k8s.api.apps.v1.DeploymentSpec, paused, true", "io.k8s.api.apps.v1.DeploymentSpec, selector, false",
            "io.k8s.api.core.v1.ContainerPort, containerPort, false", "io.k8s.api.core.v1.ContainerPort, hostPort, true", "io.k8s.api.core.v1.PodSpec, hostNetwork, true",
            "io.k8s.api.core.v1.PodSpec, enableServiceLinks, false", "io.k8s.api.core.v1.Pod, kind, false"})
    void zerosAreLeftOutWhereGoLeavesThemOut(String type, String name, boolean omitted) {
        assertEquals(omitted, field(type, name).omitsZero());
    }

    private static String attribute(FieldModel field, String prefix) {
        return Arrays.stream(field.attributes().split(" ")).filter(word -> word.startsWith(prefix)).map(word -> word.substring(prefix.length())).reduce((first, last) -> last).orElse("");
    }

    private static List<String> problems(BiConsumer<FieldModel, List<String>> check) {
        var all = new ArrayList<String>();
        types.values().forEach(type -> type.fields().values().forEach(field -> {
            var own = new ArrayList<String>();
            check.accept(field, own);
            own.forEach(problem -> all.add(type.name() + "." + field.name() + ": " + problem));
        }));
        return all;
    }

    private static String leaf(FieldModel field) {
        return field.type().replaceFirst("^(\\[]|\\{})+", "");
    }

    @Test
    void eachReferenceLeadsToAType() {
        assertEquals(List.of(), problems((field, problems) -> {
            if (leaf(field).startsWith("@") && !types.containsKey(leaf(field).substring(1))) {
                problems.add(field.type());
            }
        }));
    }

    @Test
    void keysOfListsAreFieldsOfTheirItems() {
        assertEquals(List.of(), problems((field, problems) -> {
            for (var key : (attribute(field, "keys=") + "," + attribute(field, "mergeKey=")).split(",")) {
                if (!key.isEmpty() && (!field.type().startsWith("[]@") || !types.get(leaf(field).substring(1)).fields().containsKey(key))) {
                    problems.add(key);
                }
            }
        }));
    }

    @Test
    void listsThatAreMapsHaveKeysAndOthersHaveNone() {
        assertEquals(List.of(), problems((field, problems) -> {
            boolean map = field.type().startsWith("[]") && attribute(field, "list=").equals("map");
            if (map == attribute(field, "keys=").isEmpty()) {
                problems.add(field.attributes());
            }
        }));
    }

    @Test
    void eachDefaultIsAValueOfItsField() {
        assertEquals(List.of(), problems((field, problems) -> {
            var value = attribute(field, "default=");
            if (!value.isEmpty() && !fits(value, field)) {
                problems.add(field.type() + " " + value);
            }
        }));
    }

    private static boolean fits(String value, FieldModel field) {
        JsonNode json;
        try {
            json = JSON.readTree(value);
        } catch (IOException e) {
            return false;
        }
        var accepted = List.of(attribute(field, "enum=").split(",", -1));
        var values = json.isArray() ? json.valueStream().toList() : List.of(json);
        if (!attribute(field, "enum=").isEmpty() && !values.stream().map(JsonNode::asText).allMatch(accepted::contains)) {
            return false;
        }
        return switch (field.type()) {
            case "string" -> json.isTextual();
            case "int32", "int64" -> json.isIntegralNumber() && withinBounds(json.asLong(), field);
            case "bool" -> json.isBoolean();
            case "intstr" -> json.isTextual() || json.isIntegralNumber();
            default -> field.type().startsWith("[]") ? json.isArray() : json.isObject();
        };
    }

    private static boolean withinBounds(long value, FieldModel field) {
        var min = attribute(field, "min=");
        var max = attribute(field, "max=");
        return (min.isEmpty() || value >= Long.parseLong(min)) && (max.isEmpty() || value <= Long.parseLong(max));
    }

    @Test
    void rulesFitTheirType() {
        assertEquals(List.of(), problems((field, problems) -> {
            if (!attribute(field, "enum=").isEmpty() && !leaf(field).equals("string")) {
                problems.add("enum of " + field.type());
            }
            if (!(attribute(field, "min=") + attribute(field, "max=")).isEmpty() && !leaf(field).matches("int32|int64|double|intstr")) {
                problems.add("bounds of " + field.type());
            }
            if (field.omitsZero() && Arrays.asList(field.attributes().split(" ")).contains("required")) {
                problems.add("a required value that may be left out");
            }
        }));
    }

    @Test
    void eachKindHasItsFieldsAndAListOfItself() {
        for (var type : types.values()) {
            if (!type.kind().isEmpty() && type.kind().endsWith("List") && type.fields().containsKey("items")) {
                var items = type.fields().get("items").type();
                assertTrue(items.startsWith("[]@") && types.get(items.substring(3)).kind().equals(type.kind().replaceFirst("List$", "")), type.name() + " " + items);
            }
            if (!type.kind().isEmpty()) {
                assertTrue(type.fields().containsKey("kind") && type.fields().containsKey("apiVersion") || type.kind().startsWith("v1/API"), type.name());
            }
        }
        assertFalse(types.values().stream().filter(type -> type.kind().equals("apps/v1/Deployment")).findAny().isEmpty());
    }

    @Test
    void theTextHasABlockForEachTypeAndALineForEachField() {
        var fields = new TreeMap<String, FieldModel>();
        fields.put("a", new FieldModel("a", "string", "", "Words\twith\na line and a \\."));
        fields.put("b", new FieldModel("b", "[]@x.v1.Other", "required list=atomic values=C,B", ""));
        fields.put("c", new FieldModel("c", "int32", "", ""));
        var model = List.of(new TypeModel("x.v1.Thing", "x/v1/Thing", "atomic", "A thing.", fields), new TypeModel("x.v1.Other", "", "", new TreeMap<>()));
        assertEquals("""
                x.v1.Thing\tx/v1/Thing\tatomic
                \ta\tstring
                \tb\t[]@x.v1.Other\trequired list=atomic
                \tc\tint32
                x.v1.Other\t
                """, SchemaWriter.structure(model));
        assertEquals("""
                x.v1.Thing\tA thing.
                \ta\tWords\\twith\\na line and a \\\\.
                \tb\t\tB,C
                x.v1.Other\t
                """, SchemaWriter.descriptions(model));
    }
}
