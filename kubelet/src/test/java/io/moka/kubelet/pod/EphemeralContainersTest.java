package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EphemeralContainersTest {

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

    private Pod running(String policy) {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy(policy).endSpec(), "sleep"));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        return pod;
    }

    private Pod debug(Pod pod, String name, String target, String... command) {
        var changed = new PodBuilder(pod).editSpec().addNewEphemeralContainer().withName(name).withImage(pod.getSpec().getContainers().getFirst().getImage())
                .withImagePullPolicy("IfNotPresent").withCommand(command).withTargetContainerName(target).endEphemeralContainer().endSpec().build();
        node.workers.onUpdate(pod, changed);
        return changed;
    }

    private ContainerStatus status(Pod pod, String name) {
        return node.reports.last(pod).getEphemeralContainerStatuses().stream().filter(status -> status.getName().equals(name)).findFirst().orElse(null);
    }

    @Test
    void containerIsAddedToARunningPod() {
        var pod = debug(running("Always"), "debugger", "main", "sleep");
        check("it runs", () -> status(pod, "debugger") != null && status(pod, "debugger").getState().getRunning() != null);
        assertFalse(status(pod, "debugger").getReady());
        assertEquals(0, node.reports.container(pod).getRestartCount());
    }

    @Test
    void containerThatHasEndedStaysSo() {
        var pod = debug(running("Always"), "debugger", null, "exit", "3");
        check("it has ended", () -> status(pod, "debugger") != null && status(pod, "debugger").getState().getTerminated() != null);
        assertEquals(3, status(pod, "debugger").getState().getTerminated().getExitCode());
        var again = debug(pod, "second", null, "sleep");
        check("another runs", () -> status(again, "second") != null && status(again, "second").getState().getRunning() != null);
        assertEquals(0, status(again, "debugger").getRestartCount());
        assertEquals("Running", node.reports.phase(again));
    }

    @Test
    void containerWithoutItsTargetWaits() {
        var pod = debug(running("Always"), "debugger", "absent", "sleep");
        check("it waits", () -> status(pod, "debugger") != null && status(pod, "debugger").getState().getWaiting() != null
                && status(pod, "debugger").getState().getWaiting().getReason().equals("CreateContainerConfigError"));
        assertTrue(status(pod, "debugger").getState().getWaiting().getMessage().contains("unable to find target container \"absent\""));
    }

    @Test
    void containersEndWithThePod() {
        var pod = debug(running("Never"), "debugger", null, "sleep");
        check("it runs", () -> status(pod, "debugger") != null && status(pod, "debugger").getState().getRunning() != null);
        runtime.records().stream().filter(record -> record.name().equals("main")).forEach(record -> runtime.stop(record.id(), java.time.Duration.ZERO));
        check("the pod is over", () -> node.reports.phase(pod).equals("Failed") && runtime.records().stream().noneMatch(record -> record.isRunning() && !record.isSandbox()));
    }
}
