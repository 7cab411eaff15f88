package io.moka.controllers.replicaset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeletionOrderTest {

    private static final Instant NOW = Instant.parse("2026-01-03T00:00:10Z");

    private static PodBuilder pod(String name) {
        return new PodBuilder().withNewMetadata().withName(name).withCreationTimestamp("2026-01-01T00:00:00Z").endMetadata().withNewSpec().withNodeName("n-" + name).endSpec()
                .withNewStatus().withPhase("Running").addNewCondition().withType("Ready").withStatus("True").withLastTransitionTime("2026-01-01T00:00:00Z").endCondition()
                .addNewContainerStatus().withRestartCount(0).endContainerStatus().endStatus();
    }

    record Case(String name, Pod first, Pod second) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static PodBuilder cost(String name, String cost) {
        return pod(name).editMetadata().addToAnnotations("controller.kubernetes.io/pod-deletion-cost", cost).endMetadata();
    }

    static Stream<Case> cases() {
        var plain = pod("plain").build();
        return Stream.of(
                new Case("not scheduled", pod("a").editSpec().withNodeName(null).endSpec().build(), plain),
                new Case("pending", pod("a").editStatus().withPhase("Pending").endStatus().build(), plain),
                new Case("not ready", pod("a").editStatus().editFirstCondition().withStatus("False").endCondition().endStatus().build(), plain),
                new Case("lower cost", cost("a", "-10").build(), cost("b", "5").build()),
                new Case("nonsense costs nothing", pod("a").editMetadata().addToAnnotations("controller.kubernetes.io/pod-deletion-cost", "cheap").endMetadata().build(), cost("b", "5").build()),
                new Case("ready for a shorter time", pod("a").editStatus().editFirstCondition().withLastTransitionTime("2026-01-03T00:00:00Z").endCondition().endStatus().build(), plain),
                new Case("more restarts", pod("a").editStatus().editFirstContainerStatus().withRestartCount(3).endContainerStatus().endStatus().build(), plain),
                new Case("younger", pod("a").editMetadata().withCreationTimestamp("2026-01-03T00:00:00Z").endMetadata().build(), plain));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theLessValuableGoesFirst(Case row) {
        assertEquals(List.of(row.first), DeletionOrder.leastValuable(List.of(row.first, row.second), List.of(row.first, row.second), 1, NOW));
        assertEquals(List.of(row.first, row.second), DeletionOrder.leastValuable(List.of(row.second, row.first), List.of(row.first, row.second), 2, NOW));
    }

    @org.junit.jupiter.api.Test
    void theCrowdedNodeIsThinnedOut() {
        var pods = new ArrayList<>(List.of(pod("a").editSpec().withNodeName("x").endSpec().build(), pod("b").editSpec().withNodeName("x").endSpec().build(), pod("c").build()));
        Collections.shuffle(pods, new Random(1));
        assertEquals("x", DeletionOrder.leastValuable(pods, pods, 1, NOW).getFirst().getSpec().getNodeName());
    }
}
