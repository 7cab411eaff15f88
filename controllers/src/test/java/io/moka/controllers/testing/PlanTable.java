package io.moka.controllers.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/// Cases of a plan, read from YAML: objects and a time, and the writes that are expected of them.
///
/// ```yaml
/// now: 2026-01-01T00:00:00Z            # of each case that says nothing else
/// templates:                           # objects by name; each says its kind and apiVersion
///   job: {apiVersion: batch/v1, kind: Job, metadata: {name: pi, namespace: n, uid: job}, spec: {...}}
///   pod: {apiVersion: v1, kind: Pod, ...}
/// cases:
///   - name: a new job starts its pods
///     objects:                         # in this order; the fields given are merged into the template's, null removes one
///       - {of: job, spec: {parallelism: 2}}
///       - {of: pod, times: 3, metadata: {name: "pi-{i}"}}       # three, {i} is 0, 1, 2
///     options: {any: thing}            # what a controller's own test reads of a case
///     expect:                          # all writes, in order; of each only the fields named here are compared, null says that it is absent
///       - create: {kind: Pod, metadata: {generateName: pi-}}
///         times: 2
///       - delete: pi-1                 # by name
///       - forceDelete: pi-2           # without grace
///       - update: {metadata: {...}}
///       - status: {active: 2}          # of the object's status
///       - patch: {metadata: {...}}     # the patch's body; with `name: x`, `subresource: status` compared where given
///       - event: Normal SuccessfulCreate Created pod   # type, reason and the beginning of the message
///     again: 2026-01-01T00:00:10Z      # when to plan again; absent: only at the next event
/// ```
public final class PlanTable {

    /// Keeps what is null: it removes a field.
    private static final ObjectMapper PLAIN = new ObjectMapper();

    private PlanTable() {
    }

