package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.bench.PodLife.Stage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PodLifeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void onlyTheFirstTimeCounts() throws Exception {
        var life = new PodLife();
        life.reach(Stage.RUNNING, 1_500);
        life.reach(Stage.RUNNING, 9_000);
        assertEquals(Duration.ofNanos(500), life.since(1_000, Stage.RUNNING, PATIENCE));
    }

    @Test
    void whoWaitsIsWokenByTheStage() throws Exception {
        var life = new PodLife();
        Thread.ofVirtual().start(() -> life.reach(Stage.BOUND, 2_000));
        assertEquals(Duration.ofNanos(1_000), life.since(1_000, Stage.BOUND, PATIENCE));
    }

    @Test
    void whatDoesNotComeIsNamed() {
        var life = new PodLife();
        life.reach(Stage.FIRST_EVENT, 1);
        var failure = assertThrows(IllegalStateException.class, () -> life.since(0, Stage.RUNNING, Duration.ofMillis(5)));
        assertEquals("a pod was not RUNNING after 0 s; seen: [FIRST_EVENT]", failure.getMessage());
    }

    @Test
    void aPodRunsWhenItsPhaseAndEachContainerSaySo() {
        assertTrue(PodWatch.runs(pod("Running", true)));
        assertFalse(PodWatch.runs(pod("Running", false)));
        assertFalse(PodWatch.runs(pod("Pending", true)));
        assertFalse(PodWatch.runs(new PodBuilder().withNewSpec().endSpec().build()));
    }

    private static Pod pod(String phase, boolean running) {
        var pod = new PodBuilder().withNewSpec().addNewContainer().withName("main").endContainer().endSpec().withNewStatus().withPhase(phase);
        return running ? pod.addNewContainerStatus().withNewState().withNewRunning().endRunning().endState().endContainerStatus().endStatus().build()
                : pod.endStatus().build();
    }
}
