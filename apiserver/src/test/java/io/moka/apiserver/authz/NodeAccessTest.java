package io.moka.apiserver.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a node may see and change: its own, and nothing of its neighbour.
final class NodeAccessTest {
    private static TestServer server;
    private static TestServer.Caller alpha;
    private static String namespace;
    private static final Map<String, String> UIDS = new java.util.HashMap<>();

    @BeforeAll
    static void start() {
        server = TestServer.start();
        namespace = server.namespace("nod");
        alpha = server.as(TestPki.shared().client("system:node:alpha", "system:nodes"));
        for (String node : new String[] {"alpha", "beta"}) {
            server.admin().post("/api/v1/nodes", "{\"metadata\":{\"name\":\"" + node + "\"}}");
            server.admin().post(namespace + "/secrets", "{\"metadata\":{\"name\":\"of-" + node + "\"}}");
            var pod = server.admin().post(namespace + "/pods", "{\"metadata\":{\"name\":\"on-" + node + "\"},\"spec\":{\"nodeName\":\"" + node
                    + "\",\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"envFrom\":[{\"secretRef\":{\"name\":\"of-" + node + "\"}}]}]}}");
            assertEquals(201, pod.code(), pod.body());
            UIDS.put(node, pod.text("metadata", "uid"));
        }
        TestServer.await("the pod is seen", () -> alpha.get(namespace + "/secrets/of-alpha").code() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String token(String node, boolean bound) {
        return bound ? "{\"spec\":{\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"on-" + node + "\",\"uid\":\"" + UIDS.get(node) + "\"}}}" : "{}";
    }

    private static void check(int code, String message, Function<TestServer.Caller, TestServer.Answer> attempt) {
        var answer = attempt.apply(alpha);
        assertEquals(code, answer.code(), answer.body());
        assertTrue(message.isEmpty() || answer.text("message").contains(message), answer.body());
    }

    @Test
    void secretsOfOthersStaySecret() {
        check(403, "no relationship found between node 'alpha' and this object", node -> node.get(namespace + "/secrets/of-beta"));
        check(403, "", node -> node.get(namespace + "/secrets"));
        check(403, "", node -> node.get("/api/v1/secrets"));
        check(200, "", node -> node.get(namespace + "/secrets?fieldSelector=metadata.name=of-alpha"));
        check(403, "", node -> node.get(namespace + "/secrets?fieldSelector=metadata.name=of-beta"));
        check(403, "", node -> node.patch(namespace + "/secrets/of-alpha", "merge-patch", "{\"data\":{}}"));
    }

    @Test
    void tokensAreForItsOwnPodsAlone() {
        String tokens = namespace + "/serviceaccounts/default/token";
        check(201, "", node -> node.post(tokens, token("alpha", true)));
        check(403, "node requested token not bound to a pod", node -> node.post(tokens, token("alpha", false)));
        check(403, "node requested token bound to a pod scheduled on a different node", node -> node.post(tokens, token("beta", true)));
        check(403, "does not match the UID in record", node -> node.post(tokens, token("alpha", true).replace(UIDS.get("alpha"), "other")));
    }

    @Test
    void labelsOfTheClusterAreNotTheNodes() {
        check(200, "", node -> node.patch("/api/v1/nodes/alpha", "merge-patch", "{\"metadata\":{\"labels\":{\"topology.kubernetes.io/zone\":\"z\",\"kubelet.kubernetes.io/x\":\"y\",\"team\":\"a\"}}}"));
        check(403, "is not allowed to modify labels: node-restriction.kubernetes.io/gpu",
                node -> node.patch("/api/v1/nodes/alpha", "merge-patch", "{\"metadata\":{\"labels\":{\"node-restriction.kubernetes.io/gpu\":\"y\"}}}"));
        check(403, "is not allowed to modify labels: node-role.kubernetes.io/control-plane",
                node -> node.patch("/api/v1/nodes/alpha", "merge-patch", "{\"metadata\":{\"labels\":{\"node-role.kubernetes.io/control-plane\":\"\"}}}"));
        check(403, "not allowed to modify taints", node -> node.patch("/api/v1/nodes/alpha", "merge-patch", "{\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoSchedule\"}]}}"));
        check(403, "", node -> node.patch("/api/v1/nodes/beta", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        check(403, "", node -> node.delete("/api/v1/nodes/alpha"));
    }

    @Test
    void podsOfOthersAreLeftAlone() {
        check(200, "", node -> node.patch(namespace + "/pods/on-alpha/status", "merge-patch", "{\"status\":{\"phase\":\"Running\"}}"));
        check(403, "", node -> node.patch(namespace + "/pods/on-beta/status", "merge-patch", "{\"status\":{\"phase\":\"Failed\"}}"));
        check(403, "", node -> node.delete(namespace + "/pods/on-beta"));
        check(403, "can only create mirror pods", node -> node.post(namespace + "/pods", "{\"metadata\":{\"name\":\"m\"},\"spec\":{\"nodeName\":\"alpha\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"));
        check(403, "", node -> node.post(namespace + "/pods",
                "{\"metadata\":{\"name\":\"m\",\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}},\"spec\":{\"nodeName\":\"alpha\",\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"envFrom\":[{\"secretRef\":{\"name\":\"of-beta\"}}]}]}}"));
    }

    @Test
    void aNameIsNotEnoughToBeANode() {
        var impostor = server.as(TestPki.shared().client("system:node:alpha", "visitors"));
        assertEquals(403, impostor.get(namespace + "/secrets/of-alpha").code());
    }
}
