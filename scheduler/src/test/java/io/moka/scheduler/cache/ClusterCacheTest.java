package io.moka.scheduler.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClusterCacheTest {

    private final ClusterCache cache = new ClusterCache();
    private final Snapshot snapshot = new Snapshot();

    private NodeInfo node(String name) {
        cache.refresh(snapshot);
        return snapshot.nodes().stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void anAssumedPodTakesItsPlaceAtOnceAndIsConfirmedOnce() {
        var pod = Fixtures.info(Fixtures.pod("p", "500m", "1Gi"));
        cache.putNode(Fixtures.node("a").build());
        cache.assume(pod, "a");
        assertEquals(500, node("a").requested().milliCpu());
        assertTrue(cache.isPlaced("uid-p"));
        cache.putPod(pod, "a");
        assertEquals(500, node("a").requested().milliCpu());
        cache.forget(pod);
        assertEquals(500, node("a").requested().milliCpu(), "what the API shows is not forgotten");
        cache.removePod("uid-p");
        assertEquals(0, node("a").requested().milliCpu());
        assertFalse(cache.isPlaced("uid-p"));
    }

    @Test
    void aPodWhoseBindingFailedGivesItsPlaceBack() {
        var pod = Fixtures.info(Fixtures.pod("p"));
        cache.putNode(Fixtures.node("a").build());
        cache.assume(pod, "a");
        cache.forget(pod);
        assertEquals(0, node("a").pods().size());
        assertFalse(cache.isPlaced("uid-p"));
    }

    @Test
    void aPodThatSomebodyElseBoundElsewhereMoves() {
        var pod = Fixtures.info(Fixtures.pod("p"));
        cache.putNode(Fixtures.node("a").build());
        cache.putNode(Fixtures.node("b").build());
        cache.assume(pod, "a");
        cache.putPod(pod, "b");
        assertEquals(0, node("a").pods().size());
        assertEquals(1, node("b").pods().size());
    }

    @Test
    void aNodeMayComeAfterItsPodsAndComeBack() {
        cache.putPod(Fixtures.info(Fixtures.pod("p", "1", "1Gi")), "a");
        cache.putNode(Fixtures.node("a").build());
        assertEquals(1000, node("a").requested().milliCpu());
        cache.removeNode("a");
        cache.refresh(snapshot);
        assertEquals(0, snapshot.nodes().size());
        cache.putPod(Fixtures.info(Fixtures.pod("q", "1", "1Gi")), "a");
        cache.removePod("uid-p");
        cache.putNode(Fixtures.node("a").build());
        assertEquals(1, node("a").pods().size());
        assertEquals(1000, node("a").requested().milliCpu());
    }

    @Test
    void aNodeThatChangesKeepsItsPods() {
        cache.putNode(Fixtures.node("a").build());
        cache.putPod(Fixtures.info(Fixtures.pod("p")), "a");
        cache.putNode(new NodeBuilder(Fixtures.node("a").build()).editMetadata().addToLabels("new", "label").endMetadata().build());
        assertEquals("label", node("a").labels().get("new"));
        assertEquals(1, node("a").pods().size());
    }

    @Test
    void onlyWhatChangedIsRenewedInTheSnapshot() {
        cache.putNode(Fixtures.node("a").build());
        cache.putNode(Fixtures.node("b").build());
        var before = node("b");
        cache.assume(Fixtures.info(Fixtures.pod("p")), "a");
        assertEquals(1, node("a").pods().size());
        assertSame(before, node("b"));
    }

    @Test
    void theSnapshotIsTheCacheWhateverHappens() {
        var random = new Random(7);
        var nodes = new HashSet<String>();
        var pods = new TreeMap<String, String>();
        for (int step = 0; step < 5_000; step++) {
            var node = "n" + random.nextInt(8);
            var pod = Fixtures.info(Fixtures.pod("p" + random.nextInt(30)));
            switch (random.nextInt(5)) {
                case 0 -> {
                    cache.putNode(Fixtures.node(node).build());
                    nodes.add(node);
                }
                case 1 -> {
                    cache.removeNode(node);
                    nodes.remove(node);
                }
                case 2 -> {
                    cache.removePod(pod.uid());
                    pods.remove(pod.uid());
                }
                default -> {
                    cache.putPod(pod, node);
                    pods.put(pod.uid(), node);
                }
            }
            if (step % 7 == 0) {
                cache.refresh(snapshot);
                assertEquals(nodes, new HashSet<>(snapshot.nodes().stream().map(NodeInfo::name).toList()));
                for (var info : snapshot.nodes()) {
                    var wanted = new TreeSet<>(pods.entrySet().stream().filter(e -> e.getValue().equals(info.name())).map(Map.Entry::getKey).toList());
                    assertEquals(wanted, new TreeSet<>(info.pods().stream().map(PodInfo::uid).toList()));
                    assertEquals(100L * wanted.size(), info.requested().milliCpu());
                }
            }
        }
    }

    @Test
    void aPodThatAsksForNothingCountsAsSmallInScoringOnly() {
        var bare = PodInfo.of(new PodBuilder().withNewMetadata().withName("p").withUid("u").endMetadata().withNewSpec()
                .addNewContainer().withName("c").endContainer().endSpec().build());
        assertEquals(ResourceAmounts.NONE, bare.requests());
        assertEquals(100, bare.weight().milliCpu());
        assertEquals(200L << 20, bare.weight().memoryBytes());
        assertEquals(0, bare.priority());
        var odd = ResourceAmounts.of(Map.of("example.com/gpu", new Quantity("2"), "pods", new Quantity("9")));
        assertEquals(Map.of("example.com/gpu", 2L), odd.extended());
    }

    @Test
    void hostPortsCollideByAddressProtocolAndPort() {
        var any = new HostPort("", "", 80);
        assertTrue(any.collidesWith(new HostPort("127.0.0.1", "TCP", 80)));
        assertFalse(any.collidesWith(new HostPort("", "UDP", 80)));
        assertFalse(new HostPort("127.0.0.1", "TCP", 80).collidesWith(new HostPort("127.0.0.2", "TCP", 80)));
        assertFalse(any.collidesWith(new HostPort("", "TCP", 81)));
    }
}
