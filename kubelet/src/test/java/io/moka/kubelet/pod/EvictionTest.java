package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.eviction.Evictor;
import io.moka.kubelet.eviction.Observation;
import io.moka.kubelet.eviction.PodMeasure;
import io.moka.kubelet.eviction.Signal;
import io.moka.kubelet.eviction.Thresholds;
import io.moka.kubelet.node.Pressure;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.stats.Readings;
import io.moka.machinery.time.Sleeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Evictions on a node whose disk of 1000 bytes is filled by its containers only.
class EvictionTest {

    private static final long DISK = 1_000;
    private static final Sleeper IMPATIENT = duration -> Sleeper.SYSTEM.sleep(Duration.ofMillis(10));

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Map<String, Long> taken = new ConcurrentHashMap<>();
    private final List<String> nodeEvents = new CopyOnWriteArrayList<>();
    private final List<Set<Pressure>> told = new CopyOnWriteArrayList<>();
    private TestNode node;
    private Evictor evictor;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void close() throws Exception {
        evictor.close();
        node.close();
    }

    private Map<Signal, Observation> signals() {
        long used = runtime.records().stream().mapToLong(record -> taken.getOrDefault(record.id(), 0L)).sum();
        return Map.of(Signal.NODE_DISK, new Observation(DISK - used, DISK));
    }

    private void watch(String hard, String soft, String graces) {
        var settings = new Evictor.Settings(Thresholds.parse(hard, soft, graces, ""), Duration.ZERO, 3);
        evictor = new Evictor(settings, this::signals, new PodMeasure(node.workers, new Readings(node.workers::all, InstantSource.system()), () -> false), node.workers,
                node.workers::removeDeadContainers, new Evictor.Reports(pressures -> {
                    told.add(pressures);
                    node.pressures.set(pressures);
                }, (reason, message) -> nodeEvents.add(reason + " " + message)), InstantSource.system(), IMPATIENT).start();
    }

    private Pod runTaking(String name, long bytes, int priority, String... command) {
        var pod = node.run(TestNode.pod(name, p -> p.editSpec().withPriority(priority).endSpec(), command));
        check(name + " runs", () -> node.reports.phase(pod).equals("Running"));
        take(pod, bytes);
        return pod;
    }

    private void take(Pod pod, long bytes) {
        var id = node.reports.container(pod).getContainerID().substring("docker://".length());
        taken.put(id, bytes);
        runtime.uses(id, bytes);
    }

    private List<String> evicted() {
        return node.events.stream().filter(event -> event.contains(" Evicted ")).map(event -> event.split(" ")[0]).toList();
    }

    private PodCondition disruption(Pod pod) {
        return node.reports.last(pod).getConditions().stream().filter(condition -> condition.getType().equals("DisruptionTarget")).findFirst().orElseThrow();
    }

    @Test
    void podsGoInOrderUntilEnoughIsFreeAndTheOthersStay() {
        var important = runTaking("important", 300, 1_000, "sleep");
        var critical = runTaking("critical", 100, 2_000_000_000, "sleep");
        var small = runTaking("small", 150, 0, "sleep");
        var big = runTaking("big", 400, 0, "sleep");

        watch("nodefs.available<50%", "", "");

        check("the node is well again", () -> told.equals(List.of(Set.of(Pressure.DISK), Set.of())));
        assertEquals(List.of("big", "small"), evicted());
        for (var pod : List.of(big, small)) {
            check("it has failed", () -> node.reports.phase(pod).equals("Failed"));
            var status = node.reports.last(pod);
            assertEquals("Evicted", status.getReason());
            assertTrue(status.getMessage().startsWith("The node was low on resource: ephemeral-storage. Threshold quantity: 500, available: "), status.getMessage());
            assertEquals("TerminationByKubelet", disruption(pod).getReason());
            assertEquals("True", disruption(pod).getStatus());
            assertEquals(status.getMessage(), disruption(pod).getMessage());
        }
        assertTrue(node.reports.last(big).getMessage().endsWith("available: 50. Container main was using 400, request is 0, has larger consumption of ephemeral-storage. "),
                node.reports.last(big).getMessage());
        for (var pod : List.of(important, critical)) {
            assertEquals("Running", node.reports.phase(pod));
            assertEquals(0, node.reports.container(pod).getRestartCount());
        }
        assertTrue(nodeEvents.contains("EvictionThresholdMet Attempting to reclaim ephemeral-storage"), nodeEvents::toString);
    }

