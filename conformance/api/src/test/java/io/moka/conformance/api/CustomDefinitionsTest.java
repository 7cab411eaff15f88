package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// "CustomResourceDefinition ...", "CustomResourcePublishOpenAPI".
final class CustomDefinitionsTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final String DEFINITIONS = Definitions.PATH;
    private static final String OPEN = "{type: object, x-kubernetes-preserve-unknown-fields: true}";

    private final String namespace = API.namespace("definitions").substring("/api/v1/namespaces/".length());

    @AfterEach
    void deleteDefinitions() {
        for (String name : API.get(DEFINITIONS).expect(200).names()) {
            if (name.endsWith(".e2e.example.com") || name.endsWith(".other.example.com")) {
                API.delete(DEFINITIONS + "/" + name);
            }
        }
        Eventually.holds("all are gone", () -> API.get(DEFINITIONS).expect(200).names().stream().noneMatch(name -> name.endsWith(".e2e.example.com")));
    }

    @Test
    void statusIsPatchedAndUpdatedAndStays() {
        String path = DEFINITIONS + "/states.e2e.example.com";
        Definitions.create("states.e2e.example.com", "Cluster", OPEN);
        assertEquals("True", API.get(path + "/status").expect(200).at("status", "conditions").valueStream()
                .filter(condition -> condition.path("type").asText().equals("Established")).findFirst().orElseThrow().path("status").asText());
        API.update(path, path + "/status", definition -> definition.withObject("status").withArray("conditions").addObject()
                .put("type", "StatusUpdate").put("status", "True").put("reason", "E2E").put("message", "Set from an e2e test").putNull("lastTransitionTime"));
        ObjectNode patch = (ObjectNode) Api.yaml("{status: {}}");
        patch.withObject("status").set("conditions", API.get(path).at("status", "conditions"));
        patch.withObject("status").withArray("conditions").addObject().put("type", "StatusPatch").put("status", "True").put("reason", "E2E").put("message", "Set from an e2e test");
        API.merge(path + "/status", patch.toString()).expect(200);
        Answer now = API.get(path + "/status").expect(200);
        assertTrue(now.body().contains("StatusUpdate") && now.body().contains("StatusPatch") && now.body().contains("Established"), now.body());
    }

    @Test
    void customObjectsAreWatched() {
        Definitions definition = Definitions.create("seens.e2e.example.com", "Cluster", OPEN);
        try (Watch watch = API.watch(definition.path("") + "?watch=true")) {
            API.post(definition.path(""), definition.object("one", "") + "content: {a: 1}").expect(201);
            API.merge(definition.path("one"), "{content: {a: 2}}").expect(200);
            API.delete(definition.path("one")).expect(200);
            assertEquals(1, watch.next("ADDED").path("content").path("a").asInt());
            assertEquals(2, watch.next("MODIFIED").path("content").path("a").asInt());
            assertEquals("one", watch.next("DELETED").path("metadata").path("name").asText());
        }
    }

    private static void setSchema(String path, String properties) {
        API.update(path, definition -> ((ObjectNode) definition.path("spec").path("versions").path(0).path("schema").path("openAPIV3Schema")).set("properties", Api.yaml(properties)));
    }

    @Test
    void defaultsComeAndGoForRequestsAndForWhatIsStored() {
        Definitions definition = Definitions.create("defaulteds.e2e.example.com", "Cluster", "{type: object, properties: {a: {type: string}, b: {type: string}}}");
        String path = DEFINITIONS + "/defaulteds.e2e.example.com";
        API.post(definition.path(""), definition.object("one", "")).expect(201);
        assertFalse(API.get(definition.path("one")).json().has("a"));
        setSchema(path, "{a: {type: string, default: A}, b: {type: string}}");
        Eventually.holds("the default is read", () -> API.get(definition.path("one")).text("a").equals("A"));
        Answer two = API.post(definition.path(""), definition.object("two", "")).expect(201);
        assertEquals("A", two.text("a"));
        setSchema(path, "{a: {type: string}, b: {type: string, default: B}}");
        Eventually.holds("the other default is read", () -> API.get(definition.path("one")).text("b").equals("B"));
        assertFalse(API.get(definition.path("one")).json().has("a"));
        assertEquals("A", API.get(definition.path("two")).text("a"));
    }

    @Test
    void discoveryHasTheKindInEachForm() {
        Definitions.create("founds.e2e.example.com", "Namespaced", OPEN);
        Eventually.holds("it is discovered", () -> API.get("/apis/e2e.example.com/v1").body().contains("\"founds\""));
        String aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        JsonNode group = API.get("/apis", aggregated).expect(200).at("items").valueStream().filter(item -> item.path("metadata").path("name").asText().equals("e2e.example.com")).findFirst().orElseThrow();
        assertEquals("founds", group.path("versions").path(0).path("resources").path(0).path("resource").asText());
        assertEquals("Namespaced", group.path("versions").path(0).path("resources").path(0).path("scope").asText());
    }

    private static JsonNode published(String type) {
        return API.get("/openapi/v2").expect(200).at("definitions", type);
    }

    private static void awaitPublished(String type, boolean wanted) {
        Eventually.holds(type + (wanted ? " is" : " is not") + " published", () -> published(type).isObject() == wanted);
    }

    @Test
    void documentFollowsTheDefinition() {
        String schema = """
                {description: Foo CRD for Testing, type: object, properties: {spec: {type: object, description: Specification of Foo, properties: {bars: {description: List of Bars and their specs., type: array,
                items: {type: object, required: [name], properties: {name: {description: Name of Bar., type: string}, age: {description: Age of Bar., type: string}}}}}}}}""";
        Definitions.create("foos.e2e.example.com", "Namespaced", schema);
        awaitPublished("com.example.e2e.v1.Foo", true);
        JsonNode foo = published("com.example.e2e.v1.Foo");
        assertEquals("Foo CRD for Testing", foo.path("description").asText());
        assertEquals("Name of Bar.", foo.at("/properties/spec/properties/bars/items/properties/name/description").asText());
        assertEquals("[{\"group\":\"e2e.example.com\",\"kind\":\"Foo\",\"version\":\"v1\"}]", foo.path("x-kubernetes-group-version-kind").toString());
        String path = DEFINITIONS + "/foos.e2e.example.com";
        JsonNode second = API.get(path).at("spec", "versions").path(0).deepCopy();
        API.update(path, definition -> ((com.fasterxml.jackson.databind.node.ArrayNode) definition.path("spec").path("versions")).add(((ObjectNode) second.deepCopy()).put("name", "v2").put("storage", false)));
        awaitPublished("com.example.e2e.v2.Foo", true);
        API.jsonPatch(path, "[{op: replace, path: /spec/versions/1/name, value: v4}]").expect(200);
        awaitPublished("com.example.e2e.v4.Foo", true);
        awaitPublished("com.example.e2e.v2.Foo", false);
        assertEquals(published("com.example.e2e.v1.Foo").path("properties"), published("com.example.e2e.v4.Foo").path("properties"));
        API.jsonPatch(path, "[{op: replace, path: /spec/versions/1/served, value: false}]").expect(200);
        awaitPublished("com.example.e2e.v4.Foo", false);
        awaitPublished("com.example.e2e.v1.Foo", true);
    }

    @Test
    void documentHasKindsOfSeveralGroupsAndWhatTheyLeaveOpen() {
        Definitions.create("ones.e2e.example.com", "Namespaced", OPEN);
        Definitions.create("twos.e2e.example.com", "Namespaced", "{type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true, description: open}}}");
        Definitions.create("threes.other.example.com", "Namespaced", OPEN);
        awaitPublished("com.example.e2e.v1.One", true);
        awaitPublished("com.example.e2e.v1.Two", true);
        awaitPublished("com.example.other.v1.Three", true);
        assertEquals("{\"type\":\"object\"}", ((ObjectNode) published("com.example.e2e.v1.One")).without("x-kubernetes-group-version-kind").toString());
        assertTrue(published("com.example.e2e.v1.Two").at("/properties/spec/x-kubernetes-preserve-unknown-fields").asBoolean());
        String collection = "/apis/e2e.example.com/v1/namespaces/" + namespace + "/ones";
        API.post(collection + "?fieldValidation=Strict", "{apiVersion: e2e.example.com/v1, kind: One, metadata: {name: any}, unknown: {field: x}}").expect(201);
        assertEquals("x", API.get(collection + "/any").text("unknown", "field"));
    }
}
