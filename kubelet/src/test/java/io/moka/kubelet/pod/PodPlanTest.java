package io.moka.kubelet.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.PodIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The plan for each state in which a kubelet may find a pod: after a kill at any point, an engine that lost containers, a clock that jumped.
class PodPlanTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final ContainerState RUNNING = new ContainerState.Running(NOW.minusSeconds(60), 7);

    private final CrashLoops crashLoops = new CrashLoops();
    private final List<ContainerRecord> containers = new ArrayList<>();
    private final List<ContainerRecord> sandboxes = new ArrayList<>();
    private final Map<String, Attachment> attachments = new HashMap<>();
    private final Map<String, InstanceFacts> facts = new HashMap<>();
    private Pod pod = TestNode.pod("web", "sleep");

    private static ContainerState exited(int code, Instant finishedAt) {
        return new ContainerState.Exited(finishedAt.minusSeconds(5), finishedAt, code, false, "");
    }

    private ContainerRecord record(String name, int attempt, String sandbox, ContainerState state) {
        var hash = name.isEmpty() ? "" : ContainerSpecs.hash(PodContainers.container(pod, name));
        return new ContainerRecord(name + "-" + attempt + "-" + sandbox, PodIdentity.of(pod), name, attempt, sandbox, hash, "i", "i", false,
                new ContainerSpec.Limits(0, 0, 0), NOW, state);
    }

    private String sandbox(int attempt, ContainerState state, boolean attached) {
        var sandbox = record("", attempt, "", state);
        sandboxes.add(sandbox);
        if (attached) {
            var nothing = JsonNodeFactory.instance.objectNode();
            attachments.put(sandbox.id(), new Attachment("u", sandbox.id(), "", "", nothing, nothing, nothing));
        }
        return sandbox.id();
    }

    private void found(String name, int attempt, String sandbox, ContainerState state) {
        containers.add(record(name, attempt, sandbox, state));
    }

    private PodPlan plan() {
        return PodPlan.of(new PodView(pod, containers, sandboxes, attachments, facts, "192.0.2.1"), crashLoops, NOW);
    }

    private static List<String> names(List<Container> containers) {
        return containers.stream().map(Container::getName).toList();
    }

    private void withInits(Container... inits) {
        pod = new PodBuilder(pod).editSpec().withInitContainers(inits).endSpec().build();
    }

    private static Container sidecar(String name) {
        return new ContainerBuilder(TestNode.container(name, "sleep")).withRestartPolicy("Always").build();
    }

    @Test
    void newPodGetsASandboxAndItsFirstContainers() {
        var plan = plan();
        assertTrue(plan.newSandbox());
        assertEquals(List.of("main"), names(plan.start()));

        withInits(TestNode.container("first", "true"), TestNode.container("second", "true"));
        assertEquals(List.of("first"), names(plan().start()));
    }

    /// The kubelet was killed between the sandbox's start and its network, or the engine has ended the sandbox.
    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void sandboxThatDoesNotWorkIsReplacedOnceItsContainersHaveEnded(boolean running, boolean attached) {
        var old = sandbox(0, running ? RUNNING : exited(137, NOW), attached);
        found("main", 0, old, RUNNING);
        var first = plan();
        assertEquals(1, first.kill().size());
        assertTrue(!first.newSandbox() && first.start().isEmpty(), "nothing starts beside what is to end");

        containers.clear();
        found("main", 0, old, exited(137, NOW));
        var second = plan();
        assertTrue(second.newSandbox());
        assertEquals(List.of("main"), names(second.start()));
    }

    @Test
    void containerOfAnOlderSandboxIsEnded() {
        var old = sandbox(0, exited(0, NOW), true);
        sandbox(1, RUNNING, true);
        found("main", 0, old, RUNNING);

        assertEquals(List.of("main-0-" + old), plan().kill().stream().map(kill -> kill.record().id()).toList());
    }

    /// The kubelet was killed between the create of a container and its start.
    @Test
    void containerThatWasOnlyCreatedIsStarted() {
        found("main", 0, sandbox(0, RUNNING, true), new ContainerState.Created());

        var plan = plan();
        assertEquals(List.of("main"), names(plan.start()));
        assertTrue(!plan.newSandbox() && plan.kill().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"Always, 0, false", "Always, 1, false", "OnFailure, 0, true", "OnFailure, 1, false", "Never, 0, true", "Never, 1, true"})
    void policyDecidesAboutWhatHasEnded(String policy, int code, boolean over) {
        pod = new PodBuilder(pod).editSpec().withRestartPolicy(policy).endSpec().build();
        found("main", 0, sandbox(0, RUNNING, true), exited(code, NOW.minusSeconds(1)));

        var plan = plan();
        assertEquals(over, plan.over());
        assertEquals(over ? List.of() : List.of("main"), names(plan.start()));
    }

    /// The container has a rule that starts it again after exit code 42.
    @ParameterizedTest
    @CsvSource({"Never, OnFailure, 1, false", "Never, OnFailure, 0, true", "Always, Never, 1, true", "Never, Never, 42, false", "Never, Never, 43, true", "OnFailure, Always, 0, false"})
    void rulesAndPolicyOfTheContainerComeBeforeThePods(String ofThePod, String policy, int code, boolean over) {
        pod = new PodBuilder(pod).editSpec().withRestartPolicy(ofThePod).editFirstContainer().withRestartPolicy(policy)
                .addNewRestartPolicyRule().withAction("Restart").withNewExitCodes().withOperator("In").withValues(42, 44).endExitCodes().endRestartPolicyRule().endContainer().endSpec().build();
        found("main", 0, sandbox(0, RUNNING, true), exited(code, NOW.minusSeconds(1)));

        var plan = plan();
        assertEquals(over, plan.over());
        assertEquals(over ? List.of() : List.of("main"), names(plan.start()));
    }

    @ParameterizedTest
    @CsvSource({"Always, , false", "Always, Never, true", "Never, , true", "Never, OnFailure, false"})
    void initContainerThatFailedIsStartedAgainByItsOwnPolicy(String ofThePod, String policy, boolean over) {
        pod = new PodBuilder(pod).editSpec().withRestartPolicy(ofThePod)
                .addToInitContainers(new ContainerBuilder(TestNode.container("first", "false")).withRestartPolicy(policy).build()).endSpec().build();
        found("first", 0, sandbox(0, RUNNING, true), exited(1, NOW.minusSeconds(1)));

        var plan = plan();
        assertEquals(over, plan.over());
        assertEquals(over ? List.of() : List.of("first"), names(plan.start()));
    }

    @Test
    void containerThatKeepsEndingWaitsAndIsLookedAtThen() {
        var sandbox = sandbox(0, RUNNING, true);
        found("main", 1, sandbox, exited(1, NOW.minusSeconds(3)));
        crashLoops.restarted("main");

        var plan = plan();
        assertEquals(List.of(), plan.start());
        assertEquals("CrashLoopBackOff", plan.waiting().get("main").reason());
        assertEquals(NOW.plusSeconds(7), plan.wakeAt());
    }

    /// A container that ended hours in the future, by the clock, would otherwise not be started for hours.
    @Test
    void clockThatWasSetBackKeepsNothingWaiting() {
        found("main", 1, sandbox(0, RUNNING, true), exited(1, NOW.plus(Duration.ofHours(3))));
        crashLoops.restarted("main");

        assertEquals(List.of("main"), names(plan().start()));
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        withInits(TestNode.container("first", "true"), sidecar("proxy"), TestNode.container("second", "true"));
        var sandbox = sandbox(0, RUNNING, true);
        found("first", 0, sandbox, exited(0, NOW));
        assertEquals(List.of("proxy"), names(plan().start()));

        found("proxy", 0, sandbox, RUNNING);
        assertEquals(List.of(), plan().start(), "a sidecar holds the next back until it has started");
        facts.put("proxy-0-" + sandbox, new InstanceFacts(true, true, null, null, ""));
        assertEquals(List.of("second"), names(plan().start()));

        found("second", 0, sandbox, exited(0, NOW));
        assertEquals(List.of("main"), names(plan().start()));
    }

    @Test
    void failedInitContainerEndsThePodThatRestartsNothing() {
        withInits(TestNode.container("first", "false"));
        pod = new PodBuilder(pod).editSpec().withRestartPolicy("Never").endSpec().build();
        found("first", 0, sandbox(0, RUNNING, true), exited(1, NOW));

        var plan = plan();
        assertTrue(plan.over());
        assertNull(plan.wakeAt());
    }

    @Test
    void sidecarsEndAfterTheOthersWhenAllIsOver() {
        withInits(sidecar("proxy"));
        pod = new PodBuilder(pod).editSpec().withRestartPolicy("Never").endSpec().build();
        var sandbox = sandbox(0, RUNNING, true);
        found("proxy", 0, sandbox, RUNNING);
        found("main", 0, sandbox, exited(0, NOW));

        var plan = plan();
        assertTrue(!plan.over());
        assertEquals(List.of("proxy"), plan.kill().stream().map(kill -> kill.record().name()).toList());
    }

    @Test
    void condemnedContainerIsEndedWithTheGraceOfItsProbe() {
        var sandbox = sandbox(0, RUNNING, true);
        found("main", 0, sandbox, RUNNING);
        facts.put("main-0-" + sandbox, new InstanceFacts(true, true, "Container main failed liveness probe", 3L, ""));

        var kill = plan().kill().getFirst();
        assertEquals(3L, kill.graceSeconds());
        assertEquals("Container main failed liveness probe, will be restarted", kill.message());
    }
}