    @Test
    void whatFinishedPodsLeaveGoesBeforeAnyPod() throws Exception {
        var finished = node.run(TestNode.pod("finished", p -> p.editSpec().withRestartPolicy("Never")
                .addNewVolume().withName("scratch").withNewEmptyDir().endEmptyDir().endVolume().endSpec(), "true"));
        check("it is over", () -> node.reports.phase(finished).equals("Succeeded"));
        take(finished, 600);
        check("its volume is gone", () -> Files.notExists(node.directories.emptyDir(finished.getMetadata().getUid(), "scratch")));
        var running = runTaking("running", 100, 0, "sleep");

        watch("nodefs.available<50%", "", "");

        check("the node is well again", () -> told.equals(List.of(Set.of(Pressure.DISK), Set.of())));
        assertEquals(List.of(), evicted());
        assertEquals("Running", node.reports.phase(running));
        assertEquals("Succeeded", node.reports.phase(finished));
        assertTrue(runtime.records().stream().noneMatch(record -> record.pod().name().equals("finished")), "its container is gone");
    }

    @Test
    void criticalPodsAreNotEvictedEvenIfNothingElseIsLeft() {
        var critical = runTaking("critical", 900, 2_000_000_000, "sleep");

        watch("nodefs.available<50%", "", "");

        check("it is tried again and again", () -> nodeEvents.size() > 3);
        assertEquals("Running", node.reports.phase(critical));
        assertEquals(List.of(Set.of(Pressure.DISK)), told);
    }

    @Test
    void nodeUnderPressureRefusesPods() {
        runTaking("critical", 900, 2_000_000_000, "sleep");
        watch("nodefs.available<50%", "", "");
        check("the pressure is told", () -> !told.isEmpty());

        var refused = node.run(TestNode.pod("late", "sleep"));

        check("it is refused", () -> node.reports.phase(refused).equals("Failed"));
        assertEquals("Evicted", node.reports.last(refused).getReason());
        assertEquals("Pod was rejected: The node had condition: [DiskPressure]. ", node.reports.last(refused).getMessage());
    }

    @Test
    void softThresholdLeavesTheAllowedGrace() {
        var patient = node.run(new PodBuilder(TestNode.pod("patient", "sleep", "ignore")).editSpec().withTerminationGracePeriodSeconds(600L).endSpec().build());
        check("it runs", () -> node.reports.phase(patient).equals("Running"));
        take(patient, 900);

        watch("", "nodefs.available<50%", "nodefs.available=1ms");

        check("it has failed", () -> node.reports.phase(patient).equals("Failed"));
        assertEquals(List.of("patient"), evicted());
    }

    @Test
    void podThatIsBeingDeletedEndsSooner() {
        var slow = node.run(new PodBuilder(TestNode.pod("slow", "sleep", "ignore")).editSpec().withTerminationGracePeriodSeconds(600L).endSpec().build());
        check("it runs", () -> node.reports.phase(slow).equals("Running"));
        take(slow, 900);
        node.delete(slow, 600);
        check("its end has begun", () -> runtime.stops() == 1);

        watch("nodefs.available<50%", "", "");

        check("it is gone", () -> node.reports.isFinished(slow));
    }

    @Test
    void requestForDiskProtects() {
        var asked = node.run(TestNode.pod("asked", p -> p.editSpec().editFirstContainer().withNewResources().addToRequests("ephemeral-storage", new Quantity("500"))
                .endResources().endContainer().endSpec(), "sleep"));
        check("it runs", () -> node.reports.phase(asked).equals("Running"));
        take(asked, 480);
        runTaking("unasked", 100, 100, "sleep");

        watch("nodefs.available<50%", "", "");

        check("the node is well again", () -> told.equals(List.of(Set.of(Pressure.DISK), Set.of())));
        assertEquals(List.of("unasked"), evicted());
        assertEquals("Running", node.reports.phase(asked));
    }
}
