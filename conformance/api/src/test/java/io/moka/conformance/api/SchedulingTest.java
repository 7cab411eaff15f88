package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SchedulerPredicates and SchedulerPreemption, with gates and explanations, on the scheduler's process. One hollow node has three of a resource that the
/// other nodes lack, so that pods of other tests do not use it up.
final class SchedulingTest {
    private static final Api API = ControlPlane.withHollowNodes().admin();
    private static final String NODE = "/api/v1/nodes/hollow-1";
    private static final String RESOURCE = "example.com/place";
    private static final String PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses";

    private final String namespace = API.namespace("scheduling");
    private final String prefix = namespace.replaceAll(".*/", "");

    @BeforeEach
    void giveTheNodeItsResource() {
        API.merge(NODE + "/status", "status: {capacity: {%s: '3'}, allocatable: {%s: '3'}}".formatted(RESOURCE, RESOURCE)).expect(200);
        for (int i = 1; i <= 4; i++) {
            API.post(PRIORITIES, "{metadata: {name: %s-%d}, value: %d}".formatted(prefix, i, i * 100)).expect(201);
        }
    }

    @AfterEach
    void takeItBack() {
        API.delete(namespace + "/pods");
        API.jsonPatch(NODE + "/status", "[{op: remove, path: /status/capacity/example.com~1place}, {op: remove, path: /status/allocatable/example.com~1place}]");
        for (int i = 1; i <= 4; i++) {
            API.delete(PRIORITIES + "/" + prefix + "-" + i);
        }
    }

    private void create(String name, int places, String spec) {
        create(namespace, name, places, spec);
    }

    private static void create(String namespace, String name, int places, String spec) {
        API.post(namespace + "/pods", "{metadata: {name: %s}, spec: {terminationGracePeriodSeconds: 0, %s containers: [{name: c, image: none, resources: {requests: {%s: '%d'}, limits: {%s: '%d'}}}]}}"
                .formatted(name, spec, RESOURCE, places, RESOURCE, places)).expect(201);
    }

    private void plain(String name, String spec, String container) {
        API.post(namespace + "/pods", "{metadata: {name: %s}, spec: {%s containers: [{name: c, image: none %s}]}}".formatted(name, spec, container)).expect(201);
    }

    private JsonNode pod(String name) {
        return API.get(namespace + "/pods/" + name).expect(200).json();
    }

    private String node(String name) {
        return pod(name).at("/spec/nodeName").asText();
    }

    private static String condition(JsonNode pod, String type, String field) {
        return pod.at("/status/conditions").valueStream().filter(c -> c.path("type").asText().equals(type)).map(c -> c.path(field).asText()).findFirst().orElse("");
    }

    private void awaitNode(String name, String node) {
        Eventually.holds(name + " is on " + node, () -> node(name).equals(node));
    }

    private void awaitRefusal(String name, String words) {
        Eventually.holds(name + " is refused: " + words, () -> condition(pod(name), "PodScheduled", "message").contains(words));
        assertEquals("Unschedulable", condition(pod(name), "PodScheduled", "reason"));
        assertEquals("", node(name));
    }

    private JsonNode why(String name, String hypothesis) {
        return API.get("/debug/scheduler/why?namespace=" + prefix + "&pod=" + name + hypothesis).expect(200).json();
    }

    @Test
    void resourceLimitsAreValidatedAndAPodMoreWaitsAndIsExplained() {
        create("first", 2, "");
        awaitNode("first", "hollow-1");
        create("second", 2, "");
        awaitRefusal("second", "Insufficient example.com/place");
        var outcome = why("second", "").at("/decision/outcome");
        var change = outcome.path("nodes").valueStream().filter(node -> node.path("node").asText().equals("hollow-1")).findFirst().orElseThrow().path("change").asText();
        assertEquals("lacks 1 example.com/place; pod " + prefix + "/first, priority 0, holds 2", change);
        assertEquals("hollow-1", why("second", "&if=delete%3Dpod%2Ffirst").at("/decision/outcome/node").asText());
        API.delete(namespace + "/pods/first").expect(200);
        awaitNode("second", "hollow-1");
        assertEquals("Placed", why("second", "").at("/decision/outcome/result").asText());
    }

    @Test
    void nodeSelectorsAreRespected() {
        plain("matching", "nodeSelector: {kubernetes.io/hostname: hollow-2},", "");
        plain("other", "nodeSelector: {example.com/none: here},", "");
        awaitNode("matching", "hollow-2");
        awaitRefusal("other", "node(s) didn't match Pod's node affinity/selector");
    }

