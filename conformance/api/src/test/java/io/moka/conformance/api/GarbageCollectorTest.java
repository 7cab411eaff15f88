package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "Garbage collector": dependents of a deleted owner are deleted with it, unless they are orphaned.
final class GarbageCollectorTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("garbage");
    private final String group = namespace.replace("/api/v1/", "/apis/apps/v1/");

    private void deployment() {
        API.post(group + "/deployments", """
                {metadata: {name: d}, spec: {replicas: 2, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, image: none}]}}}}""").expect(201);
        Eventually.holds("the deployment has pods", () -> API.get(namespace + "/pods").expect(200).names().size() == 2);
    }

    private void replicaSet(String name) {
        API.post(group + "/replicasets", """
                {metadata: {name: %1$s}, spec: {replicas: 4, selector: {matchLabels: {app: %1$s}}, template: {metadata: {labels: {app: %1$s}}, spec: {containers: [{name: c, image: none}]}}}}""".formatted(name)).expect(201);
        Eventually.holds("the set has pods", () -> pods(name).size() == 4);
    }

    private List<String> pods(String app) {
        return API.get(namespace + "/pods?labelSelector=app%3D" + app).expect(200).names();
    }

    private static JsonNode owner(String name, Answer owner) {
        return Api.yaml("{apiVersion: %s, kind: %s, name: %s, uid: %s}".formatted(owner.text("apiVersion"), owner.text("kind"), name, owner.text("metadata", "uid")));
    }

    @Test
    void inTheBackgroundAllGoAfterTheirOwner() {
        deployment();
        API.delete(group + "/deployments/d", "{propagationPolicy: Background}").expect(200);
        API.get(group + "/deployments/d").expect(404);
        Eventually.holds("sets and pods are gone", () -> API.get(group + "/replicasets").names().isEmpty() && API.get(namespace + "/pods").names().isEmpty());
    }

    @Test
    void orphansStayAndForgetTheirOwner() {
        deployment();
        API.delete(group + "/deployments/d", "{propagationPolicy: Orphan}").expect(200);
        Eventually.holds("the deployment is gone", () -> API.get(group + "/deployments/d").code() == 404);
        JsonNode set = API.get(group + "/replicasets").expect(200).at("items").path(0);
        assertTrue(set.path("metadata").path("ownerReferences").isMissingNode(), set.toString());
        assertFalse(set.path("metadata").has("deletionTimestamp"));
        assertEquals(2, API.get(namespace + "/pods").expect(200).names().size());
    }

    @Test
    void inTheForegroundTheOwnerStaysUntilAllHaveGone() {
        replicaSet("slow");
        API.get(namespace + "/pods").expect(200).names().forEach(pod -> API.merge(namespace + "/pods/" + pod, "metadata: {finalizers: [example.com/slow]}").expect(200));
        API.delete(group + "/replicasets/slow", "{propagationPolicy: Foreground}").expect(200);
        Eventually.holds("the pods are to go", () -> API.get(namespace + "/pods").expect(200).at("items").valueStream().allMatch(pod -> pod.path("metadata").has("deletionTimestamp")));
        Answer owner = API.get(group + "/replicasets/slow").expect(200);
        assertEquals("[\"foregroundDeletion\"]", owner.at("metadata", "finalizers").toString());
        API.get(namespace + "/pods").expect(200).names().forEach(pod -> API.merge(namespace + "/pods/" + pod, "metadata: {finalizers: null}").expect(200));
        Eventually.holds("the set is gone", () -> API.get(group + "/replicasets/slow").code() == 404);
        assertEquals(List.of(), pods("slow"));
    }

    @Test
    void whoHasAnotherOwnerStays() {
        replicaSet("going");
        replicaSet("staying");
        JsonNode staying = owner("staying", API.get(group + "/replicasets/staying").expect(200));
        List<String> shared = pods("going").subList(0, 2);
        shared.forEach(pod -> API.jsonPatch(namespace + "/pods/" + pod, "[{op: add, path: /metadata/ownerReferences/-, value: %s}]".formatted(staying)).expect(200));
        API.delete(group + "/replicasets/going", "{propagationPolicy: Foreground}").expect(200);
        Eventually.holds("the set is gone", () -> API.get(group + "/replicasets/going").code() == 404);
        assertEquals(shared, pods("going"));
        for (String pod : shared) {
            JsonNode metadata = API.get(namespace + "/pods/" + pod).expect(200).at("metadata");
            assertFalse(metadata.has("deletionTimestamp"));
            assertEquals(1, metadata.path("ownerReferences").size(), metadata.toString());
        }
    }

    @Test
    void circleOfOwnersIsNoObstacle() {
        Answer[] pods = new Answer[3];
        for (int i = 0; i < 3; i++) {
            pods[i] = API.post(namespace + "/pods", "{metadata: {name: pod%d}, spec: {containers: [{name: c, image: none}]}}".formatted(i)).expect(201);
        }
        for (int i = 0; i < 3; i++) {
            int owner = (i + 2) % 3;
            ObjectNode patch = Api.JSON.createObjectNode();
            patch.putObject("metadata").putArray("ownerReferences").add(((ObjectNode) owner("pod" + owner, pods[owner])).put("controller", true).put("blockOwnerDeletion", true));
            API.merge(namespace + "/pods/pod" + i, patch.toString()).expect(200);
        }
        API.delete(namespace + "/pods/pod0", "{propagationPolicy: Foreground}").expect(200);
        Eventually.holds("all three are gone", () -> API.get(namespace + "/pods").expect(200).names().isEmpty());
    }
}
