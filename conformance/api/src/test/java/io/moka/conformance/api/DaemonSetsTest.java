package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// "Daemon set" and "ControllerRevision". Nodes exist as objects only; the test marks pods as ready, as a kubelet would.
final class DaemonSetsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("daemonsets");
    private final String mark = namespace.replaceAll(".*/", "");
    private final String group = namespace.replace("/api/v1/", "/apis/apps/v1/");
    private final String sets = group + "/daemonsets";
    private final String revisions = group + "/controllerrevisions";
    private final List<String> nodes = new ArrayList<>();

    private String node(String name, String color) {
        String full = mark + "-" + name;
        API.post("/api/v1/nodes", "{metadata: {name: %s, labels: {mark: %s, color: %s}}}".formatted(full, mark, color)).expect(201);
        nodes.add(full);
        API.merge("/api/v1/nodes/" + full + "/status", """
                status: {conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2026-01-01T00:00:00Z", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""").expect(200);
        Eventually.holds("the node is not tainted", () -> API.get("/api/v1/nodes/" + full).at("spec", "taints").isEmpty());
        return full;
    }

    @AfterEach
    void remove() {
        API.delete(sets + "/agent");
        nodes.forEach(node -> API.delete("/api/v1/nodes/" + node));
    }

    private void create(String spec, String selector) {
        API.post(sets, """
                {metadata: {name: agent, labels: {app: agent}}, spec: {selector: {matchLabels: {app: agent}}, %s
                  template: {metadata: {labels: {app: agent}}, spec: {nodeSelector: {mark: %s%s}, containers: [{name: c, image: first}]}}}}""".formatted(spec, mark, selector)).expect(201);
    }

    private void change(String yaml) {
        API.strategic(sets + "/agent", yaml).expect(200);
    }

    private void image(String image) {
        change("spec: {template: {spec: {containers: [{name: c, image: " + image + "}]}}}");
    }

    private JsonNode pods() {
        return API.get(namespace + "/pods").expect(200).at("items");
    }

    private static String nodeOf(JsonNode pod) {
        return pod.at("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0/values/0").asText();
    }

    /// The pods' uids by node.
    private Map<String, String> uids() {
        Map<String, String> uids = new TreeMap<>();
        pods().forEach(pod -> uids.put(nodeOf(pod), pod.at("/metadata/uid").asText()));
        return uids;
    }

    /// Whether there are `count` pods and the node's pod has another uid than `uid`. It reads one answer only, as the pods change meanwhile.
    private boolean isReplaced(String node, String uid, int count) {
        var now = uids();
        return now.size() == count && now.containsKey(node) && !now.get(node).equals(uid);
    }

    private Set<String> images() {
        Set<String> images = new TreeSet<>();
        pods().forEach(pod -> images.add(pod.at("/spec/containers/0/image").asText()));
        return images;
    }

    private int status(String field) {
        return API.get(sets + "/agent").expect(200).at("status", field).asInt();
    }

    private void ready(JsonNode pod) {
        API.merge(namespace + "/pods/" + pod.at("/metadata/name").asText() + "/status", """
                status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""");
    }

    private void allReady(int count) {
        Eventually.holds(count + " pods are available", () -> {
            pods().forEach(this::ready);
            return status("numberAvailable") == count && pods().size() == count;
        });
    }

    private void awaitObserved() {
        long generation = API.get(sets + "/agent").at("metadata", "generation").asLong();
        Eventually.holds("generation " + generation + " is observed", () -> status("observedGeneration") == generation);
    }

    /// "should run and stop simple daemon"
    @Test
    void eachNodeHasAPodWhichComesBack() {
        String a = node("a", "blue");
        String b = node("b", "blue");
        create("", "");
        allReady(2);
        assertEquals(Set.of(a, b), uids().keySet());
        assertEquals(2, status("desiredNumberScheduled"));
        assertEquals("1", pods().path(0).path("metadata").path("labels").path("pod-template-generation").asText());
        String uid = uids().get(a);
        pods().forEach(pod -> {
            if (nodeOf(pod).equals(a)) {
                API.delete(namespace + "/pods/" + pod.at("/metadata/name").asText()).expect(200);
            }
        });
        Eventually.holds("another is in its place", () -> isReplaced(a, uid, 2));
        String c = node("c", "blue");
        Eventually.holds("a new node gets one", () -> uids().containsKey(c));
        API.delete(sets + "/agent").expect(200);
        Eventually.holds("all have gone", () -> pods().isEmpty());
    }

    /// "should run and stop complex daemon"
    @Test
    void podsFollowTheLabelsOfNodes() {
        String a = node("a", "green");
        create("", ", color: blue");
        awaitObserved();
        assertTrue(pods().isEmpty(), "no node is blue");
        API.merge("/api/v1/nodes/" + a, "metadata: {labels: {color: blue}}").expect(200);
        allReady(1);
        API.merge("/api/v1/nodes/" + a, "metadata: {labels: {color: green}}").expect(200);
        Eventually.holds("it has gone", () -> pods().isEmpty() && status("desiredNumberScheduled") == 0);
        change("spec: {template: {spec: {nodeSelector: {color: green}}}, updateStrategy: {type: RollingUpdate}}");
        allReady(1);
        assertEquals(Set.of(a), uids().keySet());
    }

    /// "should retry creating failed daemon pods"
    @Test
    void failedPodIsMadeAnew() {
        String a = node("a", "blue");
        create("", "");
        Eventually.holds("it is there", () -> uids().size() == 1);
        for (int i = 0; i < 2; i++) {
            String uid = uids().get(a);
            API.merge(namespace + "/pods/" + pods().path(0).at("/metadata/name").asText() + "/status", "status: {phase: Failed}").expect(200);
            Eventually.holds("another is in its place", () -> isReplaced(a, uid, 1));
        }
        Eventually.holds("an event tells", () -> API.get(namespace + "/events").body().contains("Found failed daemon pod"));
    }

    /// "should update pod when spec was updated and update strategy is RollingUpdate"
    @Test
    void updateReplacesPodsWithinMaxUnavailable() {
        for (String name : List.of("a", "b", "c")) {
            node(name, "blue");
        }
        create("", "");
        allReady(3);
        assertEquals(3, status("updatedNumberScheduled"));
        Map<String, String> before = uids();
        image("second");
        Eventually.holds("one pod is replaced", () -> images().equals(Set.of("first", "second")));
        awaitObserved();
        assertEquals(2, uids().values().stream().filter(before::containsValue).count(), "one at a time");
        Eventually.holds("all are replaced", () -> {
            pods().forEach(this::ready);
            return images().equals(Set.of("second")) && status("updatedNumberScheduled") == 3 && status("numberAvailable") == 3;
        });
        Set<String> hashes = new TreeSet<>();
        pods().forEach(pod -> hashes.add(pod.path("metadata").path("labels").path("controller-revision-hash").asText()));
        API.get(revisions).at("items").forEach(revision -> assertEquals(revision.path("revision").asInt() == 2,
                hashes.equals(Set.of(revision.path("metadata").path("labels").path("controller-revision-hash").asText())), "pods carry the hash of the second revision"));
    }

    /// "should rollback without unnecessary restarts"
    @Test
    void goingBackRestartsNoPodThatWasNotUpdated() {
        node("a", "blue");
        node("b", "blue");
        create("", "");
        allReady(2);
        Map<String, String> before = uids();
        image("broken");
        Eventually.holds("one pod is replaced", () -> images().equals(Set.of("first", "broken")));
        Map<String, String> broken = uids();
        image("first");
        Eventually.holds("it is replaced again", () -> images().equals(Set.of("first")) && uids().size() == 2);
        allReady(2);
        Map<String, String> after = uids();
        before.forEach((node, uid) -> assertEquals(broken.get(node).equals(uid), after.get(node).equals(uid), "the other was restarted, or the broken one kept"));
        assertEquals(2, API.get(revisions).names().size());
    }

    @Test
    void surgePutsTheNewPodBesideTheOldOne() {
        node("a", "blue");
        create("updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}},", "");
        allReady(1);
        image("second");
        Eventually.holds("both are there", () -> pods().size() == 2);
        awaitObserved();
        assertEquals(Set.of("first", "second"), images());
        Eventually.holds("the old one has gone", () -> {
            pods().forEach(this::ready);
            return pods().size() == 1 && images().equals(Set.of("second"));
        });
    }

    /// "should list and delete a collection of DaemonSets", as far as it concerns the pods; the verbs are in [ApiOperationsTest].
    @Test
    void collectionGoesWithItsPods() {
        node("a", "blue");
        create("", "");
        Eventually.holds("a pod is there", () -> pods().size() == 1);
        API.delete(sets + "?labelSelector=app%3Dagent").expect(200);
        Eventually.holds("all has gone", () -> API.get(sets).names().isEmpty() && pods().isEmpty() && API.get(revisions).names().isEmpty());
    }

    /// "should manage the lifecycle of a ControllerRevision"
    @Test
    void revisionsAreKeptRenewedAndDeleted() {
        node("a", "blue");
        create("", "");
        allReady(1);
        assertEquals(1, API.get(revisions).names().size());
        JsonNode first = API.get(revisions).at("items").path(0);
        String name = first.at("/metadata/name").asText();
        assertEquals("agent-" + first.path("metadata").path("labels").path("controller-revision-hash").asText(), name);
        assertEquals("replace", first.at("/data/spec/template/$patch").asText());
        API.merge(revisions + "/" + name, "metadata: {labels: {%s: patched}}".formatted(mark)).expect(200);
        assertEquals(List.of(name), API.get(revisions + "?labelSelector=" + mark + "%3Dpatched").names());
        API.post(revisions, "{metadata: {name: %s-other, labels: {app: agent}}, revision: 7, data: {spec: {template: {a: b}}}}".formatted(name)).expect(201);
        Eventually.holds("an orphan that matches is adopted", () -> API.get(revisions + "/" + name + "-other").at("metadata", "ownerReferences").path(0).path("name").asText().equals("agent"));
        Eventually.holds("the present template's has the highest number", () -> API.get(revisions + "/" + name).at("revision").asInt() == 8);
        API.delete(revisions + "/" + name).expect(200);
        Eventually.holds("it is made again", () -> API.get(revisions + "/" + name).code() == 200);
        image("second");
        Eventually.holds("there is one more", () -> API.get(revisions).names().size() == 3);
        allReady(1);
        API.delete(revisions + "?labelSelector=app%3Dagent").expect(200);
        Eventually.holds("only the present template's is made again", () -> API.get(revisions).names().size() == 1
                && API.get(revisions).at("items").path(0).at("/data/spec/template/spec/containers/0/image").asText().equals("second"));
        assertEquals(1, pods().size());
    }
}
