package io.moka.apiserver.core.fieldmanager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.moka.apiserver.core.fieldmanager.FieldOwner.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.patch.MergePatch;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of `apply.txt`, which says how it is read.
class ApplyTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.load();
    private static final Set<String> WITH_STATUS = Set.of("Deployment", "Pod", "Service", "PersistentVolume", "PersistentVolumeClaim");

    record Case(String name, List<String> lines) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(ApplyTest.class.getResourceAsStream("apply.txt"))) {
            List<Case> cases = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("case ")) {
                    cases.add(new Case(line.substring(5), new ArrayList<>()));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    cases.getLast().lines.add(line.strip());
                }
            }
            return cases.stream();
        }
    }

    private ObjectSchema schema = schema("v1/ConfigMap");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final FieldManager manager = new FieldManager(() -> now);
    private @Nullable ObjectNode live;
    private @Nullable ObjectNode before;
    private @Nullable ApiException refusal;
    private final Set<String> conflictsTold = new TreeSet<>();

    @ParameterizedTest
    @MethodSource("cases")
    void comesToWhatTheTableSays(Case scenario) {
        for (String line : scenario.lines) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "kind" -> schema = schema(words[1]);
                case "later" -> now = now.plusSeconds(60);
                case "apply", "apply!", "update", "merge" -> {
                    requireNothingUntold();
                    write(words[0], words[1].split(" ", 2));
                }
                case "conflict" -> expectConflict(words[1]);
                case "refused" -> expectRefusal(words[1].replace('|', '\n'));
                case "unchanged" -> assertEquals(before, live);
                case "is" -> expectValue(words[1].split(" ", 2));
                case "owns" -> expectOwned(words[1].split(" ", 3));
                case "owners" -> assertEquals(words[1], String.join(" ", owners()));
                default -> throw new IllegalArgumentException(line);
            }
        }
        requireNothingUntold();
    }

    private static ObjectSchema schema(String type) {
        int slash = type.lastIndexOf('/');
        return Objects.requireNonNull(SCHEMAS.find(GroupVersionKind.of(type.substring(0, slash), type.substring(slash + 1))), type);
    }

    private static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException malformed) {
            throw new UncheckedIOException(text, malformed);
        }
    }

    private ObjectNode body(String text) {
        ObjectNode body = (ObjectNode) yaml(text);
        if (!body.has("kind")) {
            body.put("kind", schema.kind().kind());
        }
        if (!body.has("apiVersion")) {
            body.put("apiVersion", schema.kind().apiVersion());
        }
        Json.metadata(body).put("name", "x");
        return body;
    }

    private FieldOwner owner(String name, Operation operation) {
        int slash = name.indexOf('/');
        return new FieldOwner(slash < 0 ? name : name.substring(0, slash), operation, schema.kind().apiVersion(), slash < 0 ? "" : name.substring(slash + 1));
    }

    private FieldManager.Kind kind() {
        return new FieldManager.Kind(schema, WITH_STATUS.contains(schema.kind().kind()));
    }

    private void write(String verb, String[] arguments) {
        before = live;
        refusal = null;
        try {
            live = switch (verb) {
                case "update" -> updated(body(arguments[1]), arguments[0]);
                case "merge" -> updated((ObjectNode) MergePatch.apply(Objects.requireNonNull(live), yaml(arguments[1])), arguments[0]);
                default -> applied(body(arguments[1]), arguments[0], verb.endsWith("!"));
            };
        } catch (ApiException refused) {
            refusal = refused;
            conflictsTold.clear();
        }
    }

    private ObjectNode accepted(ObjectNode object) {
        assertEquals(List.of(), schema.checkTypes(object));
        assertEquals(List.of(), schema.prune(object));
        schema.applyDefaults(object);
        return object;
    }

    private ObjectNode updated(ObjectNode object, String writer) {
        accepted(object);
        if (live == null) {
            manager.created(kind(), object, owner(writer, Operation.UPDATE));
        } else {
            manager.updated(kind(), live, object, owner(writer, Operation.UPDATE));
        }
        return object;
    }

    private ObjectNode applied(ObjectNode config, String applier, boolean force) {
        ObjectNode object = accepted(manager.applied(kind(), live, config, owner(applier, Operation.APPLY), force).deepCopy());
        if (live != null) {
            manager.settle(live, object);
        }
        return object;
    }

    private void requireNothingUntold() {
        if (refusal != null) {
            assertTrue(!conflictsTold.isEmpty(), () -> Objects.requireNonNull(refusal).getMessage());
            assertEquals(causes(), conflictsTold);
            refusal = null;
        }
    }

    private Set<String> causes() {
        Set<String> causes = new TreeSet<>();
        for (StatusCause cause : Objects.requireNonNull(Objects.requireNonNull(refusal).status().details()).causes()) {
            causes.add(cause.message() + ": " + cause.field());
        }
        return causes;
    }

    private void expectConflict(String text) {
        assertNotNull(refusal, "no conflict");
        assertEquals(409, refusal.code());
        int colon = text.indexOf(": ");
        for (String path : text.substring(colon + 2).split(", ")) {
            conflictsTold.add("conflict with " + text.substring(0, colon) + ": " + path);
        }
    }

    private void expectRefusal(String text) {
        assertNotNull(refusal, "not refused");
        assertEquals(400, refusal.code());
        assertEquals(text, refusal.getMessage());
        refusal = null;
    }

    private void expectValue(String[] arguments) {
        requireNothingUntold();
        JsonNode found = Objects.requireNonNull(live).at(arguments[0]);
        if (arguments[1].equals("absent")) {
            assertTrue(found.isMissingNode(), found::toString);
        } else if (found.isTextual()) {
            assertEquals(yaml(arguments[1]).asText(), found.asText());
        } else {
            assertEquals(yaml(arguments[1]), found);
        }
    }

    private void expectOwned(String[] arguments) {
        requireNothingUntold();
        FieldOwner owner = owner(arguments[0], Operation.valueOf(arguments[1].toUpperCase(java.util.Locale.ROOT)));
        ManagedFields.Entry entry = live == null ? null : ManagedFields.of(live).find(owner);
        if (arguments[2].equals("nothing")) {
            assertEquals(null, entry);
        } else {
            assertNotNull(entry, arguments[0] + " has no entry");
            assertEquals(new TreeSet<>(Arrays.asList(arguments[2].split(", "))), new TreeSet<>(FieldSet.paths(entry.fields())));
        }
    }

    private List<String> owners() {
        List<String> owners = new ArrayList<>();
        Objects.requireNonNull(live).path("metadata").path("managedFields").forEach(entry -> owners.add(Json.text(entry, "manager")));
        return owners;
    }
}
