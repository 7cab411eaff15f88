package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountStatus;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.volume.LocalVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods with claims on a real engine. They use the host's network, as the tests need no pod network.
class ClaimsOnDockerTest {

    @TempDir
    Path temporary;

    private final String cluster = "test-" + UUID.randomUUID();
    private Path folder;
    private DockerRuntime runtime;
    private TestNode node;

    @BeforeEach
    void begin() throws Exception {
        folder = temporary.toRealPath();
        Files.createDirectories(folder.resolve("conf"));
        runtime = DockerEngine.connect(cluster);
        node = node();
    }

    private TestNode node() throws IOException {
        var next = new TestNode(runtime, folder.resolve("kubelet"), folder.resolve("conf"), Path.of("/usr/lib/cni"));
        next.store.prepareRoot(folder.resolve("volumes"));
        next.objects.bound(LocalVolumes.claim("one", "ReadWriteOnce"), LocalVolumes.volume("one", folder.resolve("volumes"), "32Mi"));
        return next;
    }

    @AfterEach
    void removeEverything() throws Exception {
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        node.removeFolders();
        node.store.releaseUnused();
        node.removeCgroups();
        runtime.close();
    }

    private Pod run(String name, String... command) {
        return node.run(TestNode.pod(name, p -> p.editSpec().withHostNetwork(true).withRestartPolicy("Never").withNodeName("node")
                .addNewVolume().withName("d").withNewPersistentVolumeClaim("data", false).endVolume()
                .editFirstContainer().addNewVolumeMount().withName("d").withMountPath("/d").endVolumeMount().endContainer().endSpec(), command));
    }

    private String exec(Pod pod, String command) throws Exception {
        return runtime.exec(node.reports.container(pod).getContainerID().substring("docker://".length()), List.of("sh", "-c", command), Duration.ofSeconds(20)).output();
    }

