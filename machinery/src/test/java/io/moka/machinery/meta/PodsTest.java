package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private static Pod pod(String phase, String ready, String since) {
        return new PodBuilder().withNewMetadata().withName("p").withNamespace("n").endMetadata().withNewSpec().endSpec()
                .withNewStatus().withPhase(phase).addNewCondition().withType("Ready").withStatus(ready).withLastTransitionTime(since).endCondition()
                .endStatus().build();
    }

    @ParameterizedTest
    @CsvSource({"Running, True, 0, true", "Running, False, 0, false", "Running, True, 59, true", "Running, True, 60, true", "Running, True, 61, false"})
    void availableIsReadyForLongEnough(String phase, String ready, long minReadySeconds, boolean available) {
        assertEquals(available, Pods.isAvailable(pod(phase, ready, "2026-01-01T00:00:00Z"), Duration.ofSeconds(minReadySeconds), NOW));
    }

    @Test
    void aPodThatIsOverOrGoingIsNotActive() {
        assertTrue(Pods.isActive(pod("Running", "True", null)));
        assertFalse(Pods.isActive(pod("Succeeded", "False", null)));
        assertFalse(Pods.isActive(pod("Failed", "False", null)));
        var going = new PodBuilder(pod("Running", "True", null)).editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build();
        assertFalse(Pods.isActive(going));
        assertEquals("Pending", Pods.phase(new PodBuilder().build()));
        assertFalse(Pods.isReady(new PodBuilder().build()));
    }

    @Test
    void aPodAsksForItsContainersOrItsLargestInitStep() {
        var pod = new PodBuilder().withNewSpec()
                .addNewContainer().withNewResources().addToRequests("cpu", new Quantity("200m")).endResources().endContainer()
                .addNewContainer().withNewResources().addToRequests("cpu", new Quantity("100m")).endResources().endContainer()
                .addNewInitContainer().withRestartPolicy("Always").withNewResources().addToRequests("cpu", new Quantity("50m")).endResources().endInitContainer()
                .addNewInitContainer().withNewResources().addToRequests("cpu", new Quantity("400m")).endResources().endInitContainer()
                .withOverhead(Map.of("cpu", new Quantity("10m"))).endSpec().build();
        assertEquals(460, Pods.request(pod, "cpu", Quantities::milliValue), "the init step of 400m beside the sidecar of 50m, and the overhead");
        pod.getSpec().getInitContainers().get(1).getResources().getRequests().put("cpu", new Quantity("100m"));
        assertEquals(360, Pods.request(pod, "cpu", Quantities::milliValue), "the containers beside the sidecar, and the overhead");
        assertEquals(0, Pods.request(pod, "memory", Quantities::value));
    }

    @Test
    void keysAreWrittenAndReadAlike() {
        var map = new ConfigMapBuilder().withNewMetadata().withNamespace("n").withName("c").withUid("u1").endMetadata().build();
        assertEquals("n/c", ObjectKey.of(map).toString());
        assertEquals(ObjectKey.of(map), ObjectKey.parse("n/c"));
        assertEquals(ObjectKey.ofCluster("node"), ObjectKey.parse("node"));
        assertTrue(new ObjectKey("a", "z").compareTo(new ObjectKey("b", "a")) < 0);
    }

    @Test
    void atMostOneOwnerControls() {
        var owner = new ConfigMapBuilder().withNewMetadata().withName("c").withUid("u1").endMetadata().build();
        var orphan = pod("Running", "True", null);
        assertNull(Owners.controllerOf(orphan));
        var owned = new PodBuilder(orphan).editMetadata().withOwnerReferences(Owners.controlledBy(owner)).endMetadata().build();
        assertTrue(Owners.isControlledBy(owned, owner));
        var namesake = new ConfigMapBuilder(owner).editMetadata().withUid("u2").endMetadata().build();
        assertFalse(Owners.isControlledBy(owned, namesake), "the same name, but another object");
    }

    @Test
    void timesAreWholeSecondsInUtc() {
        assertEquals("2026-01-01T00:01:00Z", Times.format(NOW.plusMillis(999)));
        assertEquals(NOW, Times.parse("2026-01-01T00:01:00Z"));
        assertNull(Times.parse(""));
        assertNull(Times.parse(null));
    }
}
