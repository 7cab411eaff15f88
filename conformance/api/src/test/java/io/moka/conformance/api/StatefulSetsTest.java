package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// "StatefulSet": order, halts, updates and claims. The test marks pods as ready, as a kubelet would.
final class StatefulSetsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("statefulsets");
    private final String sets = namespace.replace("/api/v1/", "/apis/apps/v1/") + "/statefulsets";
    private final String pods = namespace + "/pods";

    private void create(int replicas, String spec) {
        API.post(sets, """
                {metadata: {name: web}, spec: {replicas: %d, serviceName: web, selector: {matchLabels: {app: web}},%s
                  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: first, volumeMounts: []}]}}}}""".formatted(replicas, spec)).expect(201);
    }

    private void change(String yaml) {
        API.strategic(sets + "/web", yaml).expect(200);
    }

    private void image(String image) {
        change("spec: {template: {spec: {containers: [{name: c, image: " + image + "}]}}}");
    }

    private Answer set() {
        return API.get(sets + "/web").expect(200);
    }

    private List<String> names() {
        return API.get(pods + "?labelSelector=app%3Dweb").expect(200).names();
    }

    private Map<String, String> images() {
        Map<String, String> images = new TreeMap<>();
        API.get(pods + "?labelSelector=app%3Dweb").expect(200).at("items")
                .forEach(pod -> images.put(pod.at("/metadata/name").asText(), pod.at("/spec/containers/0/image").asText()));
        return images;
    }

    private void ready(String pod) {
        API.merge(pods + "/" + pod + "/status", """
                status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""");
    }

    private void unready(String pod) {
        API.merge(pods + "/" + pod + "/status", """
                status: {phase: Running, conditions: [{type: Ready, status: "False", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""").expect(200);
    }

    private void allReady(int count) {
        Eventually.holds(count + " pods are ready", () -> {
            names().forEach(this::ready);
            return set().at("status", "readyReplicas").asInt() == count;
        });
    }

    /// Waits until the controller has observed the set's present generation.
    private void awaitObserved() {
        long generation = set().at("metadata", "generation").asLong();
        Eventually.holds("generation " + generation + " is observed", () -> set().at("status", "observedGeneration").asLong() == generation);
    }

    /// Names of the pods that came or went since the revision, in order.
    private List<String> history(String type, String since, int count) {
        List<String> names = new ArrayList<>();
        try (Watch watch = API.watch(pods + "?watch=true&labelSelector=app%3Dweb&resourceVersion=" + since)) {
            while (names.size() < count) {
                names.add(watch.next(type).at("/metadata/name").asText());
            }
        }
        return names;
    }

    private String revision() {
        return API.get(pods).expect(200).text("metadata", "resourceVersion");
    }

    /// "Scaling should happen in predictable order and halt if any stateful pod is unhealthy"
    @Test
    void scalingIsOrderedAndHaltsAtAPodThatIsNotReady() {
        String start = revision();
        create(1, "");
        Eventually.holds("the first is there", () -> names().equals(List.of("web-0")));
        change("spec: {replicas: 3}");
        awaitObserved();
        assertEquals(List.of("web-0"), names(), "no second pod comes before the first is ready");
        allReady(3);
        assertEquals(List.of("web-0", "web-1", "web-2"), history("ADDED", start, 3));
        names().forEach(this::unready);
        change("spec: {replicas: 0}");
        awaitObserved();
        assertEquals(3, names().size(), "no pod goes while those before it are not ready");
        names().forEach(this::ready);
        Eventually.holds("all have gone", () -> names().isEmpty());
        assertEquals(List.of("web-2", "web-1", "web-0"), history("DELETED", start, 3));
    }

    /// "Burst scaling should run to completion even with unhealthy pods"
    @Test
    void parallelSetScalesThoughPodsAreNotReady() {
        create(1, "podManagementPolicy: Parallel,");
        Eventually.holds("the first is there", () -> names().size() == 1);
        unready("web-0");
        change("spec: {replicas: 3}");
        Eventually.holds("all are there", () -> names().equals(List.of("web-0", "web-1", "web-2")));
        change("spec: {replicas: 0}");
        Eventually.holds("all have gone", () -> names().isEmpty() && set().at("status", "replicas").asInt() == 0);
    }

    /// "Should recreate evicted statefulset"
    @ParameterizedTest
    @CsvSource({"Failed, Evicted", "Succeeded, ''"})
    void podThatIsOverIsMadeAnew(String phase, String reason) {
        create(1, "");
        Eventually.holds("it is there", () -> names().size() == 1);
        String uid = API.get(pods + "/web-0").text("metadata", "uid");
        API.merge(pods + "/web-0/status", "status: {phase: " + phase + ", reason: '" + reason + "'}").expect(200);
        Eventually.holds("another is in its place", () -> {
            Answer pod = API.get(pods + "/web-0");
            return pod.code() == 200 && !pod.text("metadata", "uid").equals(uid) && pod.text("status", "phase").equals("Pending");
        });
        Eventually.holds("events tell", () -> API.get(namespace + "/events").body().contains("delete Pod web-0 in StatefulSet web successful")
                && API.get(namespace + "/events").body().contains("create Pod web-0 in StatefulSet web successful"));
    }

    /// "should perform rolling updates and roll backs of template modifications"
    @Test
    void updateGoesFromTheHighestOrdinalDownAndBackAgain() {
        create(3, "");
        allReady(3);
        Eventually.holds("it is complete", () -> set().text("status", "currentRevision").equals(set().text("status", "updateRevision")));
        String first = set().text("status", "currentRevision");
        String start = revision();
        unready("web-1");
        image("second");
        awaitObserved();
        assertEquals(Map.of("web-0", "first", "web-1", "first", "web-2", "first"), images(), "a pod that is not ready halts the update");
        assertNotEquals(first, set().text("status", "updateRevision"));
        assertEquals(first, set().text("status", "currentRevision"));
        ready("web-1");
        awaitRollout("second");
        assertEquals(List.of("web-2", "web-1", "web-0"), history("DELETED", start, 3));
        String later = revision();
        image("first");
        awaitRollout("first");
        assertEquals(List.of("web-2", "web-1", "web-0"), history("DELETED", later, 3));
        assertEquals(first, set().text("status", "currentRevision"), "the old revision is used again");
        Map<String, Integer> revisions = new TreeMap<>();
        API.get(sets.replaceAll("statefulsets$", "controllerrevisions")).expect(200).at("items")
                .forEach(revision -> revisions.put(revision.at("/data/spec/template/spec/containers/0/image").asText(), revision.path("revision").asInt()));
        assertEquals(Map.of("first", 3, "second", 2), revisions);
    }

    private void awaitRollout(String image) {
        Eventually.holds("all have " + image, () -> {
            names().forEach(this::ready);
            Answer set = set();
            return images().equals(Map.of("web-0", image, "web-1", image, "web-2", image)) && set.at("status", "updatedReplicas").asInt() == 3
                    && set.text("status", "currentRevision").equals(set.text("status", "updateRevision"));
        });
    }

    /// "should perform canary updates and phased rolling updates of template modifications"
    @Test
    void partitionHoldsAnUpdateBack() {
        create(3, "");
        allReady(3);
        change("spec: {updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 3}}}");
        image("second");
        awaitObserved();
        assertEquals(Map.of("web-0", "first", "web-1", "first", "web-2", "first"), images());
        change("spec: {updateStrategy: {rollingUpdate: {partition: 2}}}");
        awaitImages(Map.of("web-0", "first", "web-1", "first", "web-2", "second"));
        API.delete(pods + "/web-0").expect(200);
        API.delete(pods + "/web-2").expect(200);
        awaitImages(Map.of("web-0", "first", "web-1", "first", "web-2", "second"));
        change("spec: {updateStrategy: {rollingUpdate: {partition: 1}}}");
        awaitImages(Map.of("web-0", "first", "web-1", "second", "web-2", "second"));
        assertNotEquals(set().text("status", "currentRevision"), set().text("status", "updateRevision"));
        change("spec: {updateStrategy: {rollingUpdate: {partition: 0}}}");
        awaitRollout("second");
    }

    private void awaitImages(Map<String, String> expected) {
        Eventually.holds("images are " + expected, () -> {
            names().forEach(this::ready);
            return images().equals(expected) && set().at("status", "readyReplicas").asInt() == 3;
        });
    }

    @Test
    void onDeleteLeavesTheUpdateToWhoeverDeletesPods() {
        create(2, "updateStrategy: {type: OnDelete},");
        allReady(2);
        image("second");
        awaitObserved();
        assertEquals(Map.of("web-0", "first", "web-1", "first"), images());
        API.delete(pods + "/web-0").expect(200);
        Eventually.holds("it comes back with the new template", () -> images().equals(Map.of("web-0", "second", "web-1", "first")));
    }

    @Test
    void podIsWaitedForUntilItIsGone() {
        create(1, "");
        Eventually.holds("it is there", () -> names().size() == 1);
        API.merge(pods + "/web-0", "metadata: {finalizers: [example.com/wait]}").expect(200);
        String uid = API.get(pods + "/web-0").text("metadata", "uid");
        API.delete(pods + "/web-0").expect(200);
        change("spec: {replicas: 2}");
        awaitObserved();
        assertEquals(uid, API.get(pods + "/web-0").text("metadata", "uid"));
        assertEquals(List.of("web-0"), names());
        API.merge(pods + "/web-0", "metadata: {finalizers: null}").expect(200);
        Eventually.holds("another is in its place", () -> API.get(pods + "/web-0").code() == 200 && !API.get(pods + "/web-0").text("metadata", "uid").equals(uid));
    }

    /// A broken pod blocks a roll-out, a well-known problem of StatefulSets: the condition names the pod, and an annotation lets the controller replace it.
    @Test
    void brokenRolloutNamesThePodAndRecoversWhereAskedTo() {
        create(2, "");
        allReady(2);
        image("broken");
        Eventually.holds("the second has the broken image", () -> images().equals(Map.of("web-0", "first", "web-1", "broken")));
        API.merge(pods + "/web-1/status", "status: {phase: Pending, containerStatuses: [{name: c, ready: false, restartCount: 0, image: broken, imageID: '', state: {waiting: {reason: ImagePullBackOff}}}]}").expect(200);
        image("mended");
        Eventually.holds("the condition names the pod", () -> message().contains("waits for pod web-1 ") && message().contains("container \"c\": ImagePullBackOff")
                && message().endsWith("kubectl delete pod web-1 --namespace " + namespace.replaceAll(".*/", "")));
        assertEquals("broken", images().get("web-1"));
        API.merge(sets + "/web", "metadata: {annotations: {moka.io/recover-broken-rollout: 'true'}}").expect(200);
        Eventually.holds("the pod has the mended image", () -> "mended".equals(images().get("web-1")));
        Eventually.holds("the condition has gone", () -> message().isEmpty());
    }

    private String message() {
        return set().at("status", "conditions").valueStream().filter(condition -> condition.path("type").asText().equals("RolloutBlocked"))
                .map(condition -> condition.path("message").asText()).findFirst().orElse("");
    }

    private static final String CLAIMING = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}],";

    private List<String> claims() {
        return API.get(namespace + "/persistentvolumeclaims").expect(200).names();
    }

    @Test
    void claimsOutliveTheirPodsUnlessThePolicySaysOtherwise() {
        create(2, CLAIMING);
        allReady(2);
        assertEquals(List.of("data-web-0", "data-web-1"), claims());
        JsonNode pod = API.get(pods + "/web-1").json();
        assertEquals("data-web-1", pod.at("/spec/volumes/0/persistentVolumeClaim/claimName").asText());
        assertEquals("web-1", pod.at("/spec/hostname").asText());
        assertEquals("web", pod.at("/spec/subdomain").asText());
        assertEquals("1", pod.path("metadata").path("labels").path("apps.kubernetes.io/pod-index").asText());
        assertEquals("web-1", pod.path("metadata").path("labels").path("statefulset.kubernetes.io/pod-name").asText());
        change("spec: {replicas: 1}");
        Eventually.holds("the second has gone", () -> names().equals(List.of("web-0")));
        assertEquals(2, claims().size());
        change("spec: {replicas: 2, persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}}");
        allReady(2);
        change("spec: {replicas: 1}");
        Eventually.holds("the second's claim has gone with it", () -> claims().equals(List.of("data-web-0")));
        API.delete(sets + "/web").expect(200);
        Eventually.holds("the first's claim has gone with the set", () -> claims().isEmpty() && names().isEmpty());
        assertTrue(API.get(sets + "/web").code() == 404);
    }
}
