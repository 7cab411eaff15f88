package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.runtime.LogRequest;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole pods on a real engine, in a network that the containernetworking plugins make.
class PodOnDockerTest {

    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    @TempDir
    Path folder;

    private final String cluster = "test-" + UUID.randomUUID();
    private final String bridge = "mt" + cluster.substring(5, 13);
    private DockerRuntime runtime;
    private TestNode node;

    @BeforeEach
    void open() throws Exception {
        if (!Files.isExecutable(PLUGINS.resolve("bridge"))) {
            throw new IllegalStateException("these tests need CNI plugins in " + PLUGINS + ": apt-get install containernetworking-plugins");
        }
        Files.createDirectories(folder.resolve("conf"));
        Files.writeString(folder.resolve("conf/10-test.conflist"), """
                {"cniVersion": "1.0.0", "name": "%1$s", "plugins": [
                  {"type": "bridge", "bridge": "%1$s", "isGateway": true, "hairpinMode": true,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.249.7.0/24"}]], "dataDir": "%2$s/ipam"}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}
                """.formatted(bridge, folder));
        begin();
    }

    private void begin() throws Exception {
        runtime = DockerEngine.connect(cluster);
        node = new TestNode(runtime, folder.resolve("kubelet"), folder.resolve("conf"), PLUGINS);
    }

    @AfterEach
    void removeEverything() throws Exception {
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        for (var uid : node.directories.uids()) {
            node.directories.remove(uid);
        }
        runtime.close();
        new ProcessBuilder("ip", "link", "delete", bridge).start().waitFor();
    }

    private Pod awaitRunning(Pod pod) {
        check(pod.getMetadata().getName() + " runs", () -> node.reports.phase(pod).equals("Running"));
        return pod;
    }

    private String exec(Pod pod, String... command) throws Exception {
        var id = node.reports.container(pod).getContainerID().substring("docker://".length());
        return runtime.exec(id, List.of(command), Duration.ofSeconds(10)).output();
    }

    private String log(Pod pod) throws InterruptedException {
        var output = new ByteArrayOutputStream();
        runtime.logs(node.reports.container(pod).getContainerID().substring("docker://".length()), LogRequest.tail(100), (stream, bytes) -> output.writeBytes(bytes));
        return output.toString();
    }

    @Test
    void podsReachEachOtherByTheirAddresses() throws Exception {
        var server = awaitRunning(node.run(TestNode.pod("server", "sh", "-c", "mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www")));
        var client = awaitRunning(node.run(TestNode.pod("client", "sleep", "1000")));

        check("the server answers", () -> {
            try {
                return exec(client, "wget", "-qO-", "http://" + node.reports.last(server).getPodIP() + "/").equals("hello\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertNotEquals(node.reports.last(server).getPodIP(), node.reports.last(client).getPodIP());
    }

    @Test
    void environmentFilesAndLimitsArriveInTheContainer() throws Exception {
        node.objects.configMap("settings", Map.of("colour", "green")).secret("password", "p", "s3cret");
        var pod = awaitRunning(node.run(TestNode.pod("web", p -> p.editMetadata().addToLabels("app", "web").endMetadata().editSpec()
                .withSubdomain("sub").addNewHostAlias().withIp("10.9.9.9").withHostnames("other").endHostAlias()
                .addNewVolume().withName("c").withNewConfigMap().withName("settings").endConfigMap().endVolume()
                .addNewVolume().withName("s").withNewSecret().withSecretName("password").withDefaultMode(0400).endSecret().endVolume()
                .addNewVolume().withName("m").withNewEmptyDir().withMedium("Memory").endEmptyDir().endVolume()
                .editFirstContainer()
                .addNewEnv().withName("COLOUR").withNewValueFrom().withNewConfigMapKeyRef("colour", "settings", false).endValueFrom().endEnv()
                .addNewEnv().withName("IP").withNewValueFrom().withNewFieldRef("v1", "status.podIP").endValueFrom().endEnv()
                .addNewEnv().withName("BOTH").withValue("$(COLOUR)-$(NONE)-$$(COLOUR)").endEnv()
                .addNewVolumeMount().withName("c").withMountPath("/c").endVolumeMount()
                .addNewVolumeMount().withName("c").withMountPath("/one/colour").withSubPath("colour").endVolumeMount()
                .addNewVolumeMount().withName("s").withMountPath("/s").endVolumeMount()
                .addNewVolumeMount().withName("m").withMountPath("/m").endVolumeMount()
                .endContainer().endSpec(), "sleep", "1000")));

        var environment = exec(pod, "env");
        assertTrue(environment.contains("COLOUR=green\n"), environment);
        assertTrue(environment.contains("IP=" + node.reports.last(pod).getPodIP() + "\n"), environment);
        assertTrue(environment.contains("BOTH=green-$(NONE)-$(COLOUR)\n"), environment);
        assertEquals("greengreens3cret", exec(pod, "cat", "/c/colour", "/one/colour", "/s/p"));
        assertTrue(exec(pod, "cat", "/proc/mounts").contains("tmpfs /m tmpfs"));
        assertTrue(exec(pod, "touch", "/c/other").contains("Read-only file system"));
        assertTrue(exec(pod, "touch", "/s/other").contains("Read-only file system"));
        assertTrue(exec(pod, "cat", "/etc/hosts").contains(node.reports.last(pod).getPodIP() + "\tweb.sub.default.svc.cluster.local\tweb\n"));
        assertTrue(exec(pod, "cat", "/etc/hosts").contains("10.9.9.9\tother\n"));
        assertTrue(exec(pod, "cat", "/etc/resolv.conf").startsWith("search default.svc.cluster.local svc.cluster.local cluster.local"));
        assertEquals("web\n", exec(pod, "hostname"));
    }

    @Test
    void lastWordsAreReported() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sh", "-c", "echo sorry > /dev/termination-log; exit 3"));

        check("it has failed", () -> node.reports.phase(pod).equals("Failed"));

        var end = node.reports.container(pod).getState().getTerminated();
        assertEquals(3, end.getExitCode());
        assertEquals("sorry\n", end.getMessage());
    }

    @Test
    void containerThatUsesTooMuchMemoryIsKilledForIt() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").editFirstContainer().withNewResources()
                .addToLimits("memory", new Quantity("20Mi")).endResources().endContainer().endSpec(),
                "sh", "-c", "x=a; while true; do x=$x$x; done"));

        check("it has failed", () -> node.reports.phase(pod).equals("Failed"));
        assertEquals("OOMKilled", node.reports.container(pod).getState().getTerminated().getReason());
    }