    /// The cases of a resource beside the class.
    public static Stream<Case> read(Class<?> test, String resource) {
        try (var stream = test.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no resource " + resource + " beside " + test);
            }
            var table = (ObjectNode) PLAIN.valueToTree(new Yaml().load(stream));
            return StreamSupport.stream(table.path("cases").spliterator(), false).map(row -> new Case(table, row));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One case.
    public static final class Case {

        private final JsonNode table;
        private final JsonNode row;
        private final List<HasMetadata> objects = new ArrayList<>();

        private Case(JsonNode table, JsonNode row) {
            this.table = table;
            this.row = row;
            for (var object : row.path("objects")) {
                int times = object.path("times").asInt(1);
                for (int i = 0; i < times; i++) {
                    objects.add(read(object, i));
                }
            }
        }

        private HasMetadata read(JsonNode object, int number) {
            var template = object.path("of").asText();
            if (!table.path("templates").has(template)) {
                throw new IllegalArgumentException("no template \"" + template + "\" in case " + this);
            }
            var fields = ((ObjectNode) object).deepCopy();
            fields.remove(List.of("of", "times"));
            var merged = merged(table.path("templates").get(template).deepCopy(), fields);
            try {
                var text = merged.toString().replace("{i}", Integer.toString(number));
                return (HasMetadata) Json.mapper().readValue(text, KubernetesResource.class);
            } catch (IOException e) {
                throw new UncheckedIOException("case " + this, e);
            }
        }

        private static JsonNode merged(JsonNode target, JsonNode change) {
            if (!(target instanceof ObjectNode object) || !change.isObject()) {
                return change;
            }
            change.fields().forEachRemaining(field -> {
                if (field.getValue().isNull()) {
                    object.remove(field.getKey());
                } else {
                    object.set(field.getKey(), object.has(field.getKey()) ? merged(object.get(field.getKey()), field.getValue()) : field.getValue());
                }
            });
            return object;
        }

        public Instant now() {
            var own = row.path("now");
            return instant(own.isMissingNode() ? table.path("now") : own);
        }

        private static Instant instant(JsonNode value) {
            // YAML reads a timestamp as a date, which the mapper writes as milliseconds
            return value.isNumber() ? Instant.ofEpochMilli(value.asLong()) : Instant.parse(value.asText());
        }

        /// The objects of this kind, in the case's order.
        public <T extends HasMetadata> List<T> objects(Class<T> type) {
            return objects.stream().filter(type::isInstance).map(type::cast).toList();
        }

        /// The first object of this kind.
        public <T extends HasMetadata> T object(Class<T> type) {
            return objects(type).getFirst();
        }

        public JsonNode options() {
            return row.path("options");
        }

        /// Compares all that the case expects with the plan.
        public void verify(Plan plan) {
            var expected = new ArrayList<JsonNode>();
            for (var write : row.path("expect")) {
                for (int i = 0; i < write.path("times").asInt(1); i++) {
                    expected.add(write);
                }
            }
            var problems = new ArrayList<String>();
            for (int i = 0; i < Math.max(expected.size(), plan.writes().size()); i++) {
                if (i >= expected.size()) {
                    problems.add("unexpected: " + describe(plan.writes().get(i)));
                } else if (i >= plan.writes().size()) {
                    problems.add("missing: " + expected.get(i));
                } else {
                    compare(expected.get(i), describe(plan.writes().get(i)), problems);
                }
            }
            assertEquals(List.of(), problems, () -> "case \"" + this + "\"");
            assertEquals(row.has("again") ? instant(row.path("again")) : null, plan.lookAgain(), () -> "case \"" + this + "\": when to plan again");
        }

        private static ObjectNode describe(Write write) {
            var node = Json.mapper().createObjectNode();
            switch (write) {
                case Write.Create(var object) -> node.set("create", Json.tree(object));
                case Write.Delete(var object) -> node.put("delete", object.getMetadata().getName());
                case Write.ForceDelete(var pod) -> node.put("forceDelete", pod.getMetadata().getName());
                case Write.Update(var object) -> node.set("update", Json.tree(object));
                case Write.UpdateStatus(var object) -> node.set("status", Json.tree(object).path("status"));
                case Write.Patch(var object, var subresource, var type, var body) -> {
                    node.set("patch", Json.mapper().valueToTree(body));
                    node.put("name", object.getMetadata().getName()).put("subresource", subresource);
                }
                case Write.Event(var about, var type, var reason, var message) -> node.put("event", type + " " + reason + " " + message);
            }
            return node;
        }

        private static void compare(JsonNode expected, ObjectNode actual, List<String> problems) {
            expected.fields().forEachRemaining(field -> {
                var name = field.getKey();
                if (name.equals("times")) {
                    return;
                }
                if (name.equals("event")) {
                    if (!actual.path("event").asText().startsWith(field.getValue().asText())) {
                        problems.add("expected " + expected + ", was " + actual);
                    }
                } else {
                    difference(name, field.getValue(), actual.path(name), problems, actual);
                }
            });
        }

        private static void difference(String path, JsonNode expected, JsonNode actual, List<String> problems, ObjectNode whole) {
            if (expected.isNull()) {
                if (!actual.isMissingNode() && !actual.isNull()) {
                    problems.add(path + " is " + actual + ", expected none");
                }
            } else if (expected instanceof ObjectNode fields) {
                if (!actual.isObject()) {
                    problems.add("expected " + path + " in " + whole);
                    return;
                }
                fields.fields().forEachRemaining(field -> difference(path + "." + field.getKey(), field.getValue(), actual.path(field.getKey()), problems, whole));
            } else if (expected instanceof ArrayNode items && actual.isArray() && items.size() == actual.size()) {
                for (int i = 0; i < items.size(); i++) {
                    difference(path + "[" + i + "]", items.get(i), actual.get(i), problems, whole);
                }
            } else if (!text(expected).equals(text(actual))) {
                problems.add(path + " is " + actual + ", expected " + expected + (actual.isMissingNode() ? " in " + whole : ""));
            }
        }

        /// YAML gives a date as a number where the API has text.
        private static String text(JsonNode value) {
            return value.isValueNode() ? value.asText() : value.toString();
        }

        @Override
        public String toString() {
            return row.path("name").asText();
        }
    }
}
