package io.moka.kubelet.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.CgroupTree;
import io.moka.kubelet.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The limits of pods in the kernel's own files, of whichever version the machine has, without a container engine: a process of the test stands for a sandbox.
class PodCgroupsTest {

    private static final Map<String, Quantity> ALLOCATABLE = Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi"));

    private final String cluster = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final PodCgroups cgroups = new PodCgroups(cluster, 77, () -> ALLOCATABLE);
    private Process sandbox;

    @AfterEach
    void remove() throws Exception {
        sandbox.destroyForcibly().waitFor();
        Eventually.check("the pod's group is gone", () -> {
            cgroups.removeAll();
            return cgroups.removeAll();
        });
    }

    private static Pod pod(String cpu, String memory) {
        var limits = Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory));
        return new PodBuilder().withNewMetadata().withName("p").withNamespace("n").withUid("1-2").endMetadata()
                .withNewSpec().addNewContainer().withName("main").withNewResources().withRequests(limits).withLimits(limits).endResources().endContainer().endSpec().build();
    }

    /// Starts a process in a child of the pod's group, as the engine does.
    private void startSandbox(Pod pod) throws IOException {
        var made = Path.of("");
        for (var part : Path.of(cgroups.nameOf(pod).path().substring(1)).resolve("sandbox")) {
            made = made.resolve(part);
            if (!exists(made.toString())) {
                CgroupTree.create(made.toString());
            }
        }
        sandbox = new ProcessBuilder("sh", "-c", CgroupTree.entering(made.toString()) + "exec sleep 100000").start();
        var group = made.toString();
        Eventually.check("it has moved", () -> {
            try {
                return Files.readString(Path.of("/proc/" + sandbox.pid() + "/cgroup")).lines().anyMatch(line -> line.endsWith("/" + group));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static boolean exists(String group) throws IOException {
        return CgroupTree.hierarchies().stream().allMatch(hierarchy -> Files.exists(hierarchy.resolve(group)));
    }

    /// Returns the content of a file of the pod's group; the name depends on the version.
    private String file(Pod pod, String controller, String version1, String version2) throws IOException {
        var hierarchy = CgroupTree.isVersion2() ? CgroupTree.ROOT : CgroupTree.ROOT.resolve(controller);
        return Files.readString(Path.of(hierarchy + cgroups.nameOf(pod).path()).resolve(CgroupTree.isVersion2() ? version2 : version1)).strip();
    }

    private void assertLimits(Pod pod, long cpuMillis, long memoryMebibytes) throws IOException {
        assertEquals("77", file(pod, "pids", "pids.max", "pids.max"));
        assertEquals(Long.toString(memoryMebibytes << 20), file(pod, "memory", "memory.limit_in_bytes", "memory.max"));
        long quota = cpuMillis * 100;
        assertEquals(CgroupTree.isVersion2() ? quota + " 100000" : Long.toString(quota), file(pod, "cpu", "cpu.cfs_quota_us", "cpu.max"));
    }

    @Test
    void aPodsGroupHasItsLimitsAndFollowsWhenTheyChange() throws Exception {
        var small = pod("100m", "64Mi");
        startSandbox(small);
        cgroups.limit(small, (int) sandbox.pid());
        assertLimits(small, 100, 64);

        var large = pod("300m", "128Mi");
        cgroups.raise(large, (int) sandbox.pid());
        assertLimits(large, 300, 128);

        var mixed = pod("200m", "256Mi");
        cgroups.raise(mixed, (int) sandbox.pid());
        assertLimits(mixed, 300, 256);
        cgroups.limit(mixed, (int) sandbox.pid());
        assertLimits(mixed, 200, 256);
    }

    @Test
    void aGroupWithoutProcessesIsRemovedAndOneInUseIsNot() throws Exception {
        var pod = pod("100m", "64Mi");
        startSandbox(pod);
        var directory = Path.of((CgroupTree.isVersion2() ? CgroupTree.ROOT : CgroupTree.ROOT.resolve("memory")) + cgroups.nameOf(pod).path());
        cgroups.removeOthers(uid -> false);
        assertTrue(Files.exists(directory), "a process is in it");
        sandbox.destroyForcibly().waitFor();
        Eventually.check("it is gone", () -> {
            cgroups.removeOthers(uid -> false);
            return Files.notExists(directory);
        });
    }
}
