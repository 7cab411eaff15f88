package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private TestNode node;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private Pod awaitRunning(Pod pod) {
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        return pod;
    }

    private static Pod withVolume(String limit) {
        return TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("scratch").withNewEmptyDir().withSizeLimit(new Quantity(limit)).endEmptyDir().endVolume()
                .editFirstContainer().addNewVolumeMount().withName("scratch").withMountPath("/s").endVolumeMount().endContainer().endSpec(), "sleep", "1000");
    }

    private static Pod withLimit(String limit) {
        return TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewResources().addToLimits("ephemeral-storage", new Quantity(limit)).endResources()
                .endContainer().endSpec(), "sleep", "1000");
    }

    private void expectEvicted(Pod pod, String message) {
        node.workers.evictExcessive();
        check("it has failed", () -> node.reports.phase(pod).equals("Failed"));
        assertEquals("Evicted", node.reports.last(pod).getReason());
        assertEquals(message, node.reports.last(pod).getMessage());
        assertTrue(node.events.contains("web Evicted " + message), node.events::toString);
    }

    @Test
    void podWhoseEmptyDirOutgrowsItsLimitIsEvicted() throws Exception {
        var pod = awaitRunning(node.run(withVolume("1Mi")));
        var volume = node.directories.emptyDir(pod.getMetadata().getUid(), "scratch");
        Files.write(volume.resolve("little"), new byte[1 << 19]);
        node.workers.evictExcessive();
        assertEquals("Running", node.reports.phase(pod));

        Files.write(volume.resolve("much"), new byte[1 << 20]);

        expectEvicted(pod, "Usage of EmptyDir volume \"scratch\" exceeds the limit \"1Mi\". ");
    }

    /// A file with a hole takes no disk.
    @Test
    void holesInFilesCountForNothing() throws Exception {
        var pod = awaitRunning(node.run(withVolume("1Mi")));
        try (var file = new RandomAccessFile(node.directories.emptyDir(pod.getMetadata().getUid(), "scratch").resolve("hole").toFile(), "rw")) {
            file.setLength(1L << 30);
        }

        node.workers.evictExcessive();

        assertEquals("Running", node.reports.phase(pod));
    }

    @Test
    void podThatTakesMoreThanItsContainersMayIsEvicted() {
        var pod = awaitRunning(node.run(withLimit("2Mi")));
        runtime.uses(node.reports.container(pod).getContainerID().substring("docker://".length()), 3 << 20);

        expectEvicted(pod, "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ");
    }

    @Test
    void containerThatTakesMoreThanItMayIsNamed() {
        var pod = awaitRunning(node.run(new PodBuilder(withLimit("2Mi")).editSpec()
                .addToContainers(TestNode.container("other", "sleep", "1000")).endSpec().build()));
        var main = node.reports.last(pod).getContainerStatuses().stream().filter(status -> status.getName().equals("main")).findFirst().orElseThrow();
        runtime.uses(main.getContainerID().substring("docker://".length()), 3 << 20);

        expectEvicted(pod, "Container main exceeded its local ephemeral storage limit \"2Mi\". ");
    }
}
