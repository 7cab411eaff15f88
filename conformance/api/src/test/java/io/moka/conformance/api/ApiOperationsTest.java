package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// "should support ... API operations": every verb of every kind.
final class ApiOperationsTest {
    private static final Api API = ControlPlane.shared().admin();
    /// Without it jobs and replication controllers wait for the garbage collector to orphan their pods.
    private static final String BACKGROUND = "{propagationPolicy: Background}";
    private static final String NAMESPACE = API.namespace("operations").substring("/api/v1/namespaces/".length());
    private static final String OTHER_NAMESPACE = API.namespace("operations").substring("/api/v1/namespaces/".length());

    static List<Kind> kinds() {
        return Kind.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void kindIsDiscovered(Kind kind) {
        JsonNode resources = API.get(kind.root()).expect(200).json().path("resources");
        assertTrue(verbs(resources, kind.plural(), kind).containsAll(expectedVerbs(kind)), resources.toString());
        if (kind.hasStatus()) {
            assertEquals(Set.of("get", "patch", "update"), verbs(resources, kind.plural() + "/status", kind));
        }
        if (kind.version().contains("/")) {
            String group = kind.version().substring(0, kind.version().indexOf('/'));
            assertTrue(API.get("/apis/" + group).expect(200).json().path("versions").toString().contains("\"" + kind.version() + "\""));
            assertTrue(API.get("/apis").expect(200).json().path("groups").toString().contains("\"" + kind.version() + "\""));
        }
    }

    private static List<String> expectedVerbs(Kind kind) {
        List<String> verbs = new ArrayList<>(List.of("create", "delete", "get", "list", "patch", "update", "watch"));
        if (kind.hasDeleteCollection()) {
            verbs.add("deletecollection");
        }
        return verbs;
    }

    private static Set<String> verbs(JsonNode resources, String name, Kind kind) {
        for (JsonNode resource : resources) {
            if (resource.path("name").asText().equals(name)) {
                assertEquals(kind.name(), resource.path("kind").asText());
                assertEquals(kind.namespaced(), resource.path("namespaced").asBoolean());
                Set<String> verbs = new TreeSet<>();
                resource.path("verbs").forEach(verb -> verbs.add(verb.asText()));
                return verbs;
            }
        }
        throw new AssertionError(name + " is not among " + resources);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void everyVerbWorks(Kind kind) {
        String label = (kind.plural() + kind.version().replaceAll(".*/", "")).toLowerCase();
        String collection = kind.collection(NAMESPACE);
        String selected = "?labelSelector=e2e%3D" + label;
        List<ObjectNode> created = create(kind, collection, label);
        String path = collection + "/" + name(created.getFirst());
        assertEquals(created.getFirst().path("metadata").path("uid"), API.get(path).expect(200).at("metadata", "uid"));
        Answer list = API.get(collection + selected).expect(200);
        assertEquals(3, list.names().size(), list.body());
        assertEquals(kind.name() + "List", list.text("kind"));
        if (kind.namespaced()) {
            API.post(kind.collection(OTHER_NAMESPACE), kind.manifest(OTHER_NAMESPACE, label, 1)).expect(201);
            assertEquals(4, API.get(kind.root() + "/" + kind.plural() + selected).expect(200).names().size());
        }
        try (Watch watch = API.watch(collection + selected + "&watch=true&resourceVersion=" + list.text("metadata", "resourceVersion"))) {
            change(path, watch);
            if (kind.hasStatus()) {
                changeStatus(kind, path);
            }
            API.delete(path, BACKGROUND).expect(200);
            assertEquals(name(created.getFirst()), name((ObjectNode) watch.next("DELETED")));
            Eventually.holds("it is gone", () -> API.get(path).code() == 404);
        }
        if (kind.hasDeleteCollection()) {
            assertEquals(kind.name() + "List", API.delete(collection + selected, BACKGROUND).expect(200).text("kind"));
            Eventually.holds("all are gone", () -> API.get(collection + selected).expect(200).names().isEmpty());
            if (kind.namespaced()) {
                assertEquals(1, API.get(kind.root() + "/" + kind.plural() + selected).expect(200).names().size());
                API.delete(kind.collection(OTHER_NAMESPACE) + selected, BACKGROUND).expect(200);
            }
        } else {
            API.delete(collection + selected).expect(405);
            created.subList(1, 3).forEach(other -> API.delete(collection + "/" + name(other)).expect(200));
        }
    }

    private static List<ObjectNode> create(Kind kind, String collection, String label) {
        List<ObjectNode> created = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Answer answer = API.post(collection, kind.manifest(NAMESPACE, label, i)).expect(201);
            assertFalse(answer.text("metadata", "uid").isEmpty());
            assertFalse(answer.text("metadata", "creationTimestamp").isEmpty());
            created.add(answer.object());
        }
        Answer again = API.post(collection, kind.manifest(NAMESPACE, label, 1)).expect(409);
        assertEquals("AlreadyExists", again.text("reason"));
        return created;
    }

    private static void change(String path, Watch watch) {
        Answer patched = API.merge(path, "metadata: {annotations: {patched: 'true'}}").expect(200);
        assertEquals("true", patched.text("metadata", "annotations", "patched"));
        assertEquals("true", API.strategic(path, "metadata: {labels: {strategic: 'true'}}").expect(200).text("metadata", "labels", "strategic"));
        Answer updated = API.update(path, object -> ((ObjectNode) object.path("metadata").path("annotations")).put("updated", "true"));
        assertEquals("true", updated.text("metadata", "annotations", "patched"));
        assertEquals("true", updated.text("metadata", "annotations", "updated"));
        ObjectNode stale = patched.object();
        ((ObjectNode) stale.path("metadata")).put("resourceVersion", "1");
        assertEquals("Conflict", API.put(path, stale).expect(409).text("reason"));
        awaitAnnotation(watch, "patched");
        awaitAnnotation(watch, "updated");
    }

    private static void awaitAnnotation(Watch watch, String name) {
        JsonNode seen = watch.next("MODIFIED");
        while (!seen.path("metadata").path("annotations").has(name)) {
            seen = watch.next("MODIFIED");
        }
    }

    private static void changeStatus(Kind kind, String path) {
        Answer whole = API.get(path).expect(200);
        Answer status = API.get(path + "/status").expect(200);
        assertEquals(kind.name(), status.text("kind"));
        assertEquals(whole.text("metadata", "uid"), status.text("metadata", "uid"));
        ObjectNode patch = Api.JSON.createObjectNode();
        patch.putObject("metadata").putObject("annotations").put("patchedstatus", "true");
        patch.set("status", kind.status());
        patch.putObject("spec").put("unknown", "ignored").put("unschedulable", false).put("suspend", false).put("replicas", 7);
        Answer patched = API.merge(path + "/status", patch.toString()).expect(200);
        assertContains(kind.status(), patched.at("status"));
        assertContains(kind.wishes(), patched.at("spec"));
        assertEquals(kind.statusWriterMayLabel(), patched.at("metadata", "annotations").has("patchedstatus"), patched.body());
        assertFalse(patched.at("spec").has("unknown"), "the status' writer changed what is wished for");
        assertEquals(whole.at("metadata", "generation"), patched.at("metadata", "generation"));
        Answer updated = API.update(path, path + "/status", object -> object.set("status", merged(object.path("status"), kind.status())));
        assertContains(kind.status(), updated.at("status"));
        API.update(path, object -> object.set("status", Api.yaml("{}")));
    }

    private static JsonNode merged(JsonNode status, JsonNode more) {
        ObjectNode merged = status.isObject() ? status.deepCopy() : Api.JSON.createObjectNode();
        more.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    /// Fields may have been added, and items to lists, but none be lost.
    private static void assertContains(JsonNode expected, JsonNode actual) {
        assertTrue(contains(expected, actual), () -> expected + " is not in " + actual);
    }

    private static boolean contains(JsonNode expected, JsonNode actual) {
        if (expected.isObject()) {
            return expected.properties().stream().allMatch(field -> contains(field.getValue(), actual.path(field.getKey())));
        }
        if (expected.isArray()) {
            return expected.valueStream().allMatch(item -> actual.valueStream().anyMatch(found -> contains(item, found)));
        }
        return expected.isNull() ? actual.isMissingNode() || actual.isNull() || actual.isTextual() : expected.equals(actual);
    }

    private static String name(ObjectNode object) {
        return object.path("metadata").path("name").asText();
    }
}
