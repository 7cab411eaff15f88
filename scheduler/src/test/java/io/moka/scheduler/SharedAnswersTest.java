package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods of one shape share the answers of plugins or do not: the same input and seed give the same placement, whatever happens to nodes and pods meanwhile.
class SharedAnswersTest {

    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final int NODES = 160;
    private static final int ROUNDS = 12;
    private static final int PODS_A_ROUND = 60;

    private static Node node(int number, Random random) {
        var node = Fixtures.node("n" + number).editMetadata().addToLabels(ZONE, "z" + number % 3).addToLabels("disk", random.nextBoolean() ? "ssd" : "hdd").endMetadata()
                .editStatus().addToAllocatable("cpu", new Quantity(1 + random.nextInt(4) + "")).endStatus();
        if (random.nextInt(8) == 0) {
            node = node.editSpec().addNewTaint().withKey("dedicated").withValue("db").withEffect(random.nextBoolean() ? "NoSchedule" : "PreferNoSchedule").endTaint().endSpec();
        }
        if (random.nextInt(12) == 0) {
            node = node.editSpec().withUnschedulable(true).endSpec();
        }
        if (random.nextInt(4) == 0) {
            node = node.editStatus().addNewImage().withNames("busybox:latest").withSizeBytes(300L << 20).endImage().endStatus();
        }
        return node.build();
    }

    /// A few templates, so that shapes are met again.
    private static Pod pod(int number, Random random) {
        int kind = random.nextInt(8);
        PodBuilder pod = Fixtures.pod("p" + number, (kind % 3 + 1) * 150 + "m", kind % 2 == 0 ? "64Mi" : "512Mi").editMetadata().addToLabels("app", "a" + kind).endMetadata()
                .editSpec().withSchedulerName("default-scheduler").withPriority(random.nextInt(3)).endSpec();
        var finished = switch (kind) {
            case 1 -> pod.editSpec().addNewToleration().withKey("dedicated").withOperator("Exists").endToleration().endSpec();
            case 2 -> pod.editSpec().withNodeSelector(Map.of("disk", "ssd")).endSpec();
            case 3 -> pod.editSpec().editFirstContainer().addNewPort().withHostPort(8080 + random.nextInt(2)).withProtocol("TCP").withContainerPort(1).endPort().endContainer().endSpec();
            case 4 -> pod.editSpec().withNewAffinity().withNewNodeAffinity().addNewPreferredDuringSchedulingIgnoredDuringExecution().withWeight(50).withNewPreference()
                    .addNewMatchExpression().withKey("disk").withOperator("In").withValues("hdd").endMatchExpression().endPreference()
                    .endPreferredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec();
            case 5 -> pod.editSpec().withNewAffinity().withNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey("kubernetes.io/hostname")
                    .withNewLabelSelector().addToMatchLabels("app", "a5").endLabelSelector().endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity().endSpec();
            case 6 -> pod.editSpec().addNewTopologySpreadConstraint().withMaxSkew(1).withTopologyKey(ZONE).withWhenUnsatisfiable("DoNotSchedule")
                    .withNewLabelSelector().addToMatchLabels("app", "a6").endLabelSelector().endTopologySpreadConstraint().endSpec();
            default -> pod;
        };
        return finished.build();
    }

    private static List<String> run(int seed, boolean sharing) {
        var random = new Random(seed);
        var simulation = new Simulation(List.of(), seed, sharing);
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(node(i, random));
            simulation.put(null, nodes.getLast());
        }
        var log = new ArrayList<String>();
        var running = new ArrayList<Pod>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < PODS_A_ROUND; i++) {
                simulation.put(pod(round * PODS_A_ROUND + i, random));
            }
            simulation.run((pod, where) -> {
                log.add(pod.key().name() + " " + where);
                if (!where.isEmpty()) {
                    running.add(pod.pod());
                }
            });
            for (int i = 0; i < 6; i++) {
                int changed = random.nextInt(nodes.size());
                var after = node(Integer.parseInt(nodes.get(changed).getMetadata().getName().substring(1)), random);
                simulation.put(nodes.get(changed), after);
                nodes.set(changed, after);
            }
            simulation.remove(nodes.remove(random.nextInt(nodes.size())));
            nodes.add(node(NODES + round, random));
            simulation.put(null, nodes.getLast());
            for (int i = 0; i < 10 && !running.isEmpty(); i++) {
                simulation.remove(running.remove(random.nextInt(running.size())));
            }
        }
        return log;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void bothWaysGiveTheSamePlacement(int seed) {
        var shared = run(seed, true);
        assertTrue(shared.stream().filter(line -> !line.endsWith(" ")).count() > 300, "placed " + shared.size());
        assertEquals(run(seed, false), shared);
    }

    @Test
    void nameOwnerAndLabelsAreNoPartOfAShape() {
        var one = PodInfo.of(Fixtures.pod("a").editMetadata().addToLabels("app", "x").addNewOwnerReference().withUid("1").withController(true).endOwnerReference().endMetadata().build());
        var other = PodInfo.of(Fixtures.pod("b").editMetadata().withNamespace("other").endMetadata().build());
        assertEquals(one.shape(), other.shape());
        assertTrue(one.shape() != PodInfo.of(Fixtures.pod("c", "101m", "128Mi").build()).shape());
    }
}
