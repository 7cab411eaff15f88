package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.time.Sleeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The termination of a pod: the order of its steps, their time limits, and the status that is reported meanwhile.
class PodTerminationTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private TestNode node;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        Leftovers.delete(folder.resolve("cni"));
        Leftovers.delete(folder.resolve("kubelet"));
    }

    private static Container sidecar(String name, String... command) {
        return new ContainerBuilder(TestNode.container(name, command)).withRestartPolicy("Always").build();
    }

    private List<String> killings() {
        return node.events.stream().filter(event -> event.contains(" Killing ")).toList();
    }

    private void awaitReady(Pod pod) {
        check("it is ready", () -> node.reports.condition(pod, "Ready").equals("True"));
    }

    @Test
    void stopThatFailsAtOnceIsTriedAgainAfterAGrowingPause() {
        var pauses = new CopyOnWriteArrayList<Duration>();
        var over = new Semaphore(0);
        node.sleeper = pause -> {
            if (pause.compareTo(Duration.ofMillis(500)) < 0 || pause.compareTo(Duration.ofSeconds(5)) > 0) {
                // the housekeeping's pause
                Sleeper.SYSTEM.sleep(pause);
            } else {
                pauses.add(pause);
                over.acquire();
            }
        };
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitReady(pod);
        runtime.refuseStops(3);

        node.delete(pod);
        for (int i = 1; i <= 3; i++) {
            int count = i;
            check("it pauses", () -> pauses.size() == count);
            assertEquals(i, runtime.stops());
            over.release();
        }

        check("it has ended", () -> node.reports.isFinished(pod));
        assertEquals(List.of(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2)), pauses);
        assertEquals(4, runtime.stops());
    }

    @Test
    void whatStillServesWhileItTerminatesIsReady() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewReadinessProbe().withNewExec().withCommand("true").endExec()
                .withPeriodSeconds(1).endReadinessProbe().endContainer().endSpec(), "sleep", "ignore"));
        awaitReady(pod);
        int before = node.reports.all(pod).size();

        node.delete(pod);

        check("it is told that the pod goes on", () -> node.reports.isFinished(pod));
        var since = node.reports.all(pod).subList(before, node.reports.all(pod).size());
        assertTrue(since.stream().filter(status -> status.getContainerStatuses().getFirst().getState().getRunning() != null)
                .allMatch(status -> status.getContainerStatuses().getFirst().getReady()), since.toString());
        assertEquals("False", node.reports.lastWord(pod).getConditions().stream().filter(c -> c.getType().equals("Ready")).findFirst().orElseThrow().getStatus());
    }

    @Test
    void whatFailsWhileItTerminatesIsNotRestarted() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewLivenessProbe().withNewExec().withCommand("false").endExec()
                .withPeriodSeconds(1).withInitialDelaySeconds(1).withFailureThreshold(1).endLivenessProbe().endContainer().endSpec(), "sleep", "ignore"));
        awaitReady(pod);

        node.delete(pod);

        check("it has ended", () -> node.reports.isFinished(pod));
        assertEquals(List.of("web Killing Stopping container main"), killings());
        assertEquals(0, node.reports.lastWord(pod).getContainerStatuses().getFirst().getRestartCount());
    }

    @Test
    void sidecarsEndAfterTheOthersFromTheLastToTheFirst() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withInitContainers(sidecar("a", "sleep"), sidecar("b", "sleep")).endSpec(), "sleep"));
        awaitReady(pod);

        node.delete(pod);

        check("it has ended", () -> node.reports.isFinished(pod));
        assertEquals(List.of("web Killing Stopping container main", "web Killing Stopping container b", "web Killing Stopping container a"), killings());
    }

    @Test
    void sidecarsOfAFinishedPodEndFromTheLastToTheFirst() {
        var pod = node.run(TestNode.pod("job", p -> p.editSpec().withRestartPolicy("Never")
                .withInitContainers(sidecar("a", "sleep"), sidecar("b", "sleep")).endSpec(), "exit", "0"));

        check("it has succeeded", () -> node.reports.phase(pod).equals("Succeeded"));
        assertEquals(List.of("job Killing Stopping container b", "job Killing Stopping container a"), killings());
    }

    @Test
    void sidecarsHaveWhatTheOthersLeaveOfTheGrace() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withTerminationGracePeriodSeconds(4L)
                .withInitContainers(sidecar("side", "sleep", "ignore")).endSpec(), "sleep", "ignore"));
        awaitReady(pod);
        var begin = Instant.now();

        node.delete(pod, 4);

        check("it has ended", () -> node.reports.isFinished(pod));
        var took = Duration.between(begin, Instant.now());
        assertTrue(took.compareTo(Duration.ofMillis(7_500)) < 0, "two graces went by: " + took);
        assertTrue(took.compareTo(Duration.ofMillis(5_500)) > 0, "the least grace was cut: " + took);
    }
}
