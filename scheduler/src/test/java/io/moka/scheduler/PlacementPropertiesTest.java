package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.config.Catalogs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many pods of all kinds placed one after the other by all plugins; what must never be is looked for in the cluster that results.
class PlacementPropertiesTest {

    private static final String ZONE = "topology.kubernetes.io/zone";

    private static PodInfo pod(int number, Random random) {
        var app = "app" + random.nextInt(4);
        PodBuilder pod = Fixtures.pod("p" + number, random.nextInt(1, 8) * 100 + "m", "64Mi").editMetadata().addToLabels("app", app).endMetadata();
        if (random.nextInt(3) == 0) {
            pod = pod.editSpec().withNewAffinity().withNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey("kubernetes.io/hostname")
                    .withNewLabelSelector().addToMatchLabels("app", app).endLabelSelector().endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity()
                    .endAffinity().endSpec();
        }
        if (random.nextInt(3) == 0) {
            pod = pod.editSpec().addNewTopologySpreadConstraint().withMaxSkew(1).withTopologyKey(ZONE).withWhenUnsatisfiable("DoNotSchedule")
                    .withNewLabelSelector().addToMatchLabels("app", app).endLabelSelector().endTopologySpreadConstraint().endSpec();
        }
        return Fixtures.info(pod);
    }

    private static List<String> place(int seed) {
        var random = new Random(seed);
        var cache = new ClusterCache();
        for (int i = 0; i < 9; i++) {
            cache.putNode(Fixtures.node("n" + i).editMetadata().addToLabels(ZONE, "z" + i % 3).endMetadata().build());
        }
        var snapshot = new Snapshot();
        var cycle = new SchedulingCycle(Catalogs.profile(), new Random(seed));
        var placed = new ArrayList<String>();
        for (int i = 0; i < 120; i++) {
            var pod = pod(i, random);
            cache.refresh(snapshot);
            if (cycle.run(pod, snapshot) instanceof SchedulingResult.Scheduled scheduled) {
                placed.add(pod.key().name() + " " + scheduled.node().name());
                cache.assume(pod, scheduled.node().name());
                cache.refresh(snapshot);
                check(pod, scheduled.node().labels().get(ZONE), snapshot.nodes());
            }
            if (i % 10 == 9) {
                cache.removePod("uid-p" + random.nextInt(i));
            }
        }
        return placed;
    }

    private static void check(PodInfo pod, String zone, List<NodeInfo> nodes) {
        for (var node : nodes) {
            assertTrue(node.requested().milliCpu() <= node.allocatable().milliCpu() && node.pods().size() <= node.allocatablePods(), node::name);
            for (var one : node.pods()) {
                boolean violated = node.pods().stream().anyMatch(other -> other != one
                        && one.affinities().requiredAnti().stream().anyMatch(term -> term.selector().matches(other.labels())));
                assertTrue(!violated, () -> one.key() + " is not alone on " + node.name());
            }
        }
        if (!pod.pod().getSpec().getTopologySpreadConstraints().isEmpty()) {
            Map<String, Integer> counts = new HashMap<>();
            nodes.forEach(node -> counts.merge(node.labels().get(ZONE),
                    (int) node.pods().stream().filter(other -> pod.labels().get("app").equals(other.labels().get("app"))).count(), Integer::sum));
            assertTrue(counts.get(zone) - counts.values().stream().mapToInt(i -> i).min().orElse(0) <= 1, () -> pod.key() + " makes " + counts);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void noHardConstraintIsViolatedAndTheSameSeedGivesTheSamePlacement(int seed) {
        var placed = place(seed);
        assertTrue(placed.size() > 40, "placed " + placed.size());
        assertEquals(placed, place(seed));
    }

    /// Pods and nodes come and go at random while pods are scheduled from the queue.
    @ParameterizedTest
    @ValueSource(ints = {11, 12, 13, 14, 15, 16})
    void noPodIsLostAndNoNodeIsOverItsAllocatable(int seed) {
        var random = new Random(seed);
        var simulation = new Simulation(List.of(), seed, true);
        var nodes = new ArrayList<Node>();
        var alive = new HashMap<String, PodInfo>();
        var placed = new HashMap<String, String>();
        for (int step = 0; step < 600; step++) {
            if (nodes.size() < 4 || random.nextInt(25) == 0) {
                nodes.add(Fixtures.node("m" + step).editMetadata().addToLabels(ZONE, "z" + random.nextInt(3)).endMetadata().build());
                simulation.put(null, nodes.getLast());
            }
            if (random.nextInt(60) == 0) {
                var gone = nodes.remove(random.nextInt(nodes.size()));
                simulation.remove(gone);
            }
            var pod = PodInfo.of(new PodBuilder(pod(step, random).pod()).editSpec().withSchedulerName("default-scheduler").withPriority(random.nextInt(3)).endSpec().build());
            alive.put(pod.uid(), pod);
            simulation.put(pod.pod());
            if (random.nextInt(3) == 0) {
                var gone = alive.remove("uid-p" + random.nextInt(step + 1));
                if (gone != null) {
                    simulation.remove(gone.pod());
                    placed.remove(gone.uid());
                }
            }
            if (random.nextInt(5) == 0) {
                simulation.run((one, node) -> {
                    if (!node.isEmpty()) {
                        assertTrue(placed.put(one.uid(), node) == null, () -> one.key() + " is placed twice");
                        check(one, simulation.snapshot().node(node).labels().get(ZONE), simulation.snapshot().nodes());
                    }
                });
            }
        }
        assertTrue(placed.size() > 60, "placed " + placed.size());
        for (var pod : alive.values()) {
            assertEquals(placed.containsKey(pod.uid()), simulation.waiting(pod.pod()) == null, () -> pod.key() + " on " + placed.get(pod.uid()) + ", queue " + simulation.waiting(pod.pod()));
        }
        int onNodes = simulation.snapshot().nodes().stream().mapToInt(node -> node.pods().size()).sum();
        long expected = placed.values().stream().filter(node -> simulation.snapshot().node(node) != null).count();
        assertEquals(expected, onNodes);
    }

    /// The most important pods are placed first, whatever the order in which they came.
    @Test
    void theOrderOfPrioritiesIsKept() {
        var random = new Random(5);
        var simulation = new Simulation(List.of(), 5, true);
        simulation.put(null, Fixtures.node("only").build());
        for (int i = 0; i < 100; i++) {
            simulation.put(Fixtures.pod("p" + i).editSpec().withSchedulerName("default-scheduler").withPriority(random.nextInt(10)).endSpec().build());
        }
        var priorities = new ArrayList<Integer>();
        simulation.run((pod, node) -> priorities.add(pod.priority()));
        assertEquals(priorities.stream().sorted(Comparator.reverseOrder()).toList(), priorities.subList(0, 100));
    }
}
