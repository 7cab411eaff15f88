package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// "Deployment", "ReplicaSet", "StatefulSet", "ReplicationController": the controllers' work and statuses as far as they need no node.
final class WorkloadsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("workloads");
    private final String group = namespace.replace("/api/v1/", "/apis/apps/v1/");

    private static JsonNode workload(String kind, String name, int replicas) {
        String selector = kind.equals("ReplicationController") ? "{app: " + name + "}" : "{matchLabels: {app: " + name + "}}";
        return Api.yaml("""
                {kind: %s, apiVersion: %s, metadata: {name: %s, labels: {app: %s}}, spec: {replicas: %d, selector: %s, template: {metadata: {labels: {app: %s}}, spec: {containers: [{name: c, image: none}]}}}}"""
                .formatted(kind, kind.equals("ReplicationController") ? "v1" : "apps/v1", name, name, replicas, selector, name));
    }

    private List<String> pods(String app) {
        return API.get(namespace + "/pods?labelSelector=app%3D" + app).expect(200).names();
    }

    private void run(String pod) {
        API.merge(namespace + "/pods/" + pod + "/status", """
                status: {phase: Running, podIP: 10.1.2.3, podIPs: [{ip: 10.1.2.3}], conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"})
    void scaleIsReadUpdatedAndPatched(String kind) {
        String path = (kind.equals("ReplicationController") ? namespace : group) + "/" + kind.toLowerCase() + "s/scaled";
        API.post(path.substring(0, path.lastIndexOf('/')), workload(kind, "scaled", 1)).expect(201);
        Answer scale = API.get(path + "/scale").expect(200);
        assertEquals("autoscaling/v1 Scale", scale.text("apiVersion") + " " + scale.text("kind"));
        assertEquals(1, scale.at("spec", "replicas").asInt());
        assertEquals("app=scaled", scale.text("status", "selector"));
        Answer updated = API.update(path + "/scale", object -> object.withObject("spec").put("replicas", 2));
        assertEquals(2, updated.at("spec", "replicas").asInt());
        assertEquals(2, API.get(path).at("spec", "replicas").asInt());
        assertEquals(4, API.merge(path + "/scale", "spec: {replicas: 4}").expect(200).at("spec", "replicas").asInt());
        assertEquals(4, API.get(path).at("spec", "replicas").asInt());
    }

    @Test
    void statefulSetMountsItsClaims() {
        JsonNode set = Api.yaml("""
                {metadata: {name: claiming}, spec: {replicas: 0, serviceName: s, selector: {matchLabels: {app: c}}, template: {metadata: {labels: {app: c}},
                spec: {containers: [{name: c, image: none, volumeMounts: [{name: data, mountPath: /data}]}]}},
                volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}]}}""");
        API.post(group + "/statefulsets", set).expect(201);
        ((ObjectNode) set.path("spec").path("volumeClaimTemplates").path(0).path("metadata")).put("name", "other");
        Answer refused = API.post(group + "/statefulsets", set).expect(422);
        assertTrue(refused.text("message").contains("spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"data\""), refused.body());
    }

    @Test
    void jobKnowsItsPodsByItsUid() {
        String jobs = namespace.replace("/api/v1/", "/apis/batch/v1/") + "/jobs";
        String job = "{metadata: {name: %s}, spec: {suspend: true, %s template: {spec: {restartPolicy: Never, containers: [{name: c, image: none}]}}}}";
        Answer created = API.post(jobs, job.formatted("own", "")).expect(201);
        String uid = created.text("metadata", "uid");
        assertEquals(Api.yaml("{matchLabels: {batch.kubernetes.io/controller-uid: %s}}".formatted(uid)), created.at("spec", "selector"));
        assertEquals(Api.yaml("{job-name: own, batch.kubernetes.io/job-name: own, controller-uid: %1$s, batch.kubernetes.io/controller-uid: %1$s}".formatted(uid)), created.at("spec", "template", "metadata", "labels"));
        Answer wrong = API.post(jobs, job.formatted("wrong", "selector: {matchLabels: {a: b}},")).expect(422);
        assertTrue(wrong.text("message").contains("`selector` does not match template `labels`"), wrong.body());
        API.post(jobs, job.formatted("none", "manualSelector: true,")).expect(422);
    }

    @Test
    void deploymentIsObservedThroughItsLife() {
        API.post(group + "/deployments", workload("Deployment", "life", 2)).expect(201);
        try (Watch watch = API.watch(group + "/deployments?watch=true&labelSelector=app%3Dlife")) {
            assertEquals(1, watch.next().path("object").path("metadata").path("generation").asInt());
            Eventually.holds("there are two pods", () -> pods("life").size() == 2);
            pods("life").forEach(this::run);
            JsonNode seen = watch.next("MODIFIED");
            while (seen.path("status").path("availableReplicas").asInt() != 2) {
                seen = watch.next("MODIFIED");
            }
            assertEquals(2, seen.path("status").path("readyReplicas").asInt());
            assertEquals(1, seen.path("status").path("observedGeneration").asInt());
        }
        Answer patched = API.strategic(group + "/deployments/life", "{metadata: {labels: {patched: 'true'}, annotations: {note: x}}, spec: {replicas: 1, template: {spec: {containers: [{name: c, image: other}]}}}}").expect(200);
        assertEquals(2, patched.at("metadata", "generation").asInt());
        assertEquals("other", patched.at("spec", "template", "spec", "containers").path(0).path("image").asText());
        Eventually.holds("it is observed", () -> API.get(group + "/deployments/life").at("status", "observedGeneration").asInt() == 2);
        assertEquals(3, API.merge(group + "/deployments/life", "metadata: {annotations: {note: y}}").expect(200).at("metadata", "generation").asInt());
        API.delete(group + "/deployments?labelSelector=app%3Dlife").expect(200);
        Eventually.holds("all is gone", () -> pods("life").isEmpty() && API.get(group + "/replicasets").names().isEmpty());
    }

    @Test
    void oldReplicaSetsAreDeletedWhenTheyAreTooMany() {
        JsonNode deployment = workload("Deployment", "history", 1);
        ((com.fasterxml.jackson.databind.node.ObjectNode) deployment.path("spec")).put("revisionHistoryLimit", 0);
        API.post(group + "/deployments", deployment).expect(201);
        Eventually.holds("the first pod is there", () -> pods("history").size() == 1);
        run(pods("history").getFirst());
        API.strategic(group + "/deployments/history", "spec: {template: {spec: {containers: [{name: c, image: other}]}}}").expect(200);
        Eventually.holds("only the new set is left", () -> {
            pods("history").forEach(pod -> API.merge(namespace + "/pods/" + pod + "/status", """
                    status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}"""));
            JsonNode sets = API.get(group + "/replicasets").expect(200).at("items");
            return sets.size() == 1 && sets.path(0).toString().contains("\"other\"");
        });
    }

    private String collection(String kind) {
        return (kind.equals("ReplicationController") ? namespace : group) + "/" + kind.toLowerCase() + "s";
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplicaSet", "ReplicationController"})
    void ownerAdoptsPodsThatFitAndReleasesThoseThatDoNot(String kind) {
        String app = "adopt-" + kind.toLowerCase();
        String early = namespace + "/pods/early-" + app;
        API.post(namespace + "/pods", "{metadata: {name: early-%1$s, labels: {app: %1$s}}, spec: {containers: [{name: c, image: none}]}}".formatted(app)).expect(201);
        String uid = API.post(collection(kind), workload(kind, app, 1)).expect(201).text("metadata", "uid");
        Eventually.holds("the pod is adopted", () -> API.get(early).body().contains(uid));
        assertEquals(List.of("early-" + app), pods(app));
        API.merge(early, "metadata: {labels: {app: other}}").expect(200);
        Eventually.holds("the pod is released", () -> !API.get(early).expect(200).at("metadata").has("ownerReferences"));
        Eventually.holds("another is in its place", () -> pods(app).size() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplicaSet", "ReplicationController"})
    void ownerWhosePodsAreRefusedTellsWhy(String kind) {
        String quota = "two-" + kind.toLowerCase();
        String app = "many-" + kind.toLowerCase();
        String object = collection(kind) + "/" + app;
        API.post(namespace + "/resourcequotas", "{metadata: {name: %s}, spec: {hard: {pods: '2'}}}".formatted(quota)).expect(201);
        Eventually.holds("the quota is counted", () -> API.get(namespace + "/resourcequotas/" + quota).at("status", "hard").has("pods"));
        API.post(collection(kind), workload(kind, app, 3)).expect(201);
        Eventually.holds("it tells", () -> API.get(object).body().contains("ReplicaFailure"));
        JsonNode failure = API.get(object).at("status", "conditions").valueStream().filter(condition -> condition.path("type").asText().equals("ReplicaFailure")).findFirst().orElseThrow();
        assertEquals("True FailedCreate", failure.path("status").asText() + " " + failure.path("reason").asText());
        assertTrue(failure.path("message").asText().contains("exceeded quota: " + quota), failure.toString());
        API.merge(object, "spec: {replicas: 2}").expect(200);
        Eventually.holds("it has nothing to tell", () -> !API.get(object).body().contains("ReplicaFailure"));
        API.delete(object).expect(200);
        API.delete(namespace + "/resourcequotas/" + quota).expect(200);
    }

    @Test
    void replicationControllerIsObservedThroughItsLife() {
        String path = collection("ReplicationController") + "/rc-life";
        API.post(collection("ReplicationController"), workload("ReplicationController", "rc-life", 1)).expect(201);
        Eventually.holds("its pod is there", () -> pods("rc-life").size() == 1);
        pods("rc-life").forEach(this::run);
        Eventually.holds("the pod is counted", () -> API.get(path).at("status", "availableReplicas").asInt() == 1);
        API.merge(path + "/status", "status: {availableReplicas: 0}").expect(200);
        Eventually.holds("the status is mended", () -> API.get(path).at("status", "availableReplicas").asInt() == 1);
        API.strategic(path, "{metadata: {labels: {patched: 'true'}}, spec: {replicas: 2}}").expect(200);
        Eventually.holds("the second pod is there", () -> pods("rc-life").size() == 2);
        assertEquals("2", API.get(path + "/scale").at("spec", "replicas").asText());
        API.delete(collection("ReplicationController") + "?labelSelector=patched%3Dtrue&propagationPolicy=Background").expect(200);
        Eventually.holds("all is gone", () -> pods("rc-life").isEmpty() && API.get(path).code() == 404);
    }
}
