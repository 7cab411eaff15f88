package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "DisruptionController": budgets over the pods of a ReplicaSet, whose readiness the test writes.
final class DisruptionBudgetsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("budgets");
    private final String sets = namespace.replace("/api/v1/", "/apis/apps/v1/") + "/replicasets";
    private final String budgets = namespace.replace("/api/v1/", "/apis/policy/v1/") + "/poddisruptionbudgets";

    private List<String> start(int replicas) {
        API.post(sets, """
                {metadata: {name: web}, spec: {replicas: %d, selector: {matchLabels: {app: web}},
                  template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: none}]}}}}""".formatted(replicas)).expect(201);
        Eventually.holds(replicas + " pods", () -> pods().size() == replicas);
        pods().forEach(pod -> {
            API.post(namespace + "/pods/" + pod + "/binding", "{metadata: {name: %s}, target: {kind: Node, name: none}}".formatted(pod)).expect(201);
            API.merge(namespace + "/pods/" + pod + "/status", "status: {phase: Running, conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z'}]}").expect(200);
        });
        return pods();
    }

    private List<String> pods() {
        return API.get(namespace + "/pods?labelSelector=app%3Dweb").expect(200).names();
    }

    private Answer evict(String pod) {
        return API.post(namespace + "/pods/" + pod + "/eviction", "{metadata: {name: %s}}".formatted(pod));
    }

    private JsonNode status(String budget) {
        return API.get(budgets + "/" + budget).expect(200).at("status");
    }

    @Test
    void statusFollowsThePodsAndTheirOwner() {
        start(3);
        API.post(budgets, "{metadata: {name: b}, spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}}").expect(201);
        Eventually.holds("one may go", () -> status("b").path("disruptionsAllowed").asInt() == 1);
        assertEquals(List.of(3, 2, 3, 1L), List.of(status("b").path("expectedPods").asInt(), status("b").path("desiredHealthy").asInt(), status("b").path("currentHealthy").asInt(),
                status("b").path("observedGeneration").asLong()));
        assertEquals("DisruptionAllowed True SufficientPods", condition("b"));
        API.merge(namespace + "/pods/" + pods().getFirst() + "/status", "status: {conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z'}]}").expect(200);
        Eventually.holds("none may go", () -> status("b").path("disruptionsAllowed").asInt() == 0 && status("b").path("currentHealthy").asInt() == 2);
        assertEquals("DisruptionAllowed False InsufficientPods", condition("b"));
        API.merge(sets + "/web/scale", "spec: {replicas: 5}").expect(200);
        Eventually.holds("the owner wants five", () -> status("b").path("expectedPods").asInt() == 5 && status("b").path("desiredHealthy").asInt() == 4);
    }

    private String condition(String budget) {
        JsonNode condition = status(budget).path("conditions").path(0);
        return condition.path("type").asText() + " " + condition.path("status").asText() + " " + condition.path("reason").asText();
    }

    @Test
    void anEvictionIsBlockedUntilTheBudgetIsChanged() {
        List<String> pods = start(3);
        API.post(budgets, "{metadata: {name: tight}, spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}}").expect(201);
        Eventually.holds("the budget is seen", () -> status("tight").path("currentHealthy").asInt() == 3);
        Answer refused = evict(pods.getFirst()).expect(429);
        assertTrue(refused.body().contains("The disruption budget tight needs 3 healthy pods and has 3 currently"), refused.body());
        API.merge(budgets + "/tight", "spec: {minAvailable: 2}").expect(200);
        Eventually.holds("the change is seen", () -> status("tight").path("disruptionsAllowed").asInt() == 1);
        evict(pods.getFirst()).expect(201);
        assertEquals(429, evict(pods.get(1)).code());
        Eventually.holds("the pod is gone, another is in its place and the account is empty", () -> !pods().contains(pods.getFirst()) && pods().size() == 3
                && status("tight").path("disruptedPods").isEmpty());
    }

    @Test
    void aBudgetInPerCentOverACustomOwnerReadsItsScale() {
        String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        API.post(definitions, """
                {metadata: {name: farms.budgets.example.com}, spec: {group: budgets.example.com, scope: Namespaced, names: {plural: farms, singular: farm, kind: Farm},
                  versions: [{name: v1, served: true, storage: true, subresources: {scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}},
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {replicas: {type: integer}}}, status: {type: object, properties: {replicas: {type: integer}}}}}}}]}}""").expect(201);
        String farms = namespace.replace("/api/v1/", "/apis/budgets.example.com/v1/") + "/farms";
        Eventually.holds("the kind is served", () -> API.get(farms).code() == 200);
        String uid = API.post(farms, "{apiVersion: budgets.example.com/v1, kind: Farm, metadata: {name: f}, spec: {replicas: 4}}").expect(201).text("metadata", "uid");
        API.post(namespace + "/pods", """
                {metadata: {name: cow, labels: {app: farm}, ownerReferences: [{apiVersion: budgets.example.com/v1, kind: Farm, name: f, uid: %s, controller: true}]},
                  spec: {containers: [{name: c, image: none}]}}""".formatted(uid)).expect(201);
        API.post(budgets, "{metadata: {name: farm}, spec: {minAvailable: 30%, selector: {matchLabels: {app: farm}}}}").expect(201);
        Eventually.holds("the scale is read", () -> status("farm").path("expectedPods").asInt() == 4 && status("farm").path("desiredHealthy").asInt() == 2);
        API.delete(definitions + "/farms.budgets.example.com").expect(200);
    }
}
