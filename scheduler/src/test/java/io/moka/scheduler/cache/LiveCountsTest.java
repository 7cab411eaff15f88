package io.moka.scheduler.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Counts that are kept from cycle to cycle are those that a new count gives, whatever happens to pods and nodes.
class LiveCountsTest {

    private static final String ZONE = "zone";

    private static Pod pod(int number, Random random) {
        return Fixtures.pod("p" + number).editMetadata().addToLabels("app", "a" + random.nextInt(3)).endMetadata().build();
    }

    private static TreeMap<String, Long> counted(Snapshot snapshot, PodSelection selection, boolean everyDomain) {
        var counts = new TreeMap<String, Long>();
        for (var node : snapshot.nodes()) {
            var zone = node.labels().get(ZONE);
            long matching = node.pods().stream().filter(selection::matches).count();
            if (zone != null && (everyDomain || matching > 0)) {
                counts.merge(zone, matching, Long::sum);
            }
        }
        return counts;
    }

    private static TreeMap<String, Long> kept(Snapshot snapshot, PodSelection selection, boolean everyDomain) {
        var counts = snapshot.counts(snapshot.shared(selection), ZONE, everyDomain);
        var all = new TreeMap<String, Long>();
        counts.names().forEach(domain -> all.put(domain, counts.get(domain)));
        if (everyDomain) {
            assertEquals(all.values().stream().mapToLong(i -> i).min().orElse(0), counts.minimum());
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void keptCountsAreThoseOfANewCount(int seed) {
        var random = new Random(seed);
        var cache = new ClusterCache();
        var snapshot = new Snapshot();
        var selections = List.of(PodSelection.of("n", LabelSelector.parse("app=a0")), PodSelection.of("n", LabelSelector.parse("app!=a1")));
        var nodes = new ArrayList<String>();
        for (int step = 0; step < 500; step++) {
            if (nodes.size() < 5 || random.nextInt(40) == 0) {
                nodes.add("n" + step);
            }
            var node = nodes.get(random.nextInt(nodes.size()));
            if (random.nextInt(10) == 0 || cache.node(node) == null) {
                var changed = Fixtures.node(node).editMetadata().addToLabels("other", "o" + step);
                cache.putNode((random.nextInt(6) == 0 ? changed : changed.addToLabels(ZONE, "z" + (random.nextInt(8) == 0 ? random.nextInt(4) : node.hashCode() % 4))).endMetadata().build());
            }
            if (random.nextInt(50) == 0) {
                cache.removeNode(nodes.remove(random.nextInt(nodes.size())));
            }
            cache.putPod(PodInfo.of(pod(random.nextInt(200), random)), node);
            cache.removePod("uid-p" + random.nextInt(200));
            if (random.nextInt(3) == 0) {
                cache.refresh(snapshot);
                for (var selection : selections) {
                    for (boolean everyDomain : List.of(true, false)) {
                        assertEquals(counted(snapshot, selection, everyDomain), kept(snapshot, selection, everyDomain), "step " + step);
                    }
                }
            }
        }
    }
}
