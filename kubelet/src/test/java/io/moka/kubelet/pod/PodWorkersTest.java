package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.FakeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodWorkersTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private ScriptedPlugins plugins;
    private TestNode node;

    @BeforeEach
    void open() throws Exception {
        plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = restart();
    }

    private TestNode restart() throws Exception {
        return new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        Leftovers.delete(folder.resolve("cni"));
        Leftovers.delete(folder.resolve("kubelet"));
    }

    private ContainerRecord record(Pod pod, String name) {
        return runtime.records().stream().filter(r -> r.pod().uid().equals(pod.getMetadata().getUid()) && r.name().equals(name))
                .max((a, b) -> a.attempt() - b.attempt()).orElse(null);
    }

    private void awaitRunning(Pod pod) {
        check(pod.getMetadata().getName() + " runs", () -> node.reports.phase(pod).equals("Running"));
    }

    @Test
    void podRunsAndOneReportSaysSo() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);

        assertEquals(1, node.reports.all(pod).size());
        var status = node.reports.last(pod);
        assertEquals("10.1.0.1", status.getPodIP());
        assertEquals("True", node.reports.condition(pod, "Ready"));
        assertEquals("True", node.reports.condition(pod, "PodReadyToStartContainers"));
        assertEquals("BestEffort", status.getQosClass());
        assertTrue(node.reports.container(pod).getReady());
        assertTrue(node.reports.container(pod).getContainerID().startsWith("docker://"));
        assertTrue(node.events.containsAll(List.of("web Created Created container: main", "web Started Started container main")), node.events.toString());
    }

    @Test
    void deletedPodLeavesNothing() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);

        node.delete(pod);

        check("the object may go", () -> node.reports.isFinished(pod));
        check("nothing is left", () -> node.isClean(runtime));
        assertEquals("Failed", node.reports.lastWord(pod).getPhase());
        assertTrue(node.events.contains("web Killing Stopping container main"));
    }

    @Test
    void podWhoseObjectIsGoneIsRemovedWithoutAReport() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);

        node.workers.onDelete(pod);

        check("nothing is left", () -> node.isClean(runtime));
        assertFalse(node.reports.isFinished(pod));
    }

    @Test
    void containersAreAdoptedByAKubeletThatStartsAnew() throws Exception {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);
        var before = runtime.records().stream().map(ContainerRecord::id).toList();
        node.close();

        node = restart();
        node.run(new PodBuilder(pod).withNewStatus().withStartTime("2026-01-01T00:00:00Z").endStatus().build());
        awaitRunning(pod);

        assertEquals(before, runtime.records().stream().map(ContainerRecord::id).toList());
        assertEquals("10.1.0.1", node.reports.last(pod).getPodIP());
        assertEquals("2026-01-01T00:00:00Z", node.reports.last(pod).getStartTime());
    }

    @Test
    void whatNoPodOwnsIsRemovedByAKubeletThatStartsAnew() throws Exception {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);
        node.close();

        node = restart();
        node.allPodsAreKnown();

        check("nothing is left", () -> node.isClean(runtime));
        assertEquals("first DEL", plugins.calls().getLast().substring(0, 9));
    }

    @Test
    void podWhoseContainersHaveVanishedRunsAgainUnlessItIsNeverRestarted() throws Exception {
        for (var policy : List.of("Always", "Never")) {
            var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy(policy).endSpec(), "sleep"));
            awaitRunning(pod);
            var known = new PodBuilder(pod).withStatus(node.reports.last(pod)).build();
            node.close();
            runtime.list().forEach(container -> runtime.remove(container.id()));
            node = restart();

            node.run(known);

            if (policy.equals("Always")) {
                check("it runs again", () -> Integer.valueOf(1).equals(node.reports.container(pod).getRestartCount())
                        && node.reports.condition(pod, "Ready").equals("True"));
            } else {
                check("it has failed", () -> node.reports.phase(pod).equals("Failed"));
                assertEquals("ContainerStatusUnknown", node.reports.container(pod).getState().getTerminated().getReason());
            }
        }
    }

    @Test
    void containerThatEndsIsRestartedOnceAndThenHeldBack() {
        var pod = node.run(TestNode.pod("web", "exit", "7"));

        check("it is held back", () -> node.reports.waitingReason(pod).equals("CrashLoopBackOff"));
        check("its restart is counted", () -> node.reports.container(pod).getRestartCount() == 1);

        var status = node.reports.container(pod);
        assertEquals(7, status.getLastState().getTerminated().getExitCode());
        assertEquals("Error", status.getLastState().getTerminated().getReason());
        assertTrue(status.getState().getWaiting().getMessage().startsWith("back-off 10s restarting failed container=main pod=web_default("), status.toString());
        assertEquals("Running", node.reports.phase(pod));
        check("an event tells", () -> node.events.stream().anyMatch(event -> event.startsWith("web BackOff Back-off restarting failed container main")));
    }

    @Test
    void restartPolicyDecidesThePhase() {
        record Case(String policy, String command, String phase) {
        }
        for (var one : List.of(new Case("Never", "true", "Succeeded"), new Case("Never", "false", "Failed"), new Case("OnFailure", "true", "Succeeded"))) {
            var pod = node.run(TestNode.pod("p", p -> p.editSpec().withRestartPolicy(one.policy).endSpec(), one.command));

            check(one.toString(), () -> node.reports.phase(pod).equals(one.phase));
            check("its sandbox is given back", () -> record(pod, "") == null);
            assertEquals(0, record(pod, "main").attempt());
        }
    }

    @Test
    void initContainersRunInOrderBeforeTheOthers() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec()
                .withInitContainers(TestNode.container("one", "sleep"), TestNode.container("two", "true")).endSpec(), "sleep"));
        check("the first runs", () -> record(pod, "one") != null && record(pod, "one").isRunning());
        assertEquals(null, record(pod, "two"));
        assertEquals(null, record(pod, "main"));

        runtime.end(record(pod, "one").id(), 0);
        awaitRunning(pod);

        assertEquals("True", node.reports.condition(pod, "Initialized"));
        assertTrue(node.reports.last(pod).getInitContainerStatuses().stream().allMatch(status -> status.getReady()));
    }

    @Test
    void failedInitContainerFailsAPodThatIsNeverRestarted() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withRestartPolicy("Never")
                .withInitContainers(TestNode.container("one", "false")).endSpec(), "sleep"));

        check("the pod has failed", () -> node.reports.phase(pod).equals("Failed"));
        assertEquals(null, record(pod, "main"));
    }

    @Test
    void sidecarOutlivesInitContainersAndEndsAfterTheOthers() {
        var sidecar = new ContainerBuilder(TestNode.container("side", "sleep")).withRestartPolicy("Always").build();
        var pod = node.run(TestNode.pod("job", p -> p.editSpec().withRestartPolicy("Never").withInitContainers(sidecar).endSpec(), "sleep"));
        awaitRunning(pod);
        assertTrue(record(pod, "side").isRunning());

        runtime.end(record(pod, "main").id(), 0);

        check("the pod has succeeded", () -> node.reports.phase(pod).equals("Succeeded"));
        assertFalse(record(pod, "side").isRunning());
    }

    @Test
    void deadSandboxIsReplacedAndContainersWithIt() {
        var pod = node.run(TestNode.pod("web", "sleep"));
        awaitRunning(pod);
        var oldSandbox = record(pod, "").id();

        runtime.end(oldSandbox, 137);

        check("there is another sandbox", () -> record(pod, "") != null && !record(pod, "").id().equals(oldSandbox) && record(pod, "main").isRunning()
                && record(pod, "main").attempt() == 1);
        check("the pod has its new address", () -> "10.1.0.3".equals(node.reports.last(pod).getPodIP()));
        assertTrue(node.events.contains("web SandboxChanged Pod sandbox changed, it will be killed and re-created."));
    }

    @Test
    void missingConfigMapIsWaitedFor() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().addNewEnv().withName("X").withNewValueFrom()
                .withNewConfigMapKeyRef("x", "settings", false).endValueFrom().endEnv().endContainer().endSpec(), "sleep"));
        check("it says what it waits for", () -> node.reports.waitingReason(pod).equals("CreateContainerConfigError"));
        assertEquals("configmap \"settings\" not found", node.reports.container(pod).getState().getWaiting().getMessage());

        node.objects.configMap("settings", Map.of("x", "1"));

        awaitRunning(pod);
    }

    @Test
    void missingVolumeIsToldByAnEvent() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().addNewVolume().withName("v").withNewSecret().withSecretName("gone").endSecret().endVolume().endSpec(), "sleep"));

        check("an event tells", () -> node.events.contains("web FailedMount MountVolume.SetUp failed for volume \"v\" : secret \"gone\" not found"));
        check("it waits", () -> node.reports.waitingReason(pod).equals("ContainerCreating"));
    }

    @Test
    void imageThatCannotBePulledIsHeldBack() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withImage("nowhere/image:1").endContainer().endSpec(), "sleep"));

        check("it is held back", () -> node.reports.waitingReason(pod).equals("ImagePullBackOff"));
        assertEquals(List.of("nowhere/image:1"), runtime.pulls());
    }

    @Test
    void imageIsNeverPulledWhereThePolicySaysSo() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withImage("nowhere/image:1").withImagePullPolicy("Never").endContainer().endSpec(), "sleep"));

        check("it says so", () -> node.reports.waitingReason(pod).equals("ErrImageNeverPull"));
        assertEquals(List.of(), runtime.pulls());
    }

    @Test
    void podThatAsksForTooMuchIsRejected() {
        record Case(String resource, String reason) {
        }
        for (var one : List.of(new Case("cpu", "OutOfcpu"), new Case("memory", "OutOfmemory"))) {
            var pod = node.run(TestNode.pod("big", p -> p.editSpec().editFirstContainer().withNewResources()
                    .addToRequests(one.resource, new Quantity("100", "Gi")).endResources().endContainer().endSpec(), "sleep"));

            check("it is rejected", () -> node.reports.phase(pod).equals("Failed"));
            assertEquals(one.reason, node.reports.last(pod).getReason());
            assertTrue(node.reports.last(pod).getMessage().startsWith("Pod was rejected: Node didn't have enough resource: " + one.resource), node.reports.last(pod).getMessage());
        }
    }

    @Test
    void hostPortIsGivenOnceAndFreeAgainAfterwards() {
        var first = node.run(withHostPort("one"));
        awaitRunning(first);
        var second = node.run(withHostPort("two"));
        check("it is rejected", () -> "NodePorts".equals(node.reports.last(second).getReason()));
        assertTrue(node.events.contains("two NodePorts Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"), node.events::toString);

        node.delete(first);
        check("the first is gone", () -> node.reports.isFinished(first));

        awaitRunning(node.run(withHostPort("three")));
    }

    private static Pod withHostPort(String name) {
        return TestNode.pod(name, p -> p.editSpec().editFirstContainer().addNewPort().withContainerPort(80).withHostPort(8080).endPort().endContainer().endSpec(), "sleep");
    }

    @Test
    void podThatRunsTooLongFails() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().withActiveDeadlineSeconds(1L).endSpec(), "sleep"));

        check("it has failed", () -> node.reports.phase(pod).equals("Failed"));
        assertEquals("DeadlineExceeded", node.reports.last(pod).getReason());
    }

    @Test
    void failingLivenessProbeRestartsTheContainer() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewLivenessProbe().withNewExec().withCommand("false").endExec()
                .withPeriodSeconds(1).withFailureThreshold(2).endLivenessProbe().endContainer().endSpec(), "sleep"));

        check("it is restarted", () -> node.reports.container(pod).getRestartCount() != null && node.reports.container(pod).getRestartCount() == 1);
        assertTrue(node.events.contains("web Killing Container main failed liveness probe, will be restarted"));
    }

    @Test
    void podIsReadyOnceItsProbeSaysSo() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewReadinessProbe().withNewExec().withCommand("true").endExec()
                .withInitialDelaySeconds(1).endReadinessProbe().endContainer().endSpec(), "sleep"));
        awaitRunning(pod);
        assertEquals("False", node.reports.condition(pod, "Ready"));

        check("it is ready", () -> node.reports.condition(pod, "Ready").equals("True"));
    }

    @Test
    void postStartHookThatFailsForAnUnforeseenReasonRestartsTheContainer() {
        runtime.failOnce(new IllegalStateException("defect"));
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewLifecycle().withNewPostStart().withNewExec()
                .withCommand("true").endExec().endPostStart().endLifecycle().endContainer().endSpec(), "sleep"));

        check("it runs once more", () -> node.reports.phase(pod).equals("Running") && node.reports.last(pod).getContainerStatuses().getFirst().getRestartCount() == 1);
        assertTrue(node.events.contains("web FailedPostStartHook PostStartHook failed: java.lang.IllegalStateException: defect"), node.events::toString);
    }

    @Test
    void failedPostStartHookRestartsTheContainer() {
        var pod = node.run(TestNode.pod("web", p -> p.editSpec().editFirstContainer().withNewLifecycle().withNewPostStart().withNewExec()
                .withCommand("false").endExec().endPostStart().endLifecycle().endContainer().endSpec(), "sleep"));

        check("it is restarted", () -> node.reports.container(pod).getRestartCount() != null && node.reports.container(pod).getRestartCount() == 1);
        assertTrue(node.events.stream().anyMatch(event -> event.startsWith("web FailedPostStartHook")));
    }

    @Test
    void networkThatFailsIsTriedAgain() throws Exception {
        plugins.touch("fail");
        var pod = node.run(TestNode.pod("web", "sleep"));
        check("an event tells", () -> node.events.stream().anyMatch(event -> event.startsWith("web FailedCreatePodSandBox")));

        Files.delete(folder.resolve("cni/fail"));

        awaitRunning(pod);
        assertEquals(2, runtime.list().size());
    }

    @Test
    void manyPodsStartAndGoTogether() {
        var pods = IntStream.range(0, 15).mapToObj(i -> node.run(TestNode.pod("p" + i, "sleep"))).toList();

        pods.forEach(this::awaitRunning);
        pods.forEach(node::delete);

        check("nothing is left", () -> node.isClean(runtime));
    }

    @Test
    void podDoesNotRunWithoutTheRuntimeOrTheDeviceThatItAsksFor() {
        node.run(TestNode.pod("driver", p -> p.editSpec().addNewResourceClaim().withName("gpu").withResourceClaimName("one").endResourceClaim().endSpec(), "sleep"));
        node.run(TestNode.pod("strict", p -> p.editSpec().withRuntimeClassName("runsc").endSpec(), "sleep"));
        var plain = node.run(TestNode.pod("plain", p -> p.editSpec().withRuntimeClassName("runc").endSpec(), "sleep"));
        check("an event tells", () -> node.events.contains("strict FailedCreatePodSandBox Failed to create pod sandbox: RuntimeHandler \"runsc\" not supported"));
        check("another tells", () -> node.events.contains("driver FailedPrepareDynamicResources Failed to prepare dynamic resources: this node has no driver for resource claims"));
        check("the other runs", () -> node.reports.phase(plain).equals("Running"));
        assertEquals(Set.of("plain"), runtime.records().stream().map(record -> record.pod().name()).collect(Collectors.toSet()));
    }
}