    private boolean isMounted(String path) {
        try {
            return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + folder.resolve(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double value(String page, String metric) {
        return page.lines().filter(line -> line.startsWith("kubelet_volume_stats_" + metric + "{namespace=\"default\",persistentvolumeclaim=\"data\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).findFirst().orElseThrow(() -> new AssertionError("no " + metric + " in " + page));
    }

    @Test
    void spaceOfAClaimIsThatOfItsFileSystem() throws Exception {
        var pod = awaitPhase(run("first", "sleep", "1000"), "Running");
        exec(pod, "dd if=/dev/zero of=/d/file bs=1M count=5; touch /d/empty; sync");
        var measurements = node.measurements(new Machine(folder));
        var page = measurements.volumes().text();

        var df = exec(pod, "df -k /d | tail -1").strip().split(" +");
        assertEquals(Long.parseLong(df[1]) * 1024, value(page, "capacity_bytes"));
        assertEquals(Long.parseLong(df[2]) * 1024, value(page, "used_bytes"));
        assertEquals(Long.parseLong(df[3]) * 1024, value(page, "available_bytes"));
        var inodes = exec(pod, "df -i /d | tail -1").strip().split(" +");
        assertEquals(Long.parseLong(inodes[1]), value(page, "inodes"));
        assertEquals(Long.parseLong(inodes[2]), value(page, "inodes_used"));
        assertEquals(Long.parseLong(inodes[3]), value(page, "inodes_free"));

        var volume = measurements.summary().path("pods").path(0).path("volume").path(0);
        assertEquals("{\"name\":\"data\",\"namespace\":\"default\"}", volume.path("pvcRef").toString());
        assertEquals("d", volume.path("name").asText());
        assertEquals(value(page, "used_bytes"), volume.path("usedBytes").asDouble());

        // another measurer knows nothing of the first one's answers, and the pod's volume is no longer mounted
        node.workers.onDelete(node.delete(pod));
        check("the pod is gone", () -> node.view(pod) == null);
        assertEquals(0, node.measurements(new Machine(folder)).volumes().text().lines().filter(line -> !line.startsWith("#")).count());
    }

    private Pod awaitPhase(Pod pod, String phase) {
        check(pod.getMetadata().getName() + " is " + phase, () -> node.reports.phase(pod).equals(phase));
        return pod;
    }

    @Test
    void nextPodFindsTheDataAndNoneWritesMoreThanTheClaim() throws Exception {
        var first = awaitPhase(run("first", "sleep", "1000"), "Running");
        exec(first, "echo kept > /d/file");
        assertTrue(exec(first, "dd if=/dev/zero of=/d/big bs=1M count=40; rm /d/big").contains("No space left on device"));
        node.workers.onDelete(node.delete(first));
        check("nothing is mounted", () -> !isMounted("volumes"));

        var second = awaitPhase(run("second", "sleep", "1000"), "Running");
        assertEquals("kept\n", exec(second, "cat /d/file"));
    }

    @Test
    void podThatHasFinishedUsesItsVolumeNoMore() throws Exception {
        awaitPhase(run("job", "sh", "-c", "echo done > /d/file"), "Succeeded");
        check("nothing is mounted", () -> !isMounted("volumes") && !isMounted("kubelet/pods"));
        node.store.delete(LocalVolumes.volume("one", folder.resolve("volumes"), "32Mi"));
    }

    @Test
    void kubeletThatStartsUnmountsWhatBelongsToNoPod() throws Exception {
        awaitPhase(run("lost", "sleep", "1000"), "Running");
        node.close();
        node = node();
        node.allPodsAreKnown();
        check("nothing is mounted", () -> !isMounted("volumes") && !isMounted("kubelet/pods"));
        check("nothing is left", () -> node.isClean(runtime));
    }

    private Pod runWith(String name, PodSecurityContext context) {
        return node.run(TestNode.pod(name, p -> p.editSpec().withHostNetwork(true).withRestartPolicy("Never").withNodeName("node").withSecurityContext(context)
                .addNewVolume().withName("d").withNewPersistentVolumeClaim("data", false).endVolume()
                .editFirstContainer().addNewVolumeMount().withName("d").withMountPath("/d").endVolumeMount().endContainer().endSpec(), "sleep", "1000"));
    }

    private int groupOf(String file) throws IOException {
        return (int) Files.getAttribute(folder.resolve("volumes/one").resolve(file), "unix:gid");
    }

    @Test
    void claimsFilesAreOfThePodsGroupAsThePolicySays() throws Exception {
        var context = new PodSecurityContextBuilder().withRunAsUser(1_000L).withRunAsGroup(1_000L).withFsGroup(2_000L).withSupplementalGroups(3_000L);
        var first = awaitPhase(runWith("first", context.withFsGroupChangePolicy("OnRootMismatch").build()), "Running");
        assertEquals(List.of("1000", "2000", "3000"), Arrays.stream(exec(first, "id -G").strip().split(" ")).sorted().toList());
        exec(first, "mkdir /d/folder; echo x > /d/folder/file");
        assertEquals(2_000, groupOf("folder/file"));

        Files.setAttribute(folder.resolve("volumes/one/folder/file"), "unix:gid", 7);
        var second = awaitPhase(runWith("second", context.build()), "Running");
        assertEquals(7, groupOf("folder/file"), "the volume's own folder has the group already");
        var third = awaitPhase(runWith("third", context.withFsGroupChangePolicy("Always").build()), "Running");
        assertEquals(2_000, groupOf("folder/file"));
        var other = awaitPhase(runWith("other", context.withFsGroup(2_001L).withFsGroupChangePolicy("OnRootMismatch").build()), "Running");
        assertEquals(2_001, groupOf("folder/file"), "another group is another root");
        for (var pod : List.of(first, second, third, other)) {
            exec(pod, "echo " + pod.getMetadata().getName() + " >> /d/folder/file");
        }
        assertEquals("x\nfirst\nsecond\nthird\nother\n", exec(other, "cat /d/folder/file"), "supplemental or not, each may still write where the owner may");
    }

    private Pod withImage(String name, String reference, String policy, String subPath) {
        return node.run(TestNode.pod(name, p -> p.editSpec().withHostNetwork(true)
                .addNewVolume().withName("i").withNewImage().withReference(reference).withPullPolicy(policy).endImage().endVolume()
                .editFirstContainer().addNewVolumeMount().withName("i").withMountPath("/image").withSubPath(subPath).endVolumeMount().endContainer().endSpec(), "sleep", "1000"));
    }

    @Test
    void imageIsAVolumeThatCanOnlyBeRead() throws Exception {
        var pod = awaitPhase(withImage("reader", DockerEngine.BUSYBOX, "IfNotPresent", ""), "Running");
        assertEquals("bin\n", exec(pod, "ls -A /image"), "nothing that the engine has added");
        assertEquals("same\n", exec(pod, "cat /bin/busybox > /tmp-copy; cat /image/bin/busybox > /tmp-other; cmp /tmp-copy /tmp-other && echo same"));
        assertTrue(exec(pod, "touch /image/x").contains("Read-only file system"));
        assertTrue(exec(pod, "/image/bin/busybox true").contains("Permission denied"));
        var part = awaitPhase(withImage("part", DockerEngine.BUSYBOX, "Never", "bin"), "Running");
        assertTrue(exec(part, "ls /image").contains("busybox"));
        assertTrue(exec(part, "/image/busybox true").contains("Permission denied"));
        assertTrue(exec(part, "touch /image/x").contains("Read-only file system"));
        node.workers.onDelete(node.delete(pod));
        node.workers.onDelete(node.delete(part));
        check("nothing is left", () -> node.isClean(runtime) && !isMounted("kubelet/pods"));
    }

    @Test
    void imageThatIsNotThereIsSaidInAnEvent() {
        withImage("reader", "moka-test/none:1", "Never", "");
        check("an event says why", () -> node.events.stream().anyMatch(event -> event.contains("reader ErrImageNeverPull")));
        check("the mount fails", () -> node.events.stream().anyMatch(event -> event.contains("reader FailedMount MountVolume.SetUp failed for volume \"i\" : ErrImageNeverPull")));
    }

    @Test
    void recursiveReadOnlyHoldsForWhatIsMountedBelow() throws Exception {
        var outer = Files.createDirectories(folder.resolve("outer/inner")).getParent();
        new ProcessBuilder("mount", "-t", "tmpfs", "tmpfs", outer.resolve("inner").toString()).inheritIO().start().waitFor();
        try {
            var pod = awaitPhase(node.run(TestNode.pod("reader", p -> p.editSpec().withHostNetwork(true)
                    .addNewVolume().withName("d").withNewHostPath(outer.toString(), "Directory").endVolume()
                    .editFirstContainer().addNewVolumeMount().withName("d").withMountPath("/plain").withReadOnly(true).endVolumeMount()
                    .addNewVolumeMount().withName("d").withMountPath("/whole").withReadOnly(true).withRecursiveReadOnly("Enabled").endVolumeMount()
                    .addNewVolumeMount().withName("d").withMountPath("/possible").withReadOnly(true).withRecursiveReadOnly("IfPossible").endVolumeMount()
                    .addNewVolumeMount().withName("d").withMountPath("/writable").endVolumeMount().endContainer().endSpec(), "sleep", "1000")), "Running");
            assertEquals("", exec(pod, "touch /plain/inner/x"));
            assertTrue(exec(pod, "touch /whole/inner/y").contains("Read-only file system"));
            assertTrue(exec(pod, "touch /whole/y").contains("Read-only file system"));
            assertTrue(exec(pod, "touch /possible/inner/z").contains("Read-only file system"));
            assertEquals(Map.of("/plain", "Disabled", "/whole", "Enabled", "/possible", "Enabled", "/writable", "none"),
                    node.reports.last(pod).getContainerStatuses().getFirst().getVolumeMounts().stream()
                            .collect(Collectors.toMap(VolumeMountStatus::getMountPath, mount -> mount.getRecursiveReadOnly() == null ? "none" : mount.getRecursiveReadOnly())));
            Files.createFile(outer.resolve("inner/still-writable"));
        } finally {
            removeEverything();
            new ProcessBuilder("umount", outer.resolve("inner").toString()).inheritIO().start().waitFor();
            begin();
        }
    }

    private static void mount(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(arguments));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    /// The path lies on a shared mount, as all do on a machine with systemd. The pod's end takes none of the node's own mounts away.
    @Test
    void laterMountOfTheNodeArrivesInAContainerThatAsksForIt() throws Exception {
        var shared = Files.createDirectories(folder.resolve("shared"));
        mount("-t", "tmpfs", "tmpfs", shared.toString());
        mount("--make-shared", shared.toString());
        var disk = Files.createDirectories(shared.resolve("path/disk"));
        try {
            var pod = awaitPhase(node.run(TestNode.pod("reader", p -> p.editSpec().withHostNetwork(true)
                    .addNewVolume().withName("d").withNewHostPath(disk.getParent().toString(), "DirectoryOrCreate").endVolume()
                    .editFirstContainer().addNewVolumeMount().withName("d").withMountPath("/plain").endVolumeMount()
                    .addNewVolumeMount().withName("d").withMountPath("/slave").withMountPropagation("HostToContainer").endVolumeMount()
                    .addNewVolumeMount().withName("d").withMountPath("/part").withSubPath("disk").withMountPropagation("HostToContainer").endVolumeMount()
                    .endContainer().endSpec(), "sleep", "1000")), "Running");
            mount("-t", "tmpfs", "tmpfs", disk.toString());
            Files.createFile(disk.resolve("later"));

            assertEquals("later\n", exec(pod, "ls /slave/disk"));
            assertEquals("", exec(pod, "ls /plain/disk"));
            node.workers.onDelete(node.delete(pod));
            check("the pod is gone", () -> node.isClean(runtime) && !isMounted("kubelet/pods"));
            assertTrue(Files.exists(disk.resolve("later")), "the node's own mount is still there");
        } finally {
            removeEverything();
            new ProcessBuilder("umount", "-R", shared.toString()).inheritIO().start().waitFor();
            begin();
        }
    }
}
