package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.conformance.api.PodObserver.Seen;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The invariants of StatefulSets and DaemonSets while their templates change, checked at each event of a watch. `-Dmoka.sets=100 -Dmoka.nodes=1000` for the long form.
final class SetInvariantsTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final int SIZE = Integer.getInteger("moka.sets", 12);
    private static final int NODES = Integer.getInteger("moka.nodes", 30);
    private static final long SEED = Long.getLong("moka.seed", 1);

    private final String namespace = API.namespace("invariants");
    private final String group = namespace.replace("/api/v1/", "/apis/apps/v1/");
    private final String pods = namespace + "/pods";
    private final Random random = new Random(SEED);

    private static int ordinal(String pod) {
        return Integer.parseInt(pod.substring(pod.lastIndexOf('-') + 1));
    }

    private static int unavailable(Map<String, Seen> pods, int wanted) {
        return wanted - (int) pods.values().stream().filter(Seen::ready).count();
    }

    /// A ready pod goes only while fewer than the allowed number are missing. In order, a pod comes after those before it, and one that scaling takes goes before them.
    private static String broken(Map<String, Seen> before, Seen was, Seen is, boolean ordered, int maxUnavailable, boolean scaling) {
        if (was == null && ordered) {
            int own = ordinal(is.name());
            boolean early = IntStream.range(0, own).anyMatch(i -> !before.containsKey("web-" + i) || !before.get("web-" + i).ready());
            return early ? is.name() + " came before those before it were ready: " + before.values() : null;
        }
        if (is == null && scaling) {
            boolean early = ordered && before.keySet().stream().anyMatch(other -> ordinal(other) > ordinal(was.name()));
            return early ? was.name() + " went before " + before.keySet() : null;
        }
        return is == null && was.ready() && unavailable(before, SIZE) >= maxUnavailable ? was.name() + " went while too few were ready: " + before.values() : null;
    }

    @ParameterizedTest
    @CsvSource({"OrderedReady, 1", "OrderedReady, 3", "Parallel, 1", "Parallel, 3"})
    void statefulSetKeepsOrderAndAvailability(String policy, int maxUnavailable) {
        var scaling = new boolean[] {false};
        try (var observer = new PodObserver(API, pods, SEED, (before, was, is) -> broken(before, was, is, policy.equals("OrderedReady"), maxUnavailable, scaling[0]))) {
            API.post(group + "/statefulsets", """
                    {metadata: {name: web}, spec: {replicas: %d, podManagementPolicy: %s, serviceName: web, selector: {matchLabels: {app: web}},
                      updateStrategy: {rollingUpdate: {maxUnavailable: %d}},
                      template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i0}]}}}}""".formatted(SIZE, policy, maxUnavailable)).expect(201);
            awaitAll(observer, "i0", SIZE);
            roll(observer, group + "/statefulsets/web", SIZE);
            scaling[0] = true;
            API.merge(group + "/statefulsets/web", "spec: {replicas: 0}").expect(200);
            awaitAll(observer, "", 0);
            assertEquals(List.of(), observer.violations());
        }
    }

    @Test
    void daemonSetKeepsAvailability() {
        String mark = namespace.replaceAll(".*/", "");
        for (int i = 0; i < NODES; i++) {
            API.post("/api/v1/nodes", "{metadata: {name: %s-%d, labels: {mark: %s}}}".formatted(mark, i, mark)).expect(201);
        }
        int allowed = (NODES + 9) / 10;
        try (var observer = new PodObserver(API, pods, SEED, (before, was, is) -> is == null && was.ready() && unavailable(before, NODES) >= allowed
                ? was.name() + " went while " + unavailable(before, NODES) + " were missing"
                : was == null && before.values().stream().anyMatch(other -> other.node().equals(is.node())) ? "two pods on " + is.node() : null)) {
            API.post(group + "/daemonsets", """
                    {metadata: {name: agent}, spec: {selector: {matchLabels: {app: agent}}, updateStrategy: {rollingUpdate: {maxUnavailable: 10%%}},
                      template: {metadata: {labels: {app: agent}}, spec: {nodeSelector: {mark: %s}, tolerations: [{operator: Exists}], containers: [{name: c, image: i0}]}}}}""".formatted(mark)).expect(201);
            awaitAll(observer, "i0", NODES);
            roll(observer, group + "/daemonsets/agent", NODES);
            assertEquals(List.of(), observer.violations());
        } finally {
            API.delete(group + "/daemonsets/agent");
            API.delete("/api/v1/nodes?labelSelector=mark%3D" + mark);
        }
    }

    /// New templates, each while the roll-out to the one before it is under way; the last comes to an end.
    private void roll(PodObserver observer, String set, int count) {
        String image = "";
        for (int i = 1; i <= 4; i++) {
            image = "i" + random.nextInt(3) + (i == 4 ? "-last" : "");
            API.strategic(set, "spec: {template: {spec: {containers: [{name: c, image: " + image + "}]}}}").expect(200);
            int enough = 1 + random.nextInt(count);
            String wanted = image;
            Eventually.holds(enough + " have " + image, () -> !observer.violations().isEmpty() || with(observer, wanted) >= enough);
        }
        awaitAll(observer, image, count);
    }

    private static long with(PodObserver observer, String image) {
        return observer.seen().stream().filter(pod -> pod.ready() && pod.image().equals(image)).count();
    }

    private static void awaitAll(PodObserver observer, String image, int count) {
        Eventually.holds("all " + count + " have " + image, () -> !observer.violations().isEmpty() || observer.seen().size() == count && with(observer, image) == count);
        assertEquals(List.of(), observer.violations());
    }
}
