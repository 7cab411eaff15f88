package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.eviction.Evictor;
import io.moka.kubelet.eviction.NodeSignals;
import io.moka.kubelet.eviction.PodMeasure;
import io.moka.kubelet.eviction.Thresholds;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.Pressure;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.stats.Readings;
import io.moka.machinery.time.Sleeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory pressure of real containers: a node whose pods may use 184 MiB together, of which 100 MiB shall be free.
class EvictionOnDockerTest {

    private static final long MEBIBYTE = 1L << 20;
    private static final long FOR_PODS = 184 * MEBIBYTE;
    /// Size of the program that the pods fill their memory with, again and again.
    private static final String FILL = "i=0; while [ $i -lt %d ]; do cat /bin/busybox >> /dev/shm/x; i=$((i+1)); done; exec sleep 1000";

    @TempDir
    Path folder;

    private DockerRuntime runtime;
    private TestNode node;
    private Readings readings;
    private @Nullable Evictor evictor;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        runtime = DockerEngine.connect();
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
        readings = new Readings(node.workers::all, InstantSource.system());
    }

    @AfterEach
    void removeEverything() throws Exception {
        if (evictor != null) {
            evictor.close();
        }
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        node.removeCgroups();
        runtime.close();
    }

    /// @param mebibytes that the pod keeps in use; the program has 1.9
    private Pod run(String name, int mebibytes, int priority, String request, String limit) {
        var pod = node.run(TestNode.pod(name, p -> {
            var spec = p.editSpec().withPriority(priority);
            if (request != null) {
                // a processor of a virtual machine may be slow, and a container with little of it would not begin in time
                var cpu = new Quantity("300m");
                var resources = spec.editFirstContainer().withNewResources().addToRequests("memory", new Quantity(request)).addToRequests("cpu", cpu);
                if (limit != null) {
                    resources.addToLimits("memory", new Quantity(limit)).addToLimits("cpu", cpu);
                }
                resources.endResources().endContainer();
            }
            return spec.endSpec();
        }, "sh", "-c", FILL.formatted(mebibytes / 1.89 > 1 ? Math.round(mebibytes / 1.89) : 0)));
        check(name + " runs", () -> node.reports.phase(pod).equals("Running"));
        check(name + " has filled its memory", () -> workingSet(name) >= mebibytes * MEBIBYTE * 9 / 10);
        return pod;
    }

    private long workingSet(String pod) {
        return readings.now().stream().filter(reading -> reading.pod().pod().getMetadata().getName().equals(pod)).mapToLong(reading -> reading.usage().workingSetBytes()).sum();
    }

    @Test
    void rightPodsGoInTheRightOrderAndTheNodeRecovers() throws Exception {
        var guaranteed = run("guaranteed", 20, 0, "64Mi", "64Mi");
        var important = run("important", 40, 1_000, "10Mi", null);
        var critical = run("critical", 10, 2_000_000_000, null, null);
        var second = run("second", 20, 0, null, null);
        var first = run("first", 40, 0, null, null);
        var told = new CopyOnWriteArrayList<Set<Pressure>>();

        var signals = new NodeSignals(new Machine(folder), folder, runtime::storageFolder, () -> FOR_PODS, readings);
        evictor = new Evictor(new Evictor.Settings(Thresholds.parse("memory.available<100Mi", "", "", ""), Duration.ofSeconds(1), 0), signals,
                new PodMeasure(node.workers, readings, signals::imagesAreApart), node.workers, () -> { }, new Evictor.Reports(told::add, (reason, message) -> { }),
                InstantSource.system(), duration -> Sleeper.SYSTEM.sleep(Duration.ofMillis(100))).start();

        check("the node is well again", () -> told.equals(List.of(Set.of(Pressure.MEMORY), Set.of())));
        var evicted = new ArrayList<>(node.events.stream().filter(event -> event.contains(" Evicted ")).map(event -> event.split(" ")[0]).toList());
        assertEquals(List.of("first", "second"), evicted, node.events::toString);
        for (var pod : List.of(first, second)) {
            var status = node.reports.last(pod);
            assertEquals("Failed", status.getPhase());
            assertEquals("Evicted", status.getReason());
            assertTrue(status.getMessage().matches("The node was low on resource: memory\\. Threshold quantity: 100Mi, available: [0-9]+[KM]i\\. "
                    + "Container main was using [0-9]+[KM]i, request is 0, has larger consumption of memory\\. "), status.getMessage());
        }
        for (var pod : List.of(guaranteed, important, critical)) {
            assertEquals("Running", node.reports.phase(pod));
            assertEquals(0, node.reports.container(pod).getRestartCount());
        }
    }
}
