package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/// "Namespaces": changes of a namespace, and its deletion together with all its objects.
final class NamespacesTest {
    private static final Api API = ControlPlane.shared().admin();

    private static void delete(String namespace) {
        API.delete(namespace).expect(200);
    }

    private static void awaitGone(String namespace) {
        Eventually.holds(namespace + " is gone", () -> API.get(namespace).code() == 404);
    }

    @Test
    void podsAndServicesGoWithTheirNamespace() {
        String namespace = API.namespace("going");
        API.post(namespace + "/pods", "{metadata: {name: p}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        API.post(namespace + "/services", "{metadata: {name: s}, spec: {selector: {a: b}, ports: [{port: 80}]}}").expect(201);
        delete(namespace);
        assertEquals("Forbidden", API.post(namespace + "/configmaps", "{metadata: {name: late}}").expect(403).text("reason"));
        awaitGone(namespace);
        String name = namespace.substring("/api/v1/namespaces/".length());
        API.post("/api/v1/namespaces", "metadata: {name: " + name + "}").expect(201);
        assertEquals(0, API.get(namespace + "/pods").expect(200).names().size());
        assertEquals(0, API.get(namespace + "/services").expect(200).names().size());
        delete(namespace);
    }

    @Test
    void nothingElseGoesWhileThereArePods() {
        String namespace = API.namespace("ordered");
        API.post(namespace + "/pods", "{metadata: {name: p, finalizers: [example.com/slow]}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        API.post(namespace + "/configmaps", "{metadata: {name: needed}, data: {a: b}}").expect(201);
        delete(namespace);
        Eventually.holds("the pod is to go", () -> API.get(namespace + "/pods/p").expect(200).json().path("metadata").has("deletionTimestamp"));
        Eventually.holds("the namespace tells what it waits for", () -> condition(namespace, "NamespaceFinalizersRemaining").equals("True"));
        Answer waiting = API.get(namespace).expect(200);
        assertEquals("Terminating", waiting.text("status", "phase"));
        assertEquals("True", condition(namespace, "NamespaceContentRemaining"));
        assertTrue(waiting.body().contains("Some resources are remaining: pods. has 1 resource instances"), waiting.body());
        assertTrue(waiting.body().contains("Some content in the namespace has finalizers remaining: example.com/slow in 1 resource instances"), waiting.body());
        API.get(namespace + "/configmaps/needed").expect(200);
        API.merge(namespace + "/pods/p", "metadata: {finalizers: null}").expect(200);
        awaitGone(namespace);
    }

    private static String condition(String namespace, String type) {
        return API.get(namespace).expect(200).at("status", "conditions").valueStream().filter(condition -> condition.path("type").asText().equals(type))
                .map(condition -> condition.path("status").asText()).findFirst().orElse("");
    }

    @Test
    void statusIsPatchedAndUpdated() {
        String namespace = API.namespace("status");
        assertEquals("Active", API.get(namespace + "/status").expect(200).text("status", "phase"));
        API.merge(namespace + "/status", "status: {conditions: [{type: StatusPatch, status: 'True', reason: E2E, message: Patched by an e2e test}]}").expect(200);
        API.update(namespace, namespace + "/status", object -> {
            ObjectNode condition = object.withObject("status").withArray("conditions").addObject();
            condition.put("type", "StatusUpdate").put("status", "True").put("reason", "E2E").put("message", "Updated by an e2e test");
        });
        assertEquals("True", condition(namespace, "StatusPatch"));
        assertEquals("True", condition(namespace, "StatusUpdate"));
        Answer refused = API.merge(namespace + "/status", "status: {phase: Terminating}").expect(422);
        assertTrue(refused.text("message").contains("may only be 'Active' if `deletionTimestamp` is empty"), refused.body());
        delete(namespace);
    }

    @Test
    void labelsAreAddedAndTheNameIsAlwaysOneOfThem() {
        String namespace = API.namespace("labels");
        API.strategic(namespace, "metadata: {labels: {testLabel: testValue}}").expect(200);
        assertEquals("testValue", API.get(namespace).text("metadata", "labels", "testLabel"));
        Answer updated = API.update(namespace, object -> object.withObject("metadata").putObject("labels").put("updated", "true"));
        assertEquals("true", updated.text("metadata", "labels", "updated"));
        assertEquals(updated.text("metadata", "name"), updated.text("metadata", "labels", "kubernetes.io/metadata.name"));
        delete(namespace);
    }

    @Test
    void finalizerIsAddedAndRemovedThroughFinalize() {
        String namespace = API.namespace("finalizer");
        Answer with = API.update(namespace, namespace + "/finalize", object -> object.withObject("spec").withArray("finalizers").add("e2e.example.com/fakeFinalizer"));
        assertTrue(with.at("spec", "finalizers").toString().contains("e2e.example.com/fakeFinalizer"));
        Answer without = API.update(namespace, namespace + "/finalize", object -> object.withObject("spec").putArray("finalizers").add("kubernetes"));
        assertEquals("[\"kubernetes\"]", without.at("spec", "finalizers").toString());
        delete(namespace);
        awaitGone(namespace);
    }
}