    @Test
    void userAndGroupsAreThePods() throws Exception {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").withNewSecurityContext().withRunAsUser(1000L).withRunAsGroup(1001L)
                .withFsGroup(2000L).withSupplementalGroups(3000L).endSecurityContext().endSpec(), "id"));
        check("it has succeeded", () -> node.reports.phase(pod).equals("Succeeded"));

        assertEquals("uid=1000 gid=1001 groups=1001,2000,3000\n", log(pod));
    }

    @Test
    void containersWithoutTheirSandboxGetAnother() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", "sleep", "1000")));
        var sandbox = runtime.list().stream().map(c -> runtime.inspect(c.id())).filter(c -> c.isSandbox()).findFirst().orElseThrow();

        runtime.stop(sandbox.id(), Duration.ZERO);

        check("it is restarted", () -> node.reports.container(pod).getRestartCount() == 1 && node.reports.condition(pod, "Ready").equals("True"));
        assertEquals(2, runtime.list().stream().filter(c -> c.running()).count());
    }

    @Test
    void deletedPodLeavesNothing() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("m").withNewEmptyDir().withMedium("Memory").endEmptyDir().endVolume()
                .editFirstContainer().addNewVolumeMount().withName("m").withMountPath("/m").endVolumeMount().endContainer().endSpec(),
                "sh", "-c", "trap '' TERM; while true; do sleep 1; done")));

        node.delete(pod);

        check("the object may go", () -> node.reports.isFinished(pod));
        assertEquals(137, node.reports.lastWord(pod).getContainerStatuses().getFirst().getState().getTerminated().getExitCode());
        check("nothing is left", () -> node.isClean(runtime));
        try (var addresses = Files.list(folder.resolve("ipam").resolve(bridge))) {
            assertEquals(0, addresses.filter(file -> file.getFileName().toString().startsWith("10.")).count());
        }
    }

    @Test
    void restartedKubeletAdoptsWhatRunsAndRemovesWhatIsOrphaned() throws Exception {
        var kept = awaitRunning(node.run(TestNode.pod("kept", "sleep", "1000")));
        awaitRunning(node.run(TestNode.pod("orphan", "sleep", "1000")));
        var id = node.reports.container(kept).getContainerID();
        node.close();
        runtime.close();

        begin();
        node.run(kept);
        awaitRunning(kept);

        assertEquals(id, node.reports.container(kept).getContainerID());
        assertEquals(0, node.reports.container(kept).getRestartCount());
        check("the orphan is gone", () -> runtime.list().size() == 2);
    }
}
