package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two schedulers, of which one leads and is killed in the middle of its work, and an apiserver that goes away for a while: each pod is bound once. With
/// `-Dmoka.full=true` there are as many pods and kills as the project promises, and a killed scheduler's lease has to run out, which takes a quarter of an hour.
final class SchedulersTest {
    private static final boolean FULL = Boolean.getBoolean("moka.full");
    private static final int NODES = FULL ? 125 : 3;
    private static final int PODS_OF_A_NODE = 80;
    private static final int PODS = FULL ? 10_000 : 240;
    private static final int KILLS = FULL ? 30 : 2;
    private static final int PODS_OF_A_KILL = 20;
    private static final Duration CUT = Duration.ofSeconds(FULL ? 10 : 2);
    private static final long SEED = Long.getLong("moka.kills.seed", 1);
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(FULL ? 10 : 4);
    private static final String PLACE = "example.com/place";

    private final ControlPlane.Elected cluster = ControlPlane.withSchedulers(NODES, FULL);
    private final Api api = cluster.controlPlane().admin();
    private final String namespace = api.namespace("schedulers");

    /// The node of each bound pod that the watch has shown, by the pod's uid.
    private final Map<String, String> nodes = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final List<String> contradictions = new CopyOnWriteArrayList<>();
    private volatile boolean done;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void eachPodIsBoundOnce() {
        var follower = Thread.ofVirtual().start(this::follow);
        create("waiting", PODS);
        Eventually.holds("each pod has been refused", PATIENCE, () -> refused.size() == PODS);

        long begin = System.nanoTime();
        give(PODS_OF_A_NODE + KILLS * PODS_OF_A_KILL);
        Eventually.holds("a part is bound", PATIENCE, () -> nodes.size() >= PODS / 10);
        cluster.pair().killLeader(api);
        Eventually.holds("a third is bound", PATIENCE, () -> nodes.size() >= PODS / 3);
        cluster.controlPlane().cutServer(CUT);
        Eventually.holds("each pod is bound", PATIENCE, () -> nodes.size() == PODS);
        System.out.printf("%d waiting pods were bound in %.1f s, with a killed leader and a server away for %d s%n", PODS, (System.nanoTime() - begin) / 1e9, CUT.toSeconds());

        var random = new Random(SEED);
        Duration longest = Duration.ZERO;
        for (int kill = 1; kill <= KILLS; kill++) {
            var created = CompletableFuture.runAsync(new Batch(kill));
            int before = nodes.size();
            int until = before + random.nextInt(PODS_OF_A_KILL / 2);
            Eventually.holds("some of them are bound", PATIENCE, () -> nodes.size() >= until);
            Duration taken = cluster.pair().takeOver(api, true);
            System.out.printf("kill %d: the other took over after %.1f s%n", kill, taken.toMillis() / 1e3);
            longest = taken.compareTo(longest) > 0 ? taken : longest;
            created.join();
            int all = PODS + kill * PODS_OF_A_KILL;
            Eventually.holds("each pod is bound after kill " + kill, PATIENCE, () -> nodes.size() == all);
        }
        System.out.printf("after %d kills of the leader the other took over within %.1f s%n", KILLS, longest.toMillis() / 1e3);
        assertTrue(longest.toSeconds() < 60, "too late: " + longest);
        done = true;
        follower.interrupt();
        assertEquals(List.of(), contradictions);
        assertNoNodeIsOverfull();
    }

    /// Creates the pods of one kill.
    private final class Batch implements Runnable {
        private final int kill;

        Batch(int kill) {
            this.kill = kill;
        }

        @Override
        public void run() {
            create("kill-" + kill, PODS_OF_A_KILL);
        }
    }

    private void create(String prefix, int count) {
        IntStream.range(0, count).parallel().forEach(i -> api.post(namespace + "/pods", """
                {metadata: {name: %s-%d}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: none, resources: {requests: {%s: '1'}, limits: {%s: '1'}}}]}}"""
                .formatted(prefix, i, PLACE, PLACE)).expect(201));
    }

    /// Sets the capacity of each node to this number of pods.
    private void give(int places) {
        for (int i = 1; i <= NODES; i++) {
            api.merge("/api/v1/nodes/hollow-" + i + "/status", "status: {capacity: {%s: '%d'}, allocatable: {%s: '%d'}}".formatted(PLACE, places, PLACE, places)).expect(200);
        }
    }

    /// Records the node of each pod that is bound, by a list and a watch from its resource version. A watch that ends is resumed from its last resource version; a
    /// server that was started meanwhile may no longer have the events since (410 Gone), and the pods are listed again.
    private void follow() {
        String version = "";
        while (!done) {
            try {
                if (version.isEmpty()) {
                    JsonNode list = api.get(namespace + "/pods").expect(200).json();
                    list.path("items").forEach(this::note);
                    version = list.at("/metadata/resourceVersion").asText();
                }
                version = watch(version);
            } catch (UncheckedIOException away) {
                // the server is away, or the test is over
            }
        }
    }

    /// Records what a watch shows until it ends.
    ///
    /// @return the last resource version, or the empty string if the pods have to be listed again
    private String watch(String from) {
        String version = from;
        try (var watch = api.watch(namespace + "/pods?watch=true&allowWatchBookmarks=true&resourceVersion=" + from)) {
            while (true) {
                JsonNode event = watch.next();
                JsonNode object = event.path("object");
                switch (event.path("type").asText()) {
                    case "ADDED", "MODIFIED" -> note(object);
                    case "BOOKMARK" -> {
                        // only the resource version is new
                    }
                    case "ERROR" -> {
                        if (object.path("code").asInt() != 410) {
                            contradictions.add(event.toString());
                        }
                        return "";
                    }
                    default -> contradictions.add(event.toString());
                }
                version = object.at("/metadata/resourceVersion").asText();
            }
        } catch (AssertionError | UncheckedIOException ended) {
            return version;
        }
    }

    private void note(JsonNode pod) {
        String uid = pod.at("/metadata/uid").asText();
        String node = pod.at("/spec/nodeName").asText();
        if (!node.isEmpty()) {
            String earlier = nodes.putIfAbsent(uid, node);
            if (earlier != null && !earlier.equals(node)) {
                contradictions.add(pod.at("/metadata/name").asText() + " was bound to " + earlier + " and to " + node);
            }
        } else if (nodes.containsKey(uid)) {
            contradictions.add(pod.at("/metadata/name").asText() + " is no longer bound");
        } else if (pod.at("/status/conditions").valueStream().anyMatch(c -> c.path("reason").asText().equals("Unschedulable"))) {
            refused.add(uid);
        }
    }

    private void assertNoNodeIsOverfull() {
        Map<String, Integer> counts = new TreeMap<>();
        api.get(namespace + "/pods").expect(200).at("items").forEach(pod -> counts.merge(pod.at("/spec/nodeName").asText(), 1, Integer::sum));
        assertEquals(PODS + KILLS * PODS_OF_A_KILL, counts.values().stream().mapToInt(Integer::intValue).sum());
        assertTrue(counts.values().stream().allMatch(count -> count <= PODS_OF_A_NODE + KILLS * PODS_OF_A_KILL), counts.toString());
    }
}
