package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.moka.kubelet.cgroup.CgroupDirectories;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.runtime.LogRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole pods on a real engine, in a network that the containernetworking plugins make.
class PodOnDockerTest {

    private static final int SIGUSR1 = 10;
    private static final int LINES = 8_000;
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
                  {"type": "firewall", "backend": "iptables"},
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
        node.removeCgroups();
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

        var measurements = node.measurements(new Machine(folder));
        check("the traffic is counted", () -> measurements.cadvisor().text().lines().anyMatch(line -> line.matches(
                "container_network_receive_bytes_total\\{container=\"\",id=\"/.*,namespace=\"default\",pod=\"client\",interface=\"eth0\"} [1-9].*")));
        assertTrue(measurements.summary().path("pods").findValues("network").stream().anyMatch(network -> network.path("rxBytes").asLong() > 0));
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

    /// The main container does not mount the volume.
    @Test
    void anInitContainerWritesTheVariablesOfTheNext() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", p -> p.editSpec()
                .addNewVolume().withName("v").withNewEmptyDir().endEmptyDir().endVolume()
                .addNewInitContainer().withName("first").withImage(DockerEngine.BUSYBOX).withCommand("sh", "-c", "echo \"COLOUR='light green'\" > /v/f.env")
                .addNewVolumeMount().withName("v").withMountPath("/v").endVolumeMount().endInitContainer()
                .editFirstContainer().addNewEnv().withName("COLOUR").withNewValueFrom()
                .withNewFileKeyRef().withVolumeName("v").withPath("f.env").withKey("COLOUR").endFileKeyRef().endValueFrom().endEnv()
                .endContainer().endSpec(), "sleep", "1000")));
        var environment = exec(pod, "env");
        assertTrue(environment.contains("COLOUR=light green\n"), environment);
    }

    @Test
    void containersAreConfinedAndBounded() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", "sleep", "1000")));
        var free = awaitRunning(node.run(TestNode.pod("free", p -> p.editSpec().withNewSecurityContext().withNewSeccompProfile(null, "Unconfined").withNewAppArmorProfile(null, "Unconfined")
                .withNewSeLinuxOptions("s0:c1,c2", null, "container_t", null).endSecurityContext().endSpec(), "sleep", "1000")));

        assertTrue(exec(pod, "cat", "/proc/1/status").contains("Seccomp:\t2"), "filtered");
        assertTrue(exec(free, "cat", "/proc/1/status").contains("Seccomp:\t0"), "not filtered");
        assertTrue(inspect(free).contains("\"SecurityOpt\":[\"seccomp=unconfined\",\"apparmor=unconfined\",\"label=type:container_t\",\"label=level:s0:c1,c2\"]"), inspect(free));
        var inspected = inspect(pod);
        assertFalse(inspected.contains("apparmor") || inspected.contains("label="), inspected);
        assertTrue(inspected.contains("\"PidsLimit\":4096"), inspected);
        assertTrue(inspected.contains("\"max-size\":\"10485760\""), inspected);
        assertTrue(inspected.contains("\"max-file\":\"5\""), inspected);
    }

    private String inspect(Pod pod) throws Exception {
        var docker = new ProcessBuilder("docker", "-H", DockerEngine.host(), "inspect", "--format", "{{json .HostConfig}}", node.reports.container(pod).getContainerID().substring("docker://".length()))
                .redirectErrorStream(true).start();
        return new String(docker.getInputStream().readAllBytes());
    }

    /// More than two log files' worth, while a client follows.
    @Test
    void logIsFollowedAcrossRotation() throws Exception {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "sh", "-c",
                "l=$(echo 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789); l=$l$l$l$l$l; l=$l$l$l$l; "
                + "i=0; while [ $i -lt " + LINES + " ]; do echo $i $l; i=$((i+1)); [ $((i % 100)) -ne 0 ] || sleep 0.03; done; i=0; while [ $i -lt 10 ]; do echo end; sleep 0.5; i=$((i+1)); done"));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        var id = node.reports.container(pod).getContainerID().substring("docker://".length());
        var numbers = new BitSet();
        var line = new ByteArrayOutputStream();

        runtime.logs(id, new LogRequest(true, false, null, null, true, true), (stream, bytes) -> {
            for (byte b : bytes) {
                if (b == '\n') {
                    var word = line.toString().split(" ", 2)[0];
                    numbers.set(word.equals("end") ? LINES : Integer.parseInt(word));
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        });

        // Docker 20.10 may repeat or leave out lines for a reader that lags while it rotates, and give up on one that lags far, for which the writer makes its
        // pauses; lines that are written after that arrive.
        assertTrue(numbers.get(LINES), "the last line, written to the second file, was not followed");
        assertTrue(logFiles(id) > 1 && logFiles(id) <= 5, "log files");
    }

    private static long logFiles(String id) throws Exception {
        var inspect = new ProcessBuilder("docker", "-H", DockerEngine.host(), "inspect", "-f", "{{.LogPath}}", id).start();
        var log = Path.of(new String(inspect.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        try (var files = Files.list(log.getParent())) {
            return files.filter(file -> file.getFileName().toString().contains("-json.log")).count();
        }
    }

    @Test
    void podThatWritesMoreThanItMayIsEvicted() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewResources().addToLimits("ephemeral-storage", new Quantity("1Mi")).endResources()
                .endContainer().endSpec(), "sh", "-c", "l=0123456789012345678901234567890123456789012345678901234567890123456789; l=$l$l$l$l; "
                + "i=0; while [ $i -lt 8000 ]; do echo $l; i=$((i+1)); done > /file; sleep 1000"));

        check("it is evicted", () -> {
            node.workers.evictExcessive();
            return node.reports.phase(pod).equals("Failed");
        });
        assertEquals("Evicted", node.reports.last(pod).getReason());
        assertEquals("Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ", node.reports.last(pod).getMessage());
    }

    @Test
    void mountOfASubPathLivesAsLongAsItsContainer() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("v").withNewEmptyDir().endEmptyDir().endVolume()
                .editFirstContainer().addNewVolumeMount().withName("v").withMountPath("/all").endVolumeMount()
                .addNewVolumeMount().withName("v").withMountPath("/part").withSubPath("a/b").endVolumeMount().endContainer().endSpec(), "sleep", "1000")));
        exec(pod, "touch", "/part/file");
        assertEquals("file\n", exec(pod, "ls", "/all/a/b"));
        assertTrue(mounts().contains("pinned/main/0/1"), mounts());
        var id = node.reports.container(pod).getContainerID().substring("docker://".length());

        node.close();
        runtime.close();
        begin();
        node.run(pod);
        awaitRunning(pod);
        runtime.stop(id, Duration.ZERO);

        check("it is restarted", () -> node.reports.container(pod).getRestartCount() == 1 && node.reports.phase(pod).equals("Running"));
        assertEquals("file\n", exec(pod, "ls", "/part"));
        assertTrue(mounts().contains("pinned/main/1/1") && !mounts().contains("pinned/main/0/1"), mounts());

        node.delete(pod);
        check("nothing is left", () -> node.isClean(runtime));
        assertFalse(mounts().contains(folder.toString()), mounts());
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/self/mountinfo"));
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
    void containerIsAskedToEndByItsOwnSignal() throws Exception {
        var pod = awaitRunning(node.run(TestNode.pod("web", p -> p.editSpec().withHostNetwork(true).editFirstContainer().withNewLifecycle().withStopSignal("SIGUSR1").endLifecycle()
                .endContainer().endSpec(), "sh", "-c", "trap 'exit 5' USR1; while :; do sleep 0.1; done")));
        check("it listens to the signal", () -> (caughtSignals(pod) & 1 << SIGUSR1 - 1) != 0);
        node.delete(pod);
        check("the object may go", () -> node.reports.isFinished(pod));
        assertEquals(5, node.reports.lastWord(pod).getContainerStatuses().getFirst().getState().getTerminated().getExitCode());
    }

    /// The bits of the signals that the container's first program has handlers for.
    private long caughtSignals(Pod pod) {
        try {
            return exec(pod, "cat", "/proc/1/status").lines().filter(line -> line.startsWith("SigCgt:")).mapToLong(line -> Long.parseLong(line.substring(7).strip(), 16)).findFirst().orElse(0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
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

    @Test
    void processesAreLimitedForAllContainersOfThePodTogether() throws Exception {
        var bomb = "sh -c 'for i in $(seq 40); do sleep 1000 & done'; exec sleep 1000";
        var pod = awaitRunning(node.run(TestNode.pod("bomb", p -> p.editSpec().withHostNetwork(true)
                .addToContainers(TestNode.container("second", "sh", "-c", bomb)).endSpec(), "sh", "-c", bomb)));
        var group = groupOf(pod);
        // the shell that is refused a process ends itself
        check("the pod is full", () -> read(group.resolve("pids.current")) >= TestNode.PIDS - 2);
        assertEquals(TestNode.PIDS, read(group.resolve("pids.max")));

        node.delete(pod);
        check("the pod is gone", () -> node.isClean(runtime));
        check("the group goes with the pod", () -> {
            node.services.cgroups().removeOthers(uid -> false);
            return !Files.exists(group);
        });
    }

    @Test
    void aPodIsLimitedToWhatItsContainersMayUse() throws Exception {
        var resources = new ResourceRequirementsBuilder().addToRequests("cpu", new Quantity("100m")).addToLimits("cpu", new Quantity("200m"))
                .addToLimits("memory", new Quantity("32Mi")).build();
        var pod = awaitRunning(node.run(TestNode.pod("small", p -> p.editSpec().withHostNetwork(true).editFirstContainer().withResources(resources).endContainer()
                .addToContainers(new ContainerBuilder(TestNode.container("second", "sleep", "1000")).withResources(resources).build()).endSpec(), "sleep", "1000")));
        var group = CgroupDirectories.of(pid(pod)).parent();
        var memory = Objects.requireNonNull(group.of("memory")).resolve(group.isVersion2() ? "memory.max" : "memory.limit_in_bytes");
        assertEquals(64L << 20, read(memory));
        var quota = Objects.requireNonNull(group.of("cpu")).resolve(group.isVersion2() ? "cpu.max" : "cpu.cfs_quota_us");
        assertEquals(40_000, read(quota));

        var more = new ResourceRequirementsBuilder(resources).addToLimits("cpu", new Quantity("500m")).build();
        node.workers.onUpdate(pod, new PodBuilder(pod).editMetadata().withGeneration(2L).endMetadata().editSpec().editFirstContainer().withResources(more).endContainer().endSpec().build());
        check("the pod has more CPU time", () -> read(quota) == 70_000);
        check("its container has, too", () -> Objects.requireNonNull(runtime.inspect(node.reports.container(pod).getContainerID().substring("docker://".length()))).limits().cpuQuotaMicros() == 50_000);
    }

    private int pid(Pod pod) {
        var id = node.reports.container(pod).getContainerID().substring("docker://".length());
        return ((ContainerState.Running) Objects.requireNonNull(runtime.inspect(id)).state()).pid();
    }

    /// The pod's directory of the controller that counts processes.
    private Path groupOf(Pod pod) throws Exception {
        return Objects.requireNonNull(CgroupDirectories.of(pid(pod)).parent().of("pids"));
    }

    private static long read(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip().split(" ")[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
