package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// "NoExecuteTaintManager": eviction of pods that do not tolerate a taint of their node. The nodes exist as objects only.
final class TaintsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("taints");
    private final String nodes = "/api/v1/nodes";
    private final String first = namespace.replaceAll(".*/", "") + "-first";
    private final String second = namespace.replaceAll(".*/", "") + "-second";

    private void node(String name) {
        API.post(nodes, "{metadata: {name: " + name + "}}").expect(201);
        API.merge(nodes + "/" + name + "/status", "status: {conditions: [{type: Ready, status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z'}]}").expect(200);
        Eventually.holds("the node is not tainted", () -> API.get(nodes + "/" + name).at("spec", "taints").isEmpty());
    }

    private void taint(String node) {
        API.merge(nodes + "/" + node, "spec: {taints: [{key: example.com/evict, value: 'yes', effect: NoExecute}]}").expect(200);
    }

    private void pod(String name, String node, String tolerations) {
        API.post(namespace + "/pods", "{metadata: {name: %s}, spec: {nodeName: %s, tolerations: [%s], containers: [{name: c, image: none}]}}".formatted(name, node, tolerations)).expect(201);
    }

    private boolean isEvicted(String pod) {
        return !API.get(namespace + "/pods/" + pod).text("metadata", "deletionTimestamp").isEmpty();
    }

    @AfterEach
    void removeNodes() {
        API.delete(nodes + "/" + first);
        API.delete(nodes + "/" + second);
    }

    @Test
    void podGoesUnlessItToleratesAndThenForAsLongAsItDoes() {
        node(first);
        pod("plain", first, "");
        pod("patient", first, "{key: example.com/evict, operator: Exists, effect: NoExecute, tolerationSeconds: 4}");
        pod("lasting", first, "{key: example.com/evict, operator: Equal, value: 'yes'}");
        pod("other", first, "{key: example.com/evict, operator: Equal, value: 'no'}");
        taint(first);
        Eventually.holds("what does not tolerate goes", () -> isEvicted("plain") && isEvicted("other"));
        assertTrue(!isEvicted("patient") && !isEvicted("lasting"));
        for (var condition : API.get(namespace + "/pods/plain").at("status", "conditions")) {
            if (condition.path("type").asText().equals("DisruptionTarget")) {
                assertEquals("True DeletionByTaintManager", condition.path("status").asText() + " " + condition.path("reason").asText());
            }
        }
        assertTrue(API.get(namespace + "/pods/plain").at("status", "conditions").toString().contains("DisruptionTarget"));
        Eventually.holds("patience ends", () -> isEvicted("patient"));
        assertTrue(!isEvicted("lasting"));
    }

    @Test
    void taintThatIsTakenBackInTimeEvictsNobody() {
        node(first);
        node(second);
        pod("spared", first, "{key: example.com/evict, operator: Exists, effect: NoExecute, tolerationSeconds: 4}");
        pod("clock", second, "{key: example.com/evict, operator: Exists, effect: NoExecute, tolerationSeconds: 5}");
        taint(first);
        taint(second);
        API.merge(nodes + "/" + first, "spec: {taints: []}").expect(200);
        Eventually.holds("longer than it would have taken", () -> isEvicted("clock"));
        assertTrue(!isEvicted("spared"));
    }

    @Test
    void nodeThatIsGoneTakesItsPodsAlong() {
        node(first);
        pod("left", first, "");
        API.delete(nodes + "/" + first).expect(200);
        Eventually.holds("nobody else would remove it", () -> API.get(namespace + "/pods/left").code() == 404);
    }
}
