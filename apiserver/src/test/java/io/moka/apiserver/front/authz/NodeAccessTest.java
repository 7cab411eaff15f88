package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.client.Json;
import io.moka.machinery.storage.VolumeOrder;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Authorization of nodes: a node may read and change its own objects and its pods', and none of another node.
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
    void itListsAndWatchesItsOwnPodsAlone() {
        check(403, "can only list/watch pods with spec.nodeName field selector", node -> node.get("/api/v1/pods"));
        check(403, "can only list/watch pods", node -> node.get("/api/v1/pods?fieldSelector=spec.nodeName=beta"));
        check(403, "can only list/watch pods", node -> node.get("/api/v1/pods?fieldSelector=spec.nodeName!=alpha"));
        check(403, "can only list/watch pods", node -> node.get("/api/v1/pods?watch=true&fieldSelector=status.phase=Running"));
        check(200, "", node -> node.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dalpha,status.phase!=Failed"));
        check(200, "", node -> node.get(namespace + "/pods?fieldSelector=metadata.name=on-alpha"));
        check(403, "", node -> node.get(namespace + "/pods?fieldSelector=metadata.name=on-beta"));
        check(403, "", node -> node.get(namespace + "/pods/on-beta"));
        check(403, "cannot read all nodes", node -> node.get("/api/v1/nodes"));
        check(403, "", node -> node.get("/api/v1/nodes/beta"));
        check(200, "", node -> node.get("/api/v1/nodes?fieldSelector=metadata.name=alpha"));
    }

    @Test
    void volumesAreChangedByTheNodeThatKeepsThem() {
        for (String node : new String[] {"alpha", "beta"}) {
            var made = server.admin().post("/api/v1/persistentvolumes", "{\"metadata\":{\"name\":\"of-" + node + "\",\"labels\":{\"moka.io/local-path-node\":\"" + node
                    + "\"},\"finalizers\":[\"moka.io/local-path-content\"]},\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],\"capacity\":{\"storage\":\"1Gi\"},\"hostPath\":{\"path\":\"/v\"}}}");
            assertEquals(201, made.code(), made.body());
        }
        var own = "/api/v1/persistentvolumes/of-alpha";
        check(200, "", node -> node.get("/api/v1/persistentvolumes?labelSelector=moka.io/local-path-node=alpha"));
        check(403, "", node -> node.get("/api/v1/persistentvolumes"));
        check(403, "", node -> node.get("/api/v1/persistentvolumes?labelSelector=moka.io/local-path-node=beta"));
        check(403, "", node -> node.get("/api/v1/persistentvolumes?labelSelector=moka.io/local-path-node"));
        check(403, "", node -> node.get("/api/v1/persistentvolumes?labelSelector=moka.io/local-path-node!=alpha"));
        check(403, "", node -> node.get("/api/v1/persistentvolumes/of-beta"));
        check(200, "", node -> node.patch(own, "merge-patch", "{\"metadata\":{\"annotations\":{\"moka.io/local-path-made\":\"true\"}}}"));
        check(200, "", node -> node.patch(own, "merge-patch", "{\"metadata\":{\"finalizers\":[\"kubernetes.io/pv-protection\"]}}"));
        var moved = "{\"metadata\":{\"annotations\":{\"moka.io/local-path-moved-to\":\"/disk\",\"moka.io/local-path-left\":\"/v\",\"moka.io/local-path-state\":\"{}\"}}}";
        check(403, "can only say what became", node -> node.patch(own, "merge-patch", moved));
        check(403, "can only say what became", node -> node.patch(own, "merge-patch", "{\"metadata\":{\"annotations\":{\"moka.io/local-path-order\":\"{}\"}}}"));
        var order = new VolumeOrder("o", VolumeOrder.Action.MOVE, null, "/disk", Instant.parse("2026-01-01T00:00:00Z"));
        assertEquals(200, server.admin().patch(own, "merge-patch", Json.tree(Map.of("metadata", Map.of("annotations", Map.of("moka.io/local-path-order", order.text())))).toString()).code());
        check(403, "can only say what became", node -> node.patch(own, "merge-patch", moved.replace("/disk", "/other")));
        check(200, "", node -> node.patch(own, "merge-patch", moved));
        check(403, "can only say what became of its own local-path volumes", node -> node.patch(own, "merge-patch", "{\"metadata\":{\"finalizers\":[]}}"));
        check(403, "can only say what became", node -> node.patch(own, "merge-patch", "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}"));
        check(403, "can only say what became", node -> node.patch(own, "merge-patch", "{\"metadata\":{\"labels\":{\"moka.io/local-path-node\":\"beta\"}}}"));
        check(403, "", node -> node.patch("/api/v1/persistentvolumes/of-beta", "merge-patch", "{\"metadata\":{\"annotations\":{\"moka.io/local-path-made\":\"true\"}}}"));
        check(403, "", node -> node.delete(own));
        check(403, "", node -> node.patch(own + "/status", "merge-patch", "{\"status\":{\"phase\":\"Failed\"}}"));
    }

    @Test
    void itDoesNotChooseItsPodsAddresses() {
        check(403, "is not allowed to set podCIDR", node -> node.patch("/api/v1/nodes/alpha", "merge-patch", "{\"spec\":{\"podCIDR\":\"10.9.0.0/24\",\"podCIDRs\":[\"10.9.0.0/24\"]}}"));
        var gamma = server.as(TestPki.shared().client("system:node:gamma", "system:nodes"));
        assertEquals(403, gamma.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"gamma\"},\"spec\":{\"podCIDR\":\"10.9.0.0/24\",\"podCIDRs\":[\"10.9.0.0/24\"]}}").code());
        assertEquals(201, gamma.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"gamma\"}}").code());
    }

    @Test
    void tokensAreForTheAudiencesThatThePodNames() {
        String pod = "{\"metadata\":{\"name\":\"aud\"},\"spec\":{\"nodeName\":\"alpha\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}],\"volumes\":[{\"name\":\"t\",\"projected\":{\"sources\":[{\"serviceAccountToken\":{\"path\":\"t\",\"audience\":\"vault\"}}]}},"
                + "{\"name\":\"d\",\"csi\":{\"driver\":\"csi.example.com\"}}]}}";
        server.admin().post("/apis/storage.k8s.io/v1/csidrivers", "{\"metadata\":{\"name\":\"csi.example.com\"},\"spec\":{\"volumeLifecycleModes\":[\"Ephemeral\"],\"tokenRequests\":[{\"audience\":\"store\"}]}}");
        String uid = server.admin().post(namespace + "/pods", pod).text("metadata", "uid");
        server.settle();
        String tokens = namespace + "/serviceaccounts/default/token";
        String request = "{\"spec\":{\"audiences\":[%s],\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"aud\",\"uid\":\"" + uid + "\"}}}";
        check(201, "", node -> node.post(tokens, request.formatted("\"vault\"")));
        check(201, "", node -> node.post(tokens, request.formatted("\"store\"")));
        check(201, "", node -> node.post(tokens, request.formatted("")));
        check(403, "audience \"bank\" not found in pod spec volume", node -> node.post(tokens, request.formatted("\"bank\"")));
        check(403, "node may only request 0 or 1 audiences", node -> node.post(tokens, request.formatted("\"vault\",\"store\"")));
        String roles = "/apis/rbac.authorization.k8s.io/v1/clusterrole";
        server.admin().post(roles + "s", "{\"metadata\":{\"name\":\"audiences\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"bank\"],\"verbs\":[\"request-serviceaccounts-token-audience\"]}]}");
        server.admin().post(roles + "bindings", "{\"metadata\":{\"name\":\"audiences\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"audiences\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Group\",\"name\":\"system:nodes\"}]}");
        server.settle();
        check(201, "", node -> node.post(tokens, request.formatted("\"bank\"")));
    }

    @Test
    void claimsAndSlicesOfDevicesAreItsOwn() {
        String claims = namespace.replace("/api/v1", "/apis/resource.k8s.io/v1") + "/resourceclaims";
        for (String name : new String[] {"named", "made", "other"}) {
            var claim = server.admin().post(claims, "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{}}");
            assertEquals(201, claim.code(), claim.body());
        }
        var pod = server.admin().post(namespace + "/pods", "{\"metadata\":{\"name\":\"devices\"},\"spec\":{\"nodeName\":\"alpha\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}],"
                + "\"resourceClaims\":[{\"name\":\"a\",\"resourceClaimName\":\"named\"},{\"name\":\"b\",\"resourceClaimTemplateName\":\"t\"}]}}");
        assertEquals(201, pod.code(), pod.body());
        var status = server.admin().patch(namespace + "/pods/devices/status", "merge-patch", "{\"status\":{\"resourceClaimStatuses\":[{\"name\":\"b\",\"resourceClaimName\":\"made\"}]}}");
        assertEquals(200, status.code(), status.body());
        server.settle();
        check(200, "", node -> node.get(claims + "/named"));
        check(200, "", node -> node.get(claims + "/made"));
        check(403, "no relationship found between node 'alpha' and this object", node -> node.get(claims + "/other"));
        check(403, "", node -> node.get(claims));
        check(403, "", node -> node.patch(claims + "/named", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));

        String slices = "/apis/resource.k8s.io/v1/resourceslices";
        String slice = "{\"metadata\":{\"name\":\"%1$s\"},\"spec\":{\"driver\":\"d.example.com\",\"nodeName\":\"%1$s\",\"pool\":{\"name\":\"%1$s\",\"resourceSliceCount\":1}}}";
        check(201, "", node -> node.post(slices, slice.formatted("alpha")));
        check(403, "can only create ResourceSlice with the same NodeName as the requesting node", node -> node.post(slices, slice.formatted("beta")));
        server.admin().post(slices, slice.formatted("beta"));
        server.settle();
        check(200, "", node -> node.get(slices + "/alpha"));
        check(403, "", node -> node.get(slices + "/beta"));
        check(403, "can only list/watch/deletecollection resourceslices with spec.nodeName field selector", node -> node.get(slices));
        check(403, "", node -> node.delete(slices + "/beta"));
        check(200, "", node -> node.get(slices + "?fieldSelector=spec.nodeName=alpha"));
        check(200, "", node -> node.delete(slices + "/alpha"));
    }

    /// A mirror pod is refused for a field that refers to a secret or the like, not for a text that contains the field's name.
    @Test
    void mirrorPodsAreReadAsObjects() {
        String pod = "{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}},\"spec\":{\"nodeName\":\"alpha\",\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"env\":[{\"name\":\"A\",\"value\":\"secretRef configMapRef persistentVolumeClaim\"}]}]%s}}";
        check(201, "", node -> node.post(namespace + "/pods", pod.formatted("words", "")));
        check(403, "can not create pods that reference secrets", node -> node.post(namespace + "/pods",
                pod.formatted("azure", ",\"volumes\":[{\"name\":\"v\",\"azureFile\":{\"secretName\":\"of-beta\",\"shareName\":\"s\"}}]")));
        check(403, "can not create pods that reference secrets", node -> node.post(namespace + "/pods", pod.formatted("pull", ",\"imagePullSecrets\":[{\"name\":\"of-beta\"}]")));
        check(403, "can not create pods that reference configmaps", node -> node.post(namespace + "/pods", pod.formatted("map", ",\"volumes\":[{\"name\":\"v\",\"projected\":{\"sources\":[{\"configMap\":{\"name\":\"m\"}}]}}]")));
        check(403, "can not create pods that reference resourceclaims", node -> node.post(namespace + "/pods", pod.formatted("claim", ",\"resourceClaims\":[{\"name\":\"r\",\"resourceClaimName\":\"x\"}]")));
        check(403, "can not create pods that reference persistentvolumeclaims", node -> node.post(namespace + "/pods", pod.formatted("pvc", ",\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"x\"}}]")));
    }

    @Test
    void aProxyTakesNoLeaseOfOthers() {
        var proxy = server.as(TestPki.shared().client("system:kube-proxy"));
        String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
        var led = server.admin().post(leases, "{\"metadata\":{\"name\":\"kube-controller-manager\"},\"spec\":{\"holderIdentity\":\"manager-a\"}}");
        assertEquals(201, led.code(), led.body());
        assertEquals(201, proxy.post(leases, "{\"metadata\":{\"name\":\"moka-lb-10.0.0.1\"},\"spec\":{\"holderIdentity\":\"alpha\"}}").code());
        assertEquals(201, proxy.post(leases, "{\"metadata\":{\"name\":\"moka-announcer-alpha\"},\"spec\":{\"holderIdentity\":\"alpha\"}}").code());
        var taken = proxy.put(leases + "/kube-controller-manager", led.body().replace("manager-a", "manager-b"));
        assertEquals(403, taken.code(), taken.body());
        assertTrue(taken.text("message").contains("a proxy can only change leases of announced addresses"), taken.body());
        assertEquals(403, proxy.post(leases, "{\"metadata\":{\"name\":\"kube-scheduler\"},\"spec\":{\"holderIdentity\":\"b\"}}").code());
    }

    @Test
    void aNameIsNotEnoughToBeANode() {
        var impostor = server.as(TestPki.shared().client("system:node:alpha", "visitors"));
        assertEquals(403, impostor.get(namespace + "/secrets/of-alpha").code());
    }
}
