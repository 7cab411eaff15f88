package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The status that the kubelet reports of a pod, and how a change of the pod reaches the running pod.
class PodReportingTest {

    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = new TestNode(new FakeRuntime(), folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        Leftovers.delete(folder.resolve("cni"));
        Leftovers.delete(folder.resolve("kubelet"));
    }

    @Test
    void generationThatIsSpokenOfIsTold() {
        var pod = node.run(TestNode.pod("web", p -> p.editMetadata().withGeneration(1L).endMetadata(), "sleep"));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        assertEquals(1, node.reports.last(pod).getObservedGeneration());

        var changed = new PodBuilder(pod).editMetadata().withGeneration(2L).endMetadata().editSpec().withActiveDeadlineSeconds(1_000L).endSpec().build();
        node.workers.onUpdate(pod, changed);

        check("the second is observed", () -> Objects.equals(node.reports.last(pod).getObservedGeneration(), 2L));
        assertTrue(node.reports.last(pod).getConditions().stream().filter(c -> !c.getType().equals("PodScheduled"))
                .allMatch(c -> Objects.equals(c.getObservedGeneration(), 2L)), node.reports.last(pod).toString());
    }

    /// Returns the pod marked as not ready, as the node controller does for a node without heartbeat.
    private static Pod unready(Pod pod, PodStatus said) {
        return new PodBuilder(pod).withStatus(new PodStatusBuilder(said).withConditions(said.getConditions().stream()
                .map(c -> c.getType().equals("Ready") ? new PodConditionBuilder(c).withStatus("False").build() : c).toList()).build()).build();
    }

    @Test
    void podThatOthersCallUnreadyIsToldToBeReadyAgain() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        check("it is ready", () -> node.reports.condition(pod, "Ready").equals("True"));
        int before = node.reports.all(pod).size();

        node.workers.onUpdate(pod, unready(pod, node.reports.last(pod)));

        check("it is told again", () -> node.reports.all(pod).size() == before + 1);
        assertEquals("True", node.reports.condition(pod, "Ready"));
    }

    @Test
    void statusThatIsShownAsItWasToldIsNoNews() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        check("it is ready", () -> node.reports.condition(pod, "Ready").equals("True"));
        var said = node.reports.last(pod);
        var others = new PodStatusBuilder(said).addNewCondition().withType("example.com/gate").withStatus("False").endCondition().build();

        assertFalse(Contradiction.between(said, others));
        assertFalse(Contradiction.between(said, new PodStatusBuilder(said).withReason("").build()));
        assertTrue(Contradiction.between(said, null));
        assertTrue(Contradiction.between(said, unready(pod, said).getStatus()));
        assertTrue(Contradiction.between(said, new PodStatusBuilder(said).withPhase("Unknown").build()));
        assertTrue(Contradiction.between(said, new PodStatusBuilder(said).withContainerStatuses().build()));
        assertTrue(Contradiction.between(said, new PodStatusBuilder(said).editFirstContainerStatus().withReady(false).endContainerStatus().build()));
    }

    private static Pod labelled(Pod pod, String colour) {
        return new PodBuilder(pod).editMetadata().addToLabels("colour", colour).endMetadata().build();
    }

    @Test
    void changedLabelReachesTheFilesOfARunningPodAtOnce() {
        var pod = node.run(labelled(TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("v").withNewDownwardAPI()
                .addNewItem().withPath("labels").withNewFieldRef("v1", "metadata.labels").endItem().endDownwardAPI().endVolume().endSpec(), "sleep"), "red"));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        var file = node.directories.pod(pod.getMetadata().getUid()).resolve("volumes/kubernetes.io~downward-api/v/labels");
        assertEquals("colour=\"red\"", read(file));

        node.workers.onUpdate(pod, labelled(pod, "green"));

        check("the file says so", () -> read(file).equals("colour=\"green\""));
    }

    /// Volumes are compared once a minute with what this node has read lately; a change of the pod's annotations asks for the objects as they are now.
    @Test
    void changedAnnotationHasTheConfigMapsReadAnew() {
        node.objects.configMap("settings", Map.of("colour", "red"));
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("v").withNewConfigMap().withName("settings").endConfigMap().endVolume().endSpec(), "sleep"));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        var file = node.directories.pod(pod.getMetadata().getUid()).resolve("volumes/kubernetes.io~configmap/v/colour");
        node.services.volumes().refresh(pod, true);
        node.objects.configMap("settings", Map.of("colour", "green"));
        node.services.volumes().refresh(pod, true);
        assertEquals("red", read(file));

        node.workers.onUpdate(pod, new PodBuilder(pod).editMetadata().addToAnnotations("refresh", "now").endMetadata().build());

        check("the file says so", () -> read(file).equals("green"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.shm_rmid_forced, false, false, ",
        "net/ipv4/tcp_syncookies, false, false, ",
        "net.core.somaxconn, false, false, ",
        "kernel.msgmax, false, false, not allowlisted",
        "vm.swappiness, false, false, not allowlisted",
        "net.ipv4.tcp_syncookies, true, false, not allowed with host net enabled",
        "kernel.shm_rmid_forced, false, true, not allowed with host ipc enabled"})
    void kernelParametersThatReachBeyondThePodAreForbidden(String name, boolean hostNetwork, boolean hostIpc, String problem) {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withHostNetwork(hostNetwork).withHostIPC(hostIpc)
                .withNewSecurityContext().withSysctls(new Sysctl(name, "1")).endSecurityContext().endSpec(), "sleep"));

        check("it is decided", () -> node.reports.phase(pod).equals(problem == null ? "Running" : "Failed"));
        var status = node.reports.last(pod);
        assertEquals(problem == null ? null : "SysctlForbidden", status.getReason());
        assertEquals(problem == null ? null : "Pod was rejected: forbidden sysctl: \"" + name + "\" " + problem, status.getMessage());
    }
}
