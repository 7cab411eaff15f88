package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Hollow nodes on a real apiserver, with the controllers and the scheduler: their pods start, run, end and are deleted as on real nodes.
final class HollowNodesTest {
    private static final ControlPlane CLUSTER = ControlPlane.withHollowNodes();
    private static final Api API = CLUSTER.admin();

    private final String namespace = API.namespace("hollow");

    private JsonNode pod(String name) {
        return API.get(namespace + "/pods/" + name).expect(200).json();
    }

    private void create(String name, String annotations, String metadata, String restartPolicy) {
        API.post(namespace + "/pods", """
                {metadata: {name: %s, annotations: {%s}%s}, spec: {nodeName: hollow-2, restartPolicy: %s, containers: [{name: c, image: none}]}}"""
                .formatted(name, annotations, metadata, restartPolicy)).expect(201);
    }

    private static boolean isReady(JsonNode pod) {
        return pod.at("/status/conditions").valueStream().anyMatch(c -> c.path("type").asText().equals("Ready") && c.path("status").asText().equals("True"));
    }

    @Test
    void aDeploymentRunsOnAllNodesAndEachPodCostsOneStatusWrite() {
        String version = API.get(namespace + "/pods").expect(200).text("metadata", "resourceVersion");
        API.post(namespace.replace("/api/v1/", "/apis/apps/v1/") + "/deployments", """
                {metadata: {name: web}, spec: {replicas: 30, selector: {matchLabels: {app: web}},
                  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: none}]}}}}""").expect(201);
        var changes = new HashMap<String, Integer>();
        try (var watch = API.watch(namespace + "/pods?watch=true&resourceVersion=" + version)) {
            var ready = new HashSet<String>();
            while (ready.size() < 30) {
                var event = watch.next();
                var name = event.at("/object/metadata/name").asText();
                changes.merge(name, 1, Integer::sum);
                if (isReady(event.path("object"))) {
                    assertEquals("Running", event.at("/object/status/phase").asText());
                    ready.add(name);
                }
            }
        }
        assertTrue(changes.values().stream().allMatch(count -> count == 3), "made, bound, ready: " + changes);
        var nodes = new HashSet<String>();
        var addresses = new HashSet<String>();
        API.get(namespace + "/pods").expect(200).at("items").forEach(pod -> {
            nodes.add(pod.at("/spec/nodeName").asText());
            addresses.add(pod.at("/status/podIP").asText());
        });
        assertEquals(3, nodes.size());
        assertEquals(30, addresses.size());
        API.delete(namespace.replace("/api/v1/", "/apis/apps/v1/") + "/deployments/web").expect(200);
        Eventually.holds("the pods are gone", () -> API.get(namespace + "/pods").expect(200).names().isEmpty());
    }

    @Test
    void podsEndAsTheirAnnotationsSayAndKeepOthersConditions() {
        create("good", "hollow.moka.io/exit: '0', hollow.moka.io/exit-after: 500ms", "", "Never");
        create("bad", "hollow.moka.io/exit: '3'", "", "OnFailure");
        Eventually.holds("the pod has succeeded", () -> pod("good").at("/status/phase").asText().equals("Succeeded"));
        assertEquals("Completed", pod("good").at("/status/containerStatuses/0/state/terminated/reason").asText());
        Eventually.holds("the container was restarted", () -> pod("bad").at("/status/containerStatuses/0/restartCount").asInt() == 1);
        assertEquals(3, pod("bad").at("/status/containerStatuses/0/lastState/terminated/exitCode").asInt());

        API.strategic(namespace + "/pods/bad/status", "status: {conditions: [{type: DisruptionTarget, status: 'True', reason: Test}]}").expect(200);
        API.merge(namespace + "/pods/bad", "metadata: {annotations: {hollow.moka.io/exit: '0'}}").expect(200);
        Eventually.holds("the pod has succeeded", () -> pod("bad").at("/status/phase").asText().equals("Succeeded"));
        assertTrue(pod("bad").at("/status/conditions").valueStream().anyMatch(c -> c.path("type").asText().equals("DisruptionTarget")));
    }

    @Test
    void aPodWithAFinalizerIsShownAsEndedUntilItIsReleased() {
        create("held", "", ", finalizers: [example.com/hold]", "Never");
        Eventually.holds("the pod runs", () -> isReady(pod("held")));
        API.delete(namespace + "/pods/held").expect(200);
        Eventually.holds("the pod has failed", () -> pod("held").at("/status/phase").asText().equals("Failed"));
        assertEquals(143, pod("held").at("/status/containerStatuses/0/state/terminated/exitCode").asInt());
        API.merge(namespace + "/pods/held", "metadata: {finalizers: []}").expect(200);
        Eventually.holds("the pod is gone", () -> API.get(namespace + "/pods/held").code() == 404);
    }

    @Test
    void nodesHaveLeasesAndRangesOfTheirOwnAndTheirCredentialNoMore() {
        Map.of("hollow-1", "198.18.0.0/25", "hollow-3", "198.18.1.0/25").forEach((name, range) -> {
            assertEquals(range, API.get("/api/v1/nodes/" + name).expect(200).text("spec", "podCIDR"));
            assertEquals(name, API.get("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + name).expect(200).text("spec", "holderIdentity"));
        });
        Api hollow = CLUSTER.hollowNodes();
        hollow.get("/api/v1/secrets").expect(403);
        hollow.post(namespace + "/pods", "{metadata: {name: own}, spec: {containers: [{name: c, image: none}]}}").expect(403);
        hollow.delete("/api/v1/nodes/hollow-1").expect(403);
    }
}
