package io.moka.apiserver.core.fieldmanager;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.fieldmanager.FieldOwner.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares random writes with a model of a few lines: each field has a value and a set of owners, and nothing else.
class OwnershipModelTest {
    private static final ObjectSchema SCHEMA = Objects.requireNonNull(SchemaRegistry.load().find(new GroupVersionKind("", "v1", "ConfigMap")));
    private static final FieldManager.Kind KIND = new FieldManager.Kind(SCHEMA, false);
    private static final int STEPS = 2_000;

    /// The expected values by the field's path, such as `data.a`, `labels.a` and `finalizers.x/a`; the value of a finalizer is the finalizer itself.
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, Set<String>> owners = new TreeMap<>();

    private final FieldManager manager = new FieldManager(() -> Instant.EPOCH);
    private ObjectNode live = object(Map.of("labels.kept", "1"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomWritesComeToWhatTheModelSays(long seed) {
        Random random = new Random(seed);
        manager.created(KIND, live, owner("root", Operation.UPDATE));
        values.put("labels.kept", "1");
        owners.put("labels.kept", new TreeSet<>(Set.of("root/UPDATE")));
        for (int step = 0; step < STEPS; step++) {
            String name = "m" + random.nextInt(4);
            if (random.nextInt(3) == 0) {
                update(name, random);
            } else {
                apply(name, fields(random), random.nextInt(4) == 0);
            }
            compare(seed + "/" + step);
        }
    }

    private static Map<String, String> fields(Random random) {
        Map<String, String> fields = new TreeMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String letter = "abcd".substring(random.nextInt(4)).substring(0, 1);
            switch (random.nextInt(3)) {
                case 0 -> fields.put("data." + letter, Integer.toString(random.nextInt(3)));
                case 1 -> fields.put("labels." + letter, Integer.toString(random.nextInt(3)));
                default -> fields.put("finalizers.x/" + letter, "x/" + letter);
            }
        }
        return fields;
    }

    private static ObjectNode object(Map<String, String> fields) {
        ObjectNode object = Json.object().put("kind", "ConfigMap").put("apiVersion", "v1");
        ObjectNode metadata = object.putObject("metadata").put("name", "x");
        fields.forEach((path, value) -> {
            String field = path.substring(path.indexOf('.') + 1);
            switch (path.substring(0, path.indexOf('.'))) {
                case "data" -> Json.child(object, "data").put(field, value);
                case "labels" -> Json.child(metadata, "labels").put(field, value);
                default -> metadata.withArray("finalizers").add(value);
            }
        });
        return object;
    }

    private static FieldOwner owner(String name, Operation operation) {
        return new FieldOwner(name, operation, "v1", "");
    }

    private void update(String name, Random random) {
        Map<String, String> wanted = new TreeMap<>(values);
        wanted.keySet().removeIf(path -> !path.equals("labels.kept") && random.nextInt(5) == 0);
        wanted.putAll(fields(random));
        ObjectNode updated = object(wanted);
        manager.updated(KIND, live, updated, owner(name, Operation.UPDATE));
        live = updated;
        for (String path : new ArrayList<>(values.keySet())) {
            if (!wanted.containsKey(path)) {
                values.remove(path);
                owners.remove(path);
            }
        }
        wanted.forEach((path, value) -> set(path, value, name + "/UPDATE", false));
    }

    private void set(String path, String value, String owner, boolean always) {
        boolean changes = !value.equals(values.put(path, value));
        if (changes) {
            owners.put(path, new TreeSet<>(Set.of(owner)));
        } else if (always) {
            owners.computeIfAbsent(path, ignored -> new TreeSet<>()).add(owner);
        }
    }

    private void apply(String name, Map<String, String> config, boolean force) {
        String self = name + "/APPLY";
        Set<String> conflicts = new TreeSet<>();
        config.forEach((path, value) -> {
            if (values.containsKey(path) && !values.get(path).equals(value)) {
                owners.getOrDefault(path, Set.of()).stream().filter(owner -> !owner.equals(self)).forEach(owner -> conflicts.add(path + " " + owner.substring(0, 2)));
            }
        });
        try {
            live = accepted(manager.applied(KIND, live, object(config), owner(name, Operation.APPLY), force));
            assertEquals(Set.of(), force ? Set.of() : conflicts);
        } catch (ApiException refused) {
            assertEquals(conflicts, causes(refused));
            return;
        }
        for (String path : new ArrayList<>(values.keySet())) {
            Set<String> holders = owners.getOrDefault(path, Set.of());
            if (!config.containsKey(path) && holders.remove(self) && holders.isEmpty()) {
                values.remove(path);
                owners.remove(path);
            }
        }
        config.forEach((path, value) -> set(path, value, self, true));
        ObjectNode again = accepted(manager.applied(KIND, live, object(config), owner(name, Operation.APPLY), false));
        assertEquals(live, again, "a second apply of the same");
    }

    private static ObjectNode accepted(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        assertEquals(List.of(), SCHEMA.prune(copy));
        return copy;
    }

    private static Set<String> causes(ApiException refused) {
        Set<String> causes = new TreeSet<>();
        for (StatusCause cause : Objects.requireNonNull(refused.status().details()).causes()) {
            causes.add(cause.field().replace(".metadata", "").substring(1) + " " + cause.message().substring("conflict with \"".length()).substring(0, 2));
        }
        return causes;
    }

    private void compare(String when) {
        Map<String, String> found = new TreeMap<>();
        live.path("data").properties().forEach(entry -> found.put("data." + entry.getKey(), entry.getValue().asText()));
        live.path("metadata").path("labels").properties().forEach(entry -> found.put("labels." + entry.getKey(), entry.getValue().asText()));
        live.path("metadata").path("finalizers").forEach(value -> found.put("finalizers." + value.asText(), value.asText()));
        assertEquals(values, found, when);
        Map<String, Set<String>> held = new TreeMap<>();
        for (ManagedFields.Entry entry : ManagedFields.of(live).entries()) {
            for (String path : FieldSet.paths(entry.fields())) {
                String field = path.replace(".metadata", "").substring(1).replace("[=\"", ".").replace("\"]", "");
                if (field.indexOf('.') > 0) {
                    held.computeIfAbsent(field, ignored -> new TreeSet<>()).add(entry.owner().manager() + "/" + entry.owner().operation());
                }
            }
        }
        Map<String, Set<String>> expected = new TreeMap<>(owners);
        expected.values().removeIf(Set::isEmpty);
        assertEquals(expected, held, when);
    }
}
