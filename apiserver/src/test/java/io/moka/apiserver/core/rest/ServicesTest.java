package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class ServicesTest extends ServerTest {
    private static final String SERVICE = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"type\":\"%s\",\"ports\":[{\"port\":80}]%s}}";

    @Test
    void concurrentServicesGetDifferentAddressesAndPorts() throws Exception {
        String services = server.namespace("many") + "/services";
        int count = 40;
        Set<String> addresses = ConcurrentHashMap.newKeySet();
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                String body = SERVICE.formatted("s" + i, "NodePort", "");
                threads.submit(() -> {
                    var created = admin().post(services, body);
                    addresses.add(created.text("spec", "clusterIP"));
                    ports.add(created.json().path("spec").path("ports").path(0).path("nodePort").asInt());
                });
            }
        }
        assertEquals(count, addresses.size());
        assertEquals(count, ports.size());
        assertTrue(ports.stream().allMatch(port -> port >= 30000 && port <= 32767));
    }

    @Test
    void addressIsFreeAgainWhenTheServiceIsGone() {
        String services = server.namespace("again") + "/services";
        assertEquals(201, admin().post(services, SERVICE.formatted("one", "ClusterIP", ",\"clusterIP\":\"10.96.7.7\"")).code());
        var taken = admin().post(services, SERVICE.formatted("two", "ClusterIP", ",\"clusterIP\":\"10.96.7.7\""));
        assertEquals(422, taken.code());
        assertTrue(taken.text("message").contains("provided IP is already allocated"), taken.body());
        admin().delete(services + "/one");
        TestServer.await("the address is free", () -> admin().post(services, SERVICE.formatted("two", "ClusterIP", ",\"clusterIP\":\"10.96.7.7\"")).code() == 201);
    }

    @Test
    void updateThatLeavesOutWhatWasAllocatedKeepsIt() {
        String services = server.namespace("keeping") + "/services";
        ObjectNode created = admin().post(services, SERVICE.formatted("s", "NodePort", "")).object();
        var updated = admin().put(services + "/s", SERVICE.formatted("s", "NodePort", ",\"selector\":{\"a\":\"b\"}"));
        assertEquals(200, updated.code(), updated.body());
        assertEquals(created.path("spec").path("clusterIP"), updated.json().path("spec").path("clusterIP"));
        assertEquals(created.path("spec").path("ports"), updated.json().path("spec").path("ports"));
    }

    @Test
    void headlessServiceHasNoAddress() {
        String services = server.namespace("headless") + "/services";
        var created = admin().post(services, SERVICE.formatted("h", "ClusterIP", ",\"clusterIP\":\"None\""));
        assertEquals("None", created.text("spec", "clusterIP"));
        assertEquals("None", created.json().path("spec").path("clusterIPs").path(0).asText());
    }

    @Test
    void serviceKubernetesStandsForThisServer() {
        assertEquals("10.96.0.1", admin().get("/api/v1/namespaces/default/services/kubernetes").text("spec", "clusterIP"));
        var endpoints = admin().get("/api/v1/namespaces/default/endpoints/kubernetes");
        assertEquals("192.0.2.1", endpoints.json().path("subsets").path(0).path("addresses").path(0).path("ip").asText());
        var slice = admin().get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
        assertEquals(server.port(), slice.json().path("ports").path(0).path("port").asInt());
    }

    @Test
    void secretStringDataBecomesData() {
        String secrets = server.namespace("secret") + "/secrets";
        var created = admin().post(secrets, "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"a\":\"b\"}}");
        assertEquals("Yg==", created.text("data", "a"));
        assertEquals("Opaque", created.text("type"));
        assertTrue(created.json().path("stringData").isMissingNode());
    }

    @Test
    void podGetsAccountTokenTolerationsPriorityAndQuality() {
        String pods = server.namespace("pods") + "/pods";
        var pod = admin().post(pods, POD.formatted("p"));
        assertEquals("default", pod.text("spec", "serviceAccountName"));
        assertEquals("/var/run/secrets/kubernetes.io/serviceaccount", pod.json().path("spec").path("containers").path(0).path("volumeMounts").path(0).path("mountPath").asText());
        assertEquals(2, pod.json().path("spec").path("tolerations").size());
        assertEquals("0", pod.text("spec", "priority"));
        assertEquals("BestEffort", pod.text("status", "qosClass"));
        assertEquals("Pending", pod.text("status", "phase"));
        var critical = admin().post(pods, """
                {"metadata":{"name":"q"},"spec":{"priorityClassName":"system-node-critical","containers":[{"name":"c","image":"i",
                "resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""");
        assertEquals("2000001000", critical.text("spec", "priority"));
        assertEquals("Guaranteed", critical.text("status", "qosClass"));
    }

    @Test
    void scaleIsReadAndWritten() {
        String deployments = "/apis/apps/v1/namespaces/default/deployments";
        admin().post(deployments, """
                {"metadata":{"name":"scaled"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        ObjectNode scale = admin().get(deployments + "/scaled/scale").object();
        assertEquals("2", scale.path("spec").path("replicas").asText());
        assertEquals("a=b", scale.path("status").path("selector").asText());
        ((ObjectNode) scale.path("spec")).put("replicas", 7);
        assertEquals(200, admin().put(deployments + "/scaled/scale", scale.toString()).code());
        assertEquals("7", admin().get(deployments + "/scaled").text("spec", "replicas"));
        assertEquals(409, admin().put(deployments + "/scaled/scale", scale.toString()).code());
        assertEquals("0", admin().patch(deployments + "/scaled/scale", "merge-patch", "{\"spec\":{\"replicas\":0}}").text("spec", "replicas"));
    }
}