    @Test
    void aHostPortOfAllAddressesConflictsWithThatOfOne() {
        plain("all", "nodeSelector: {kubernetes.io/hostname: hollow-2},", ", ports: [{containerPort: 8080, hostPort: 54322, protocol: TCP, hostIP: 0.0.0.0}]");
        awaitNode("all", "hollow-2");
        plain("one", "nodeSelector: {kubernetes.io/hostname: hollow-2},", ", ports: [{containerPort: 8080, hostPort: 54322, protocol: TCP, hostIP: 127.0.0.1}]");
        awaitRefusal("one", "node(s) didn't have free ports for the requested pod ports");
        plain("udp", "nodeSelector: {kubernetes.io/hostname: hollow-2},", ", ports: [{containerPort: 8080, hostPort: 54322, protocol: UDP, hostIP: 127.0.0.1}]");
        awaitNode("udp", "hollow-2");
    }

    @Test
    void aPodOfHigherPriorityTakesThePlaceOfALowerOneWhichSaysSo() {
        create("low", 2, "priorityClassName: " + prefix + "-1,");
        awaitNode("low", "hollow-1");
        API.merge(namespace + "/pods/low", "metadata: {finalizers: [example.com/hold]}").expect(200);
        create("high", 2, "priorityClassName: " + prefix + "-3,");
        Eventually.holds("low is evicted", () -> !pod("low").at("/metadata/deletionTimestamp").isMissingNode());
        assertEquals("True PreemptionByScheduler", condition(pod("low"), "DisruptionTarget", "status") + " " + condition(pod("low"), "DisruptionTarget", "reason"));
        Eventually.holds("the node is nominated", () -> pod("high").at("/status/nominatedNodeName").asText().equals("hollow-1") || node("high").equals("hollow-1"));
        API.merge(namespace + "/pods/low", "metadata: {finalizers: null}").expect(200);
        awaitNode("high", "hollow-1");
    }

    @Test
    void aCriticalPodPreempts() {
        create("low", 3, "priorityClassName: " + prefix + "-1,");
        awaitNode("low", "hollow-1");
        var system = "/api/v1/namespaces/kube-system";
        create(system, prefix, 3, "priorityClassName: system-cluster-critical,");
        Eventually.holds("the critical pod has the node", () -> API.get(system + "/pods/" + prefix).expect(200).text("spec", "nodeName").equals("hollow-1"));
        API.delete(system + "/pods/" + prefix).expect(200);
        assertEquals(404, API.get(namespace + "/pods/low").code());
    }

    @Test
    void preemptionTakesTheLeastImportantPodOfSeveralReplicaSets() {
        for (int i = 1; i <= 3; i++) {
            replicaSet(i);
            int number = i;
            Eventually.holds("pod " + i + " has a node", () -> nodesOf(number).contains("hollow-1"));
        }
        replicaSet(4);
        Eventually.holds("the most important has a node", () -> nodesOf(4).contains("hollow-1"));
        Eventually.holds("the least important has none any more", () -> !nodesOf(1).contains("hollow-1"));
        assertTrue(nodesOf(2).contains("hollow-1") && nodesOf(3).contains("hollow-1"));
        API.delete(namespace.replace("/api/v1/", "/apis/apps/v1/") + "/replicasets");
    }

    private void replicaSet(int priority) {
        API.post(namespace.replace("/api/v1/", "/apis/apps/v1/") + "/replicasets", """
                {metadata: {name: rs-%d}, spec: {replicas: 1, selector: {matchLabels: {rs: '%d'}}, template: {metadata: {labels: {rs: '%d'}}, spec: {terminationGracePeriodSeconds: 0,
                 priorityClassName: %s-%d, containers: [{name: c, image: none, resources: {requests: {%s: '1'}, limits: {%s: '1'}}}]}}}}"""
                .formatted(priority, priority, priority, prefix, priority, RESOURCE, RESOURCE)).expect(201);
    }

    private String nodesOf(int priority) {
        return API.get(namespace + "/pods?labelSelector=rs%3D" + priority).expect(200).at("items").valueStream().map(pod -> pod.at("/spec/nodeName").asText()).toList().toString();
    }

    @Test
    void aGatedPodIsNotScheduledUntilItsGatesAreGone() {
        plain("gated", "schedulingGates: [{name: example.com/wait}],", "");
        assertEquals("SchedulingGated", condition(pod("gated"), "PodScheduled", "reason"));
        Eventually.holds("the scheduler knows it", () -> API.get("/debug/scheduler/why?namespace=" + prefix + "&pod=gated").code() == 200);
        assertTrue(why("gated", "").path("state").asText().startsWith("gated"));
        assertFalse(why("gated", "").has("decision"));
        API.merge(namespace + "/pods/gated", "spec: {schedulingGates: null}").expect(200);
        Eventually.holds("it has a node", () -> !node("gated").isEmpty());
    }
}
