package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.time.Sleeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Terminations of pods that overtake each other, fail, or are requested again.
class PodEndTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private ScriptedPlugins plugins;
    private TestNode node;
    private PodEnd end;

    @BeforeEach
    void open() throws Exception {
        plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
        end = new PodEnd(node.services, ended::add);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        Leftovers.delete(folder.resolve("cni"));
        Leftovers.delete(folder.resolve("kubelet"));
    }

    /// Returns a running pod that only the test ends.
    private PodView left(Pod pod) {
        node.workers.onAdd(pod);
        check("it runs", () -> node.view(pod) != null && node.reports.phase(pod).equals("Running"));
        return Objects.requireNonNull(node.view(pod));
    }

    private static ContainerRecord main(PodView view) {
        return view.latest("main");
    }

    @Test
    void shorterGraceOvertakesAndALongerOneIsIgnored() {
        var view = left(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sleep", "ignore"));
        end.end(view, main(view), 3_600, "bye");
        check("it is asked to end", () -> runtime.stops() == 1);

        end.end(view, main(view), 3_600, "bye");
        end.end(view, main(view), 7_200, "bye");
        end.end(view, main(view), 1, "bye");

        check("it has ended", () -> ended.contains(main(view).id()));
        assertEquals(2, runtime.stops());
        assertEquals(1, node.events.stream().filter(event -> event.contains(" Killing ")).count());
    }

    @Test
    void preStopHookRunsOnceAlthoughTheGraceIsShortened() {
        var gate = new CountDownLatch(1);
        runtime.hold("goodbye", gate);
        var view = left(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").editFirstContainer().withNewLifecycle().withNewPreStop()
                .withNewExec().withCommand("goodbye").endExec().endPreStop().endLifecycle().endContainer().endSpec(), "sleep", "ignore"));
        end.end(view, main(view), 60, "bye");
        check("the hook runs", () -> runtime.asked("goodbye") == 1);
        assertEquals(0, runtime.stops());

        end.end(view, main(view), 1, "bye");

        check("it has ended", () -> ended.contains(main(view).id()));
        gate.countDown();
        check("the first ending is over, too", () -> ended.size() == 2);
        assertEquals(1, runtime.asked("goodbye"));
    }

    /// During the pause after a failed stop, a stop with the same grace is not begun again, but one with a shorter grace is.
    @Test
    void failedStopPausesAndAShorterGraceDoesNotWaitForIt() {
        var paused = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        node.sleeper = pause -> {
            if (pause.equals(Duration.ofMillis(500))) {
                paused.countDown();
                over.await();
            } else {
                Sleeper.SYSTEM.sleep(pause);
            }
        };
        var view = left(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sleep"));
        runtime.refuseStops(1);
        end.end(view, main(view), 30, "bye");
        check("it pauses", () -> paused.getCount() == 0);

        end.end(view, main(view), 30, "bye");
        assertEquals(1, runtime.stops());
        end.end(view, main(view), 5, "bye");

        check("it has ended", () -> ended.contains(main(view).id()));
        assertEquals(2, runtime.stops());
        over.countDown();
        check("the first ending is over, too", () -> ended.size() == 2);
    }

    @Test
    void unforeseenFailureOfAStopPausesAndTheContainerCanBeEndedAgain() {
        var pauses = new CopyOnWriteArrayList<Duration>();
        var view = left(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sleep"));
        node.sleeper = pause -> {
            if (pause.equals(Duration.ofMillis(500))) {
                pauses.add(pause);
            } else {
                Sleeper.SYSTEM.sleep(pause);
            }
        };
        runtime.failOnce(new IllegalStateException("defect"));
        end.end(view, main(view), 30, "bye");
        check("the worker is told", () -> ended.size() == 1);
        assertEquals(List.of(Duration.ofMillis(500)), pauses);
        assertTrue(runtime.inspect(main(view).id()).isRunning());

        end.end(view, main(view), 30, "bye");
        check("it has ended", () -> !runtime.inspect(main(view).id()).isRunning());
    }

    @Test
    void clearingAwayGoesOnWhereItFailedBefore() throws Exception {
        var view = left(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sleep"));
        // the pod's own worker would start it again
        node.workers.close();
        var containers = new PodContainers(node.services, () -> { });
        view.containers().forEach(record -> containers.put(view.pod(), record));
        view.sandboxes().forEach(record -> containers.put(view.pod(), record));
        plugins.touch("fail");

        assertThrows(CniException.class, () -> end.removeAll(view.pod(), containers));
        assertTrue(runtime.list().stream().anyMatch(container -> container.id().equals(view.sandbox().id())), "the sandbox waits for its network");

        Files.delete(folder.resolve("cni/fail"));
        end.removeAll(view.pod(), containers);
        assertTrue(node.networks.all().isEmpty());
        assertTrue(runtime.list().stream().noneMatch(container -> container.id().equals(view.sandbox().id())));
    }
}
