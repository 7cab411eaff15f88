package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.ContainerSpec.Limits;
import io.moka.kubelet.runtime.FakeRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Resizing of pods on a node with 2 CPUs and 4 GiB.
class PodResizeTest {

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

    private static Pod sized(Pod pod, String cpu, String memory) {
        var amounts = Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory));
        return new PodBuilder(pod).editSpec().editFirstContainer().withResources(new ResourceRequirementsBuilder().withRequests(amounts).withLimits(amounts).build()).endContainer().endSpec().build();
    }

    private Pod running(String name, String cpu, String memory, ContainerResizePolicy... policies) {
        var pod = node.run(sized(TestNode.pod(name, p -> p.editSpec().editFirstContainer().withResizePolicy(policies).endContainer().endSpec(), "sleep"), cpu, memory));
        check("it runs", () -> node.reports.phase(pod).equals("Running"));
        return pod;
    }

    private Pod resize(Pod pod, String cpu, String memory) {
        var changed = sized(pod, cpu, memory);
        node.workers.onUpdate(pod, changed);
        return changed;
    }

    private Limits limits(Pod pod) {
        return runtime.records().stream().filter(record -> record.pod().uid().equals(pod.getMetadata().getUid()) && record.isRunning() && !record.isSandbox()).findFirst().orElseThrow().limits();
    }

    @Test
    void runningContainerGetsWhatItWants() {
        var pod = running("web", "500m", "64Mi");
        assertEquals(new Quantity("500m"), node.reports.container(pod).getResources().getLimits().get("cpu"));
        resize(pod, "1", "128Mi");
        check("it has more", () -> limits(pod).equals(new Limits(1024, 100_000, 128 << 20)));
        check("and says so", () -> node.reports.container(pod).getResources().getLimits().get("cpu").equals(new Quantity("1"))
                && node.reports.container(pod).getAllocatedResources().get("memory").equals(new Quantity("128Mi")));
        assertEquals(0, node.reports.container(pod).getRestartCount());
    }

    @Test
    void whatTheNodeHasNotIsInfeasible() {
        var pod = running("web", "500m", "64Mi");
        resize(pod, "3", "64Mi");
        check("it is told", () -> node.reports.last(pod).getConditions().stream().anyMatch(condition -> condition.getType().equals("PodResizePending")
                && condition.getReason().equals("Infeasible") && condition.getMessage().equals("Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000")));
        assertEquals(new Limits(512, 50_000, 64 << 20), limits(pod));
        assertEquals(new Quantity("500m"), node.reports.container(pod).getResources() == null ? new Quantity("500m") : node.reports.container(pod).getResources().getLimits().get("cpu"));
    }

    @Test
    void whatOthersHaveIsWaitedFor() {
        var pod = running("web", "500m", "64Mi");
        var other = running("other", "1", "64Mi");
        var changed = resize(pod, "1500m", "64Mi");
        check("it waits", () -> node.reports.last(pod).getConditions().stream().anyMatch(condition -> condition.getType().equals("PodResizePending") && condition.getReason().equals("Deferred")));
        node.delete(other);
        check("then it has it", () -> limits(changed).cpuQuotaMicros() == 150_000);
        check("and waits no more", () -> node.reports.last(pod).getConditions().stream().noneMatch(condition -> condition.getType().equals("PodResizePending")));
    }

    @Test
    void containerIsStartedAnewWhereItAsksForThat() {
        var pod = running("web", "500m", "64Mi", new ContainerResizePolicy("memory", "RestartContainer"));
        var changed = resize(pod, "1", "64Mi");
        check("cpu changes in place", () -> limits(pod).cpuQuotaMicros() == 100_000);
        assertEquals(0, node.reports.container(pod).getRestartCount());
        resize(changed, "1", "128Mi");
        check("memory changes by a restart", () -> node.reports.container(pod).getRestartCount() == 1 && node.reports.container(pod).getState().getRunning() != null
                && limits(pod).memoryBytes() == 128 << 20);
    }

    @Test
    void refusalOfTheEngineIsTold() {
        var pod = running("web", "500m", "64Mi");
        resize(pod, "500m", "1Ki");
        check("it is told", () -> node.reports.last(pod).getConditions().stream().anyMatch(condition -> condition.getType().equals("PodResizeInProgress")
                && "Error".equals(condition.getReason()) && condition.getMessage().contains("Minimum memory limit")));
        assertEquals(List.of(), node.reports.last(pod).getConditions().stream().filter(condition -> condition.getType().equals("PodResizePending")).toList());
    }
}
