package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// "Deployment": the roll-out strategies from one template to the next. The test marks pods as ready, as a kubelet would.
final class RolloutsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("rollouts");
    private final String group = namespace.replace("/api/v1/", "/apis/apps/v1/");

    private void deploy(String name, String spec, String podMetadata) {
        API.post(group + "/deployments", """
                {metadata: {name: %1$s}, spec: {%2$s, selector: {matchLabels: {app: %1$s}},
                  template: {metadata: {labels: {app: %1$s}%3$s}, spec: {containers: [{name: c, image: first}]}}}}""".formatted(name, spec, podMetadata)).expect(201);
    }

    private void image(String deployment, String image) {
        API.strategic(group + "/deployments/" + deployment, "spec: {template: {spec: {containers: [{name: c, image: " + image + "}]}}}").expect(200);
    }

    private List<String> pods(String app) {
        return API.get(namespace + "/pods?labelSelector=app%3D" + app).expect(200).names();
    }

    /// Marks the pods that exist now as ready.
    private void makeReady(String app) {
        pods(app).forEach(pod -> API.merge(namespace + "/pods/" + pod + "/status", """
                status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}"""));
    }

    private void awaitReady(String app, int count) {
        Eventually.holds(count + " pods of " + app + " are available", () -> {
            makeReady(app);
            return API.get(group + "/deployments/" + app).at("status", "availableReplicas").asInt() == count;
        });
    }

    /// Returns the desired replicas of each ReplicaSet of the deployment, by its image.
    private Map<String, Integer> sizes(String app) {
        Map<String, Integer> sizes = new TreeMap<>();
        for (JsonNode set : API.get(group + "/replicasets?labelSelector=app%3D" + app).expect(200).at("items")) {
            sizes.put(set.at("/spec/template/spec/containers/0/image").asText(), set.at("/spec/replicas").asInt());
        }
        return sizes;
    }

    /// The numbers are those of upstream's own test.
    @Test
    void sizeIsSharedInProportionWhileARolloutIsUnderWay() {
        deploy("shared", "replicas: 10, strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}", "");
        awaitReady("shared", 10);
        image("shared", "second");
        Eventually.holds("the rollout stands", () -> sizes("shared").equals(Map.of("first", 8, "second", 5)));
        API.merge(group + "/deployments/shared", "spec: {replicas: 30}").expect(200);
        Eventually.holds("both have grown", () -> sizes("shared").equals(Map.of("first", 20, "second", 13)));
    }

    @Test
    void laterTemplateTakesOverWhatAnEarlierHasNotFinished() {
        deploy("over", "replicas: 2, strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "");
        awaitReady("over", 2);
        image("over", "second");
        Eventually.holds("the second begins", () -> sizes("over").equals(Map.of("first", 2, "second", 1)));
        image("over", "third");
        Eventually.holds("the third takes its place", () -> sizes("over").equals(Map.of("first", 2, "second", 0, "third", 1)));
        Eventually.holds("it has come to an end", () -> {
            makeReady("over");
            return sizes("over").equals(Map.of("first", 0, "second", 0, "third", 2));
        });
    }

    @Test
    void recreateWaitsForTheLastOldPod() {
        deploy("anew", "replicas: 2, strategy: {type: Recreate}", ", finalizers: [example.com/wait]");
        awaitReady("anew", 2);
        List<String> old = pods("anew");
        image("anew", "second");
        Eventually.holds("the old ones are to go", () -> old.stream().allMatch(pod -> !API.get(namespace + "/pods/" + pod).text("metadata", "deletionTimestamp").isEmpty())
                && API.get(group + "/deployments/anew").at("status", "observedGeneration").asInt() == 2);
        release(old.subList(0, 1));
        Eventually.holds("the first has gone", () -> pods("anew").size() == 1);
        assertEquals(List.of(old.getLast()), pods("anew"), "no new one comes before the last has gone");
        release(old.subList(1, 2));
        Eventually.holds("the new ones have come", () -> pods("anew").size() == 2 && sizes("anew").equals(Map.of("first", 0, "second", 2)));
        API.delete(group + "/deployments/anew").expect(200);
        Eventually.holds("all is gone", () -> {
            release(pods("anew"));
            return pods("anew").isEmpty();
        });
    }

    private void release(List<String> pods) {
        pods.forEach(pod -> API.merge(namespace + "/pods/" + pod, "metadata: {finalizers: null}"));
    }

    @Test
    void rolloutThatGetsNowhereSaysSo() {
        deploy("stuck", "replicas: 1, progressDeadlineSeconds: 1", "");
        Eventually.holds("its time is over", () -> {
            for (JsonNode condition : API.get(group + "/deployments/stuck").at("status", "conditions")) {
                if (condition.path("type").asText().equals("Progressing")) {
                    return condition.path("status").asText().equals("False") && condition.path("reason").asText().equals("ProgressDeadlineExceeded")
                            && condition.path("message").asText().matches("ReplicaSet \"stuck-[a-z0-9]+\" has timed out progressing\\. Pod \"stuck-[a-z0-9-]+\": its containers are not ready\\.");
                }
            }
            return false;
        });
    }
}
