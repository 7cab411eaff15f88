package io.moka.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The reconciler over caches that show the world as it was.
class NodeReconcilerTest {

    private TestApi api;
    private long nanos;
    private Heartbeats heartbeats;
    private NodeReconciler reconciler;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        heartbeats = new Heartbeats(() -> nanos);
        reconciler = new NodeReconciler(api.context(), heartbeats, new PodCidrs("10.244.0.0/16"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Node node(String name, String cidr) {
        return new NodeBuilder().withNewMetadata().withName(name).withUid("uid-" + name).endMetadata().withNewSpec().withPodCIDR(cidr).endSpec()
                .withNewStatus().addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus().build();
    }

    private String cidr(Node node) {
        return api.get(node).at("/spec/podCIDR").asText();
    }

    @Test
    void twoNodesAtOnceGetDifferentRangesThoughNoCacheShowsTheFirst() throws Exception {
        var a = node("a", null);
        var b = node("b", null);
        api.put(a);
        api.put(b);
        api.put(node("early", "10.244.0.0/24"));
        api.start();
        api.put(node("unseen", "10.244.1.0/24"));
        reconciler.reconcile(ObjectKey.ofCluster("a"));
        reconciler.reconcile(ObjectKey.ofCluster("b"));
        assertEquals(List.of("10.244.2.0/24", "10.244.3.0/24"), List.of(cidr(a), cidr(b)));
        reconciler.reconcile(ObjectKey.ofCluster("a"));
        assertEquals("10.244.2.0/24", cidr(a), "the cache does not show that it has one");
    }

    @Test
    void nodesOfSeveralWorkersGetDifferentRanges() throws Exception {
        var all = IntStream.range(0, 12).mapToObj(i -> node("n" + i, null)).toList();
        all.forEach(api::put);
        api.start();
        try (var workers = Executors.newFixedThreadPool(4)) {
            var outcomes = all.stream().map(node -> workers.submit(() -> reconciler.reconcile(ObjectKey.of(node)))).toList();
            for (var outcome : outcomes) {
                outcome.get();
            }
        }
        assertEquals(all.size(), all.stream().map(this::cidr).filter(cidr -> cidr.startsWith("10.244.")).distinct().count());
    }

    @Test
    void noNodeDiesWhileTheControllersSleep() throws Exception {
        var a = node("a", "10.244.0.0/24");
        api.put(a);
        api.start();
        reconciler.reconcile(ObjectKey.ofCluster("a"));
        nanos += Duration.ofMinutes(2).toNanos();
        reconciler.reconcile(ObjectKey.ofCluster("a"));
        assertEquals("True", api.get(a).at("/status/conditions/0/status").asText());
        for (int i = 0; i < 41; i++) {
            nanos += 1_000_000_000L;
            heartbeats.observe();
        }
        reconciler.reconcile(ObjectKey.ofCluster("a"));
        assertNotEquals("True", api.get(a).at("/status/conditions/0/status").asText());
    }

    private List<String> taints(Node node) {
        return api.get(node).at("/spec/taints").valueStream().map(taint -> taint.path("key").asText() + ":" + taint.path("effect").asText()).toList();
    }

    private static Node silent(String name) {
        return new NodeBuilder(node(name, "10.244.0.0/24")).editStatus().editFirstCondition().withStatus("False").endCondition().endStatus().build();
    }

    @Test
    void theOnlyNodeKeepsItsPodsWhenItIsNotReady() throws Exception {
        var only = silent("only");
        api.put(only);
        api.start();
        reconciler.reconcile(ObjectKey.ofCluster("only"));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule"), taints(only));
    }

    @Test
    void ofSeveralNodesOneAfterTheOtherLosesItsPods() throws Exception {
        var first = silent("first");
        var second = silent("second");
        api.put(first);
        api.put(second);
        api.put(node("ready", "10.244.1.0/24"));
        api.start();
        reconciler.reconcile(ObjectKey.ofCluster("first"));
        assertEquals(Outcome.requeueAfter(Duration.ofSeconds(10)), reconciler.reconcile(ObjectKey.ofCluster("second")));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"), taints(first));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule"), taints(second));
        api.time().pass(Duration.ofSeconds(10));
        reconciler.reconcile(ObjectKey.ofCluster("second"));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"), taints(second));
    }
}
