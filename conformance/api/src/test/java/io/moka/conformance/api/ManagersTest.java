package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two processes of the controllers: the leader is killed, again and again, during its work on hollow pods. With `-Dmoka.full=true` there
/// are as many roll-outs and kills as the project promises, and a killed manager's lease has to run out, which takes half an hour.
final class ManagersTest {
    private static final boolean FULL = Boolean.getBoolean("moka.full");
    private static final int ROLLOUTS = Integer.getInteger("moka.rollouts", FULL ? 50 : 6);
    private static final int KILLS = Integer.getInteger("moka.kills", FULL ? 100 : 5);
    private static final long SEED = Long.getLong("moka.kills.seed", 1);
    private static final int SURGE = 1;
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(FULL ? 10 : 4);

    private final ControlPlane.Elected cluster = ControlPlane.withManagers(FULL);
    private final ElectedPair managers = cluster.pair();
    private final Api api = cluster.controlPlane().admin();
    private final String namespace = api.namespace("managers");
    private final String apps = namespace.replace("/api/v1/", "/apis/apps/v1/");
    private final String jobs = namespace.replace("/api/v1/", "/apis/batch/v1/") + "/jobs";

    /// Violations that the watch of the pods has shown.
    private final List<String> contradictions = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> pods = new ConcurrentHashMap<>();

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void anotherTakesOverAndTheRollOutsEndAsIfNothingHadHappened() {
        Duration orderly = managers.takeOver(api, false);
        assertTrue(orderly.toMillis() < 10_000, "the lease was not given up: " + orderly);
        Duration killed = managers.takeOver(api, true);
        assertTrue(killed.toSeconds() < 60, "too late: " + killed);
        System.out.printf("taken over after an orderly end in %d ms, after a kill in %d ms%n", orderly.toMillis(), killed.toMillis());

        var watcher = Thread.ofVirtual().start(this::watchPods);
        for (int i = 0; i < ROLLOUTS; i++) {
            create(i);
        }
        var random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            managers.killLeader(api);
            update(random.nextInt(ROLLOUTS), kill);
        }
        for (int i = 0; i < ROLLOUTS; i++) {
            awaitDone(i);
        }
        watcher.interrupt();
        assertEquals(List.of(), contradictions);
        assertNoOrphans();
    }

    private static String name(int i) {
        return (i % 3 == 0 ? "web-" : i % 3 == 1 ? "db-" : "job-") + i;
    }

    private void create(int i) {
        String labels = "{app: " + name(i) + "}";
        switch (i % 3) {
            case 0 -> api.post(apps + "/deployments", """
                    {metadata: {name: %s}, spec: {replicas: 6, strategy: {rollingUpdate: {maxSurge: %d, maxUnavailable: 1}}, selector: {matchLabels: %s},
                      template: {metadata: {labels: %s}, spec: {containers: [{name: c, image: first}]}}}}""".formatted(name(i), SURGE, labels, labels)).expect(201);
            case 1 -> api.post(apps + "/statefulsets", """
                    {metadata: {name: %s}, spec: {replicas: 3, serviceName: s, selector: {matchLabels: %s},
                      template: {metadata: {labels: %s}, spec: {containers: [{name: c, image: first}]}}}}""".formatted(name(i), labels, labels)).expect(201);
            default -> api.post(jobs, """
                    {metadata: {name: %s}, spec: {completionMode: Indexed, completions: 8, parallelism: 2, backoffLimit: 100,
                      template: {metadata: {annotations: {hollow.moka.io/exit: '0', hollow.moka.io/exit-after: 1s}}, spec: {restartPolicy: Never, containers: [{name: c, image: first}]}}}}"""
                    .formatted(name(i))).expect(201);
        }
    }

    private void update(int i, int kill) {
        String patch = "spec: {template: {spec: {containers: [{name: c, image: image-" + kill + "}]}}}";
        if (i % 3 < 2) {
            api.strategic(apps + (i % 3 == 0 ? "/deployments/" : "/statefulsets/") + name(i), patch).expect(200);
        }
    }

    private void awaitDone(int i) {
        String path = i % 3 == 0 ? apps + "/deployments/" + name(i) : i % 3 == 1 ? apps + "/statefulsets/" + name(i) : jobs + "/" + name(i);
        Eventually.holds(name(i) + " is done", PATIENCE, () -> {
            JsonNode object = api.get(path).expect(200).json();
            JsonNode status = object.path("status");
            if (i % 3 == 2) {
                return status.path("succeeded").asInt() == 8 && status.path("completedIndexes").asText().equals("0-7") && status.path("failed").asInt() == 0
                        && !status.path("completionTime").isMissingNode();
            }
            int replicas = object.at("/spec/replicas").asInt();
            return status.path("observedGeneration").asLong() == object.at("/metadata/generation").asLong() && status.path("updatedReplicas").asInt() == replicas
                    && status.path("replicas").asInt() == replicas && status.path("readyReplicas").asInt() == replicas
                    && (i % 3 == 0 || status.path("currentRevision").asText().equals(status.path("updateRevision").asText()));
        });
    }

    /// Looks at the pods after each change: never more than the surge allows, never an index twice.
    private void watchPods() {
        try (var watch = api.watch(namespace + "/pods?watch=true")) {
            while (true) {
                JsonNode event = watch.next();
                JsonNode pod = event.path("object");
                if (event.path("type").asText().equals("DELETED")) {
                    pods.remove(pod.at("/metadata/uid").asText());
                } else {
                    pods.put(pod.at("/metadata/uid").asText(), pod);
                }
                check();
            }
        } catch (RuntimeException | AssertionError ended) {
            // the test is over
        }
    }

    private void check() {
        Map<String, Integer> active = new HashMap<>();
        Map<String, Integer> indexes = new HashMap<>();
        for (JsonNode pod : pods.values()) {
            String phase = pod.at("/status/phase").asText();
            if (pod.path("metadata").has("deletionTimestamp") || phase.equals("Succeeded") || phase.equals("Failed")) {
                continue;
            }
            String app = pod.at("/metadata/labels/app").asText();
            if (app.startsWith("web-")) {
                active.merge(app, 1, Integer::sum);
            }
            JsonNode index = pod.at("/metadata/labels/batch.kubernetes.io~1job-completion-index");
            if (!index.isMissingNode()) {
                indexes.merge(pod.at("/metadata/labels/batch.kubernetes.io~1job-name").asText() + "/" + index.asText(), 1, Integer::sum);
            }
        }
        active.forEach((app, count) -> {
            if (count > 6 + SURGE) {
                contradictions.add(app + " has " + count + " active pods");
            }
        });
        indexes.forEach((index, count) -> {
            if (count > 1) {
                contradictions.add(index + " has " + count + " active pods");
            }
        });
    }

    private void assertNoOrphans() {
        Eventually.holds("no pod is going", PATIENCE, () -> api.get(namespace + "/pods").expect(200).at("items").valueStream().noneMatch(pod -> pod.path("metadata").has("deletionTimestamp")));
        Set<String> owners = new HashSet<>();
        for (String collection : List.of(apps + "/replicasets", apps + "/statefulsets", jobs)) {
            api.get(collection).expect(200).at("items").forEach(owner -> owners.add(owner.at("/metadata/uid").asText()));
        }
        Map<String, Integer> counts = new TreeMap<>();
        api.get(namespace + "/pods").expect(200).at("items").forEach(pod -> {
            assertTrue(owners.contains(pod.at("/metadata/ownerReferences/0/uid").asText()), "an orphan: " + pod.at("/metadata/name").asText());
            counts.merge(pod.at("/metadata/labels/app").asText(), 1, Integer::sum);
        });
        counts.remove("");
        for (int i = 0; i < ROLLOUTS; i++) {
            if (i % 3 < 2) {
                assertEquals(i % 3 == 0 ? 6 : 3, counts.get(name(i)), name(i));
            }
        }
    }
}
