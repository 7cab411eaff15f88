package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// "Pods", "RuntimeClass", "Sysctls", "LimitRange": the life of a pod as far as it needs no node.
final class PodsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("pods");
    private final String pods = namespace + "/pods";

    @Test
    void podGoesThroughItsLife() {
        API.post(pods, "{metadata: {name: p, labels: {test: pod-static}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: old}]}}").expect(201);
        try (Watch watch = API.watch(pods + "?watch=true&labelSelector=test%3Dpod-static")) {
            assertEquals("Pending", watch.next("ADDED").path("status").path("phase").asText());
            Answer patched = API.strategic(pods + "/p", "{metadata: {labels: {test-pod: patched}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: new}]}}").expect(200);
            assertEquals("new", patched.at("spec", "containers").path(0).path("image").asText());
            assertEquals(2, patched.at("metadata", "generation").asInt());
            API.merge(pods + "/p/status", "status: {conditions: [{type: Initialized, status: 'True'}, {type: Ready, status: 'True'}]}").expect(200);
            Answer status = API.update(pods + "/p", pods + "/p/status", object -> ((ObjectNode) object.path("status").path("conditions").path(1)).put("status", "False"));
            assertEquals("False", status.at("status", "conditions").path(1).path("status").asText());
            API.delete(pods + "?labelSelector=test%3Dpod-static").expect(200);
            assertEquals("p", watch.next("DELETED").path("metadata").path("name").asText());
        }
    }

    @Test
    void gatedPodSaysSoFromTheBeginning() {
        Answer gated = API.post(pods, "{metadata: {name: p}, spec: {schedulingGates: [{name: example.com/wait}], containers: [{name: c, image: none}]}}").expect(201);
        assertEquals("PodScheduled False SchedulingGated", String.join(" ", List.of("type", "status", "reason").stream().map(field -> gated.at("status", "conditions").path(0).path(field).asText()).toList()));
        Answer free = API.update(pods + "/p", object -> object.withObject("spec").remove("schedulingGates"));
        assertFalse(free.at("spec").has("schedulingGates"), free.body());
    }

    @Test
    void scheduledPodIsToldBeforeItGoes() {
        API.post(pods, "{metadata: {name: p}, spec: {nodeName: nowhere, containers: [{name: c, image: none}]}}").expect(201);
        API.delete(pods + "/p", "{gracePeriodSeconds: 30}").expect(200);
        Answer told = API.get(pods + "/p").expect(200);
        assertTrue(told.at("metadata").has("deletionTimestamp"));
        assertEquals(30, told.at("metadata", "deletionGracePeriodSeconds").asInt());
        API.delete(pods + "/p", "{gracePeriodSeconds: 0}").expect(200);
        API.get(pods + "/p").expect(404);
    }

    @Test
    void deadlineMayBeSetAndBroughtForwardOnly() {
        API.post(pods, "{metadata: {name: p}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        assertEquals(5, API.update(pods + "/p", object -> object.withObject("spec").put("activeDeadlineSeconds", 5)).at("spec", "activeDeadlineSeconds").asInt());
        API.merge(pods + "/p", "spec: {activeDeadlineSeconds: 6}").expect(422);
    }

    @Test
    void onlySomeFieldsMayChange() {
        API.post(pods, "{metadata: {name: p}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        Answer refused = API.merge(pods + "/p", "spec: {hostname: other}").expect(422);
        assertTrue(refused.text("message").contains("pod updates may not change fields other than"), refused.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Guaranteed | {requests: {cpu: 100m, memory: 100Mi}, limits: {cpu: 100m, memory: 100Mi}}",
        "Burstable | {requests: {cpu: 100m}}",
        "BestEffort | {}"})
    void qualityOfServiceIsToldByWhatItAsksFor(String quality, String resources) {
        Answer pod = API.post(pods, "{metadata: {name: p}, spec: {containers: [{name: c, image: none, resources: %s}]}}".formatted(resources)).expect(201);
        assertEquals(quality, pod.text("status", "qosClass"));
    }

    @Test
    void ownersAreNoBusinessOfTheStatus() {
        Answer owner = API.post(namespace + "/configmaps", "{metadata: {name: owner}}").expect(201);
        API.post(pods, "{metadata: {name: p, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: %s}]}, spec: {containers: [{name: c, image: none}]}}"
                .formatted(owner.text("metadata", "uid"))).expect(201);
        Answer patched = API.merge(pods + "/p/status", "{metadata: {ownerReferences: null, labels: {a: b}}, status: {message: m}}").expect(200);
        assertEquals(1, patched.at("metadata", "ownerReferences").size());
        assertEquals("b", patched.text("metadata", "labels", "a"));
    }

    @Test
    void badSysctlsAreNamed() {
        Answer refused = API.post(pods, """
                {metadata: {name: p}, spec: {securityContext: {sysctls: [{name: foo-, value: bar}, {name: kernel.shmmax, value: "100000000"}, {name: safe-and-unsafe, value: "100000000"}, {name: bar.., value: "42"}]},
                containers: [{name: c, image: none}]}}""").expect(422);
        assertTrue(refused.body().contains("Invalid value: \\\"foo-\\\""), refused.body());
        assertTrue(refused.body().contains("Invalid value: \\\"bar..\\\""), refused.body());
        assertFalse(refused.body().contains("safe-and-unsafe"), refused.body());
        assertFalse(refused.body().contains("kernel.shmmax"), refused.body());
    }

    @Test
    void whatIsHardlyMeantIsWarnedOf() {
        Answer made = API.post(pods, """
                {metadata: {name: p}, spec: {containers: [{name: c, image: none, env: [{name: A, value: "1"}, {name: A, value: "2"}], ports: [{containerPort: 80}, {containerPort: 80, hostPort: 8080}]}]}}""").expect(201);
        assertEquals(List.of("299 - \"spec.containers[0].env[1]: hides previous definition of \\\"A\\\", which may be dropped when using apply\"",
                "299 - \"spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]\""), made.warnings());
        assertEquals(List.of(), API.merge(pods + "/p", "metadata: {labels: {a: b}}").expect(200).warnings());
    }

    @Test
    void runtimeClassMustBeThereAndSetsTheOverhead() {
        String classes = "/apis/node.k8s.io/v1/runtimeclasses";
        String manifest = "{metadata: {name: p}, spec: {runtimeClassName: e2e, containers: [{name: c, image: none}]}}";
        assertTrue(API.post(pods, manifest).expect(403).text("message").contains("RuntimeClass \"e2e\" not found"));
        API.post(classes, "{metadata: {name: e2e}, handler: none, overhead: {podFixed: {cpu: 10m, memory: 1Mi}}}").expect(201);
        Eventually.holds("the class is seen", () -> API.post(pods, manifest).code() == 201);
        assertEquals("10m", API.get(pods + "/p").text("spec", "overhead", "cpu"));
        API.delete(classes + "/e2e").expect(200);
        Eventually.holds("the class is gone", () -> API.post(pods, manifest.replace("name: p", "generateName: p-")).code() == 403);
    }

    @Test
    void volumeOfADriverIsKeptAsItWasAskedFor() {
        API.post(pods, "{metadata: {name: p}, spec: {containers: [{name: c, image: none, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, csi: {driver: e2e.example.com}}]}}").expect(201);
        assertEquals("e2e.example.com", API.get(pods).expect(200).at("items").path(0).path("spec").path("volumes").path(0).path("csi").path("driver").asText());
        assertEquals("yes", API.strategic(pods + "/p", "metadata: {labels: {patched: 'yes'}}").expect(200).text("metadata", "labels", "patched"));
        API.delete(pods + "/p").expect(200);
    }

    @Test
    void limitsAreDefaultedAndKeptTo() {
        API.post(namespace + "/limitranges", """
                {metadata: {name: limits}, spec: {limits: [{type: Container, min: {cpu: 50m, memory: 100Mi}, max: {cpu: 500m, memory: 500Mi}, defaultRequest: {cpu: 100m, memory: 200Mi},
                default: {cpu: 500m, memory: 500Mi}}]}}""").expect(201);
        Eventually.holds("the limits are seen", () -> API.post(pods, "{metadata: {name: small}, spec: {containers: [{name: c, image: none, resources: {requests: {cpu: 10m}}}]}}").code() == 403);
        Answer pod = API.post(pods, "{metadata: {name: plain}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        assertEquals(Api.yaml("{requests: {cpu: 100m, memory: 200Mi}, limits: {cpu: 500m, memory: 500Mi}}"), pod.at("spec", "containers").path(0).path("resources"));
        Answer partly = API.post(pods, "{metadata: {name: partly}, spec: {containers: [{name: c, image: none, resources: {requests: {cpu: 300m}, limits: {memory: 300Mi}}}]}}").expect(201);
        assertEquals(Api.yaml("{requests: {cpu: 300m, memory: 300Mi}, limits: {cpu: 500m, memory: 300Mi}}"), partly.at("spec", "containers").path(0).path("resources"));
        API.post(pods, "{metadata: {name: large}, spec: {containers: [{name: c, image: none, resources: {requests: {cpu: 600m}, limits: {cpu: 600m}}}]}}").expect(403);
    }
}
