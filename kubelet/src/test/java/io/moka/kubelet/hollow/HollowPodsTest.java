package io.moka.kubelet.hollow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.kubelet.pod.PodReports;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of hollow pods, with a clock that the test moves. The API is a map that shows each reported status at once.
class HollowPodsTest {

    private final VirtualTime time = new VirtualTime();
    private final Api api = new Api();
    private final HollowOptions options = new HollowOptions();
    private HollowNodes nodes;
    private HollowPods pods;

    /// Shows each status as soon as it is reported, and counts the reports.
    private final class Api implements PodReports {

        private final Map<String, Pod> shown = new LinkedHashMap<>();
        private final List<String> writes = new ArrayList<>();

        @Override
        public void report(Pod pod, PodStatus status) {
            writes.add(status.getPhase());
            change(pod.getMetadata().getName(), builder -> builder.withStatus(status));
        }

        @Override
        public boolean isAheadOf(Pod shown) {
            return false;
        }

        @Override
        public void finish(Pod pod, PodStatus last) {
            writes.add(last.getPhase());
            writes.add("deleted");
            shown.remove(pod.getMetadata().getName());
            pods.onDelete(new PodBuilder(pod).withStatus(last).build());
        }

        void change(String name, Consumer<PodBuilder> change) {
            var before = shown.get(name);
            var builder = new PodBuilder(before);
            change.accept(builder);
            shown.put(name, builder.build());
            pods.onUpdate(before, shown.get(name));
        }
    }

    @BeforeEach
    void start() {
        options.nodes = 3;
        options.startDelay = Duration.ofSeconds(2);
        options.stopDelay = Duration.ofSeconds(1);
        restart();
    }

    /// Replaces the process by a new one on the same API.
    private void restart() {
        nodes = new HollowNodes(options, Map.of(), List.of(), 110);
        pods = new HollowPods(nodes, options, api, time);
        api.shown.values().forEach(pods::onAdd);
    }

    private void pass(Duration duration) {
        var end = time.instant().plus(duration);
        for (Instant next = pods.lookAtDue(time.instant()); next != null && !next.isAfter(end); next = pods.lookAtDue(time.instant())) {
            advanceTo(next);
        }
        advanceTo(end);
        pods.lookAtDue(time.instant());
    }

    private void advanceTo(Instant instant) {
        if (instant.isAfter(time.instant())) {
            time.passOnceAsleep(0, Duration.between(time.instant(), instant));
        }
    }

    private void seconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    private static PodBuilder pod(String name, String node, String restartPolicy, Map<String, String> annotations) {
        var prefixed = new HashMap<String, String>();
        annotations.forEach((key, value) -> prefixed.put("hollow.moka.io/" + key, value));
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(name).withUid("uid-" + name).withGeneration(1L).withAnnotations(prefixed).endMetadata()
                .withNewSpec().withNodeName(node).withRestartPolicy(restartPolicy).withTerminationGracePeriodSeconds(30L)
                .addNewContainer().withName("main").withImage("busybox").endContainer().endSpec();
    }

    private void bring(PodBuilder pod) {
        var built = pod.build();
        api.shown.put(built.getMetadata().getName(), built);
        pods.onAdd(built);
    }

    private void bring(String name, String restartPolicy, Map<String, String> annotations) {
        bring(pod(name, "hollow-1", restartPolicy, annotations));
    }

    private Pod shown(String name) {
        return api.shown.get(name);
    }

    private ContainerStatus container(String name) {
        return shown(name).getStatus().getContainerStatuses().getFirst();
    }

    private void delete(String name, long graceSeconds) {
        api.change(name, builder -> builder.editMetadata().withDeletionTimestamp(time.instant().plusSeconds(graceSeconds).toString())
                .withDeletionGracePeriodSeconds(graceSeconds).endMetadata());
    }

    @Test
    void aPodIsRunningAndReadyAfterTheDelayByOneWrite() {
        bring("web", "Always", Map.of());
        pass(Duration.ofMillis(1_999));
        assertEquals(List.of(), api.writes);
        pass(Duration.ofMillis(1));
        assertEquals(List.of("Running"), api.writes);
        assertTrue(Pods.isReady(shown("web")));
        var status = shown("web").getStatus();
        assertEquals("198.18.0.1", status.getHostIP());
        assertEquals("198.18.0.2", status.getPodIP());
        assertTrue(container("web").getStarted());
        seconds(3_600);
        assertEquals(1, api.writes.size());
    }

    @Test
    void podsOfOtherNodesAndUnboundOnesAreLeftAlone() {
        bring(pod("other", "real", "Always", Map.of()));
        bring(pod("unbound", null, "Always", Map.of()));
        seconds(10);
        assertEquals(List.of(), api.writes);
        api.change("unbound", builder -> builder.editSpec().withNodeName("hollow-3").endSpec());
        seconds(2);
        assertEquals("Running", shown("unbound").getStatus().getPhase());
    }

    @Test
    void podsOfAllNodesHaveDistinctAddressesWhichAreGivenAgainLater() {
        for (int i = 0; i < 300; i++) {
            bring(pod("p" + i, "hollow-" + (i % 3 + 1), "Always", Map.of()));
        }
        seconds(2);
        seconds(0);
        var addresses = new HashSet<String>();
        api.shown.values().forEach(pod -> assertTrue(addresses.add(pod.getStatus().getPodIP()), pod.getStatus().getPodIP()));
        var first = shown("p0").getStatus().getPodIP();
        delete("p0", 30);
        seconds(1);
        bring("next", "Always", Map.of());
        seconds(2);
        assertNotEquals(first, shown("next").getStatus().getPodIP(), "an address rests before it is given again");
        for (int i = 0; i < 60; i++) {
            bring("short" + i, "Never", Map.of("exit", "0"));
            seconds(2);
            assertEquals("Succeeded", shown("short" + i).getStatus().getPhase());
            delete("short" + i, 0);
            seconds(0);
        }
        var taken = new HashSet<String>();
        api.shown.values().forEach(pod -> assertTrue(taken.add(pod.getStatus().getPodIP())));
    }

    @Test
    void exitAnnotationEndsAPodThatNeverRestarts() {
        bring("good", "Never", Map.of("exit", "0", "exit-after", "5s"));
        bring("bad", "Never", Map.of("exit", "42", "exit-after", "500ms"));
        seconds(3);
        assertEquals("Running", shown("good").getStatus().getPhase());
        assertEquals("Failed", shown("bad").getStatus().getPhase());
        assertEquals("Error", container("bad").getState().getTerminated().getReason());
        assertEquals(42, container("bad").getState().getTerminated().getExitCode());
        seconds(4);
        assertEquals("Succeeded", shown("good").getStatus().getPhase());
        assertEquals("Completed", container("good").getState().getTerminated().getReason());
        assertEquals(List.of("Running", "Running", "Failed", "Succeeded"), api.writes);
        assertFalse(Pods.isReady(shown("good")));
    }

    @Test
    void aRunningPodEndsWhenTheAnnotationIsSetOnIt() {
        bring("job", "OnFailure", Map.of());
        seconds(60);
        api.change("job", builder -> builder.editMetadata().addToAnnotations("hollow.moka.io/exit", "0").endMetadata());
        seconds(0);
        assertEquals("Succeeded", shown("job").getStatus().getPhase());
        assertEquals(0, container("job").getRestartCount());
    }

    @Test
    void onFailureRestartsWithBackOffUntilItSucceeds() {
        bring("job", "OnFailure", Map.of("exit", "1", "exit-after", "1s"));
        seconds(3);
        assertEquals(1, container("job").getRestartCount());
        assertEquals(1, container("job").getLastState().getTerminated().getExitCode());
        assertEquals(List.of("Running", "Running"), api.writes, "the first restart is at once, by one write");
        seconds(1);
        assertEquals("CrashLoopBackOff", container("job").getState().getWaiting().getReason());
        assertFalse(Pods.isReady(shown("job")));
        seconds(10);
        assertEquals(2, container("job").getRestartCount());
        api.change("job", builder -> builder.editMetadata().addToAnnotations("hollow.moka.io/exit", "0").endMetadata());
        seconds(1);
        assertEquals("Succeeded", shown("job").getStatus().getPhase());
    }

    @Test
    void alwaysRestartsAfterSuccessToo() {
        bring("web", "Always", Map.of("exit", "0", "exit-after", "1s"));
        seconds(3);
        assertEquals(1, container("web").getRestartCount());
        assertEquals("Running", shown("web").getStatus().getPhase());
        assertEquals("Completed", container("web").getLastState().getTerminated().getReason());
    }

    @Test
    void failPercentIsDecidedByTheUid() {
        for (int i = 0; i < 100; i++) {
            bring("p" + i, "Never", Map.of("exit", "0", "fail-percent", "30"));
        }
        seconds(2);
        seconds(0);
        long failed = api.shown.values().stream().filter(pod -> pod.getStatus().getPhase().equals("Failed")).count();
        long expected = api.shown.values().stream().filter(pod -> Math.floorMod(pod.getMetadata().getUid().hashCode(), 100) < 30).count();
        assertEquals(expected, failed);
        assertTrue(failed > 0 && failed < 100);
    }

    @Test
    void readinessFollowsTheAnnotation() {
        bring("web", "Always", Map.of("ready", "false"));
        seconds(2);
        assertEquals("Running", shown("web").getStatus().getPhase());
        assertFalse(Pods.isReady(shown("web")));
        assertEquals("ContainersNotReady", Pods.condition(shown("web"), "Ready").getReason());
        api.change("web", builder -> builder.editMetadata().addToAnnotations("hollow.moka.io/ready", "true").endMetadata());
        seconds(0);
        assertTrue(Pods.isReady(shown("web")));
        assertEquals(2, api.writes.size());
    }

    @Test
    void waitingAnnotationKeepsAPodPendingForAReason() {
        bring("web", "Always", Map.of("waiting", "ImagePullBackOff"));
        seconds(60);
        assertEquals("Pending", shown("web").getStatus().getPhase());
        assertEquals("ImagePullBackOff", container("web").getState().getWaiting().getReason());
        assertEquals(1, api.writes.size());
        api.change("web", builder -> builder.editMetadata().removeFromAnnotations("hollow.moka.io/waiting").endMetadata());
        seconds(0);
        assertTrue(Pods.isReady(shown("web")));
    }

    @Test
    void aDeletedPodIsGoneAfterTheStopDelayOrItsGrace() {
        bring("slow", "Always", Map.of("stop-delay", "20s"));
        bring("quick", "Always", Map.of());
        bring("pending", "Always", Map.of("start-delay", "1h"));
        seconds(2);
        delete("slow", 30);
        delete("quick", 30);
        delete("pending", 30);
        pass(Duration.ofMillis(900));
        assertTrue(api.shown.containsKey("quick"));
        pass(Duration.ofMillis(100));
        assertEquals(List.of("slow"), List.copyOf(api.shown.keySet()));
        assertEquals(List.of("Running", "Running", "Failed", "deleted", "Failed", "deleted"), api.writes);
        delete("slow", 0);
        seconds(0);
        assertTrue(api.shown.isEmpty());
        assertEquals(0, pods.count());
    }

    @Test
    void initContainersRunFirstAndSidecarsBesides() {
        bring(pod("job", "hollow-1", "Never", Map.of("exit", "0", "exit-after", "3s")).editSpec()
                .addNewInitContainer().withName("setup").withImage("i").endInitContainer()
                .addNewInitContainer().withName("sidecar").withImage("i").withRestartPolicy("Always").endInitContainer().endSpec());
        seconds(2);
        assertEquals(List.of("Running"), api.writes);
        var inits = shown("job").getStatus().getInitContainerStatuses();
        assertEquals(0, inits.getFirst().getState().getTerminated().getExitCode());
        assertTrue(inits.getLast().getState().getRunning() != null && inits.getLast().getReady());
        seconds(3);
        assertEquals("Succeeded", shown("job").getStatus().getPhase());
        assertEquals(2, api.writes.size());
    }

    @Test
    void aPodBeyondTheNodesRoomAndOneThatDoesNotMatchAreRejected() {
        for (int i = 0; i < 110; i++) {
            bring("p" + i, "Always", Map.of());
        }
        bring("late", "Always", Map.of());
        bring(pod("picky", "hollow-2", "Always", Map.of()).editSpec().addToNodeSelector("zone", "a").endSpec());
        seconds(2);
        assertEquals("OutOfpods", shown("late").getStatus().getReason());
        assertEquals("Failed", shown("late").getStatus().getPhase());
        assertEquals("NodeAffinity", shown("picky").getStatus().getReason());
        delete("p0", 0);
        seconds(1);
        bring("next", "Always", Map.of());
        seconds(2);
        assertEquals("Running", shown("next").getStatus().getPhase());
    }

    @Test
    void aPodPastItsActiveDeadlineFails() {
        bring(pod("job", "hollow-1", "Never", Map.of()).editSpec().withActiveDeadlineSeconds(10L).endSpec());
        seconds(9);
        assertEquals("Running", shown("job").getStatus().getPhase());
        seconds(1);
        assertEquals("DeadlineExceeded", shown("job").getStatus().getReason());
        assertEquals("Failed", shown("job").getStatus().getPhase());
    }

    @Test
    void anotherProcessFindsThePodsAsTheyAre() {
        bring("web", "Always", Map.of());
        bring("job", "OnFailure", Map.of("exit", "1", "exit-after", "10s"));
        seconds(13);
        assertEquals(1, container("job").getRestartCount());
        var address = shown("web").getStatus().getPodIP();
        var startedAt = container("web").getState().getRunning().getStartedAt();
        api.writes.clear();
        restart();
        bring("next", "Always", Map.of());
        seconds(3);
        assertEquals(List.of("Running"), api.writes, "the new pod alone is news");
        assertEquals(address, shown("web").getStatus().getPodIP());
        assertEquals(startedAt, container("web").getState().getRunning().getStartedAt());
        assertFalse(List.of(address, shown("job").getStatus().getPodIP()).contains(shown("next").getStatus().getPodIP()));
        seconds(6);
        assertEquals(2, container("job").getRestartCount());
    }

    @Test
    void aStatusThatSomebodyElseWroteIsToldAgainAndOthersConditionsStay() {
        bring("web", "Always", Map.of());
        seconds(2);
        api.change("web", builder -> builder.editStatus().editMatchingCondition(condition -> condition.getType().equals("Ready")).withStatus("False").endCondition().endStatus());
        seconds(0);
        assertTrue(Pods.isReady(shown("web")));
        for (int i = 0; i < 100; i++) {
            api.change("web", builder -> builder.editStatus().editMatchingCondition(condition -> condition.getType().equals("Ready")).withStatus("False").endCondition().endStatus());
            pass(Duration.ofMillis(10));
        }
        assertEquals(2, api.writes.size(), "a quarrel costs a write every five seconds");
        seconds(5);
        assertTrue(Pods.isReady(shown("web")));
        assertTrue(shown("web").getStatus().getConditions().stream().noneMatch(condition -> condition.getType().equals("DisruptionTarget")));
    }

    @Test
    void nothingHappensToThePodsOfASilentNodeUntilItSpeaks() {
        var handler = nodes.handler(pods::lookAtAllOf);
        var silent = new NodeBuilder().withNewMetadata().withName("hollow-1").addToAnnotations("hollow.moka.io/silent", "true").endMetadata().build();
        handler.onAdd(silent);
        bring("web", "Always", Map.of());
        seconds(60);
        assertEquals(List.of(), api.writes);
        handler.onUpdate(silent, new NodeBuilder().withNewMetadata().withName("hollow-1").endMetadata().build());
        seconds(0);
        assertEquals(List.of("Running"), api.writes);
    }

    /// A cluster that grows keeps the addresses of its first nodes.
    @Test
    void fiveThousandNodesHaveADifferentRangeEach() {
        var ranges = NodeAddresses.cut(HollowOptions.POD_CIDRS, 5_000, 110);
        assertEquals(NodeAddresses.cut(HollowOptions.POD_CIDRS, 3, 110)[2].cidr(), ranges[2].cidr());
        assertEquals("198.19.255.128/25", ranges[1_023].cidr());
        assertEquals("240.0.0.0/25", ranges[1_024].cidr());
        assertEquals(5_000, Arrays.stream(ranges).map(NodeAddresses::cidr).distinct().count());
        var address = ranges[4_999].take();
        ranges[4_999].mark(address);
        ranges[4_999].give(address);
        assertEquals("240.7.195.129", ranges[4_999].nodeAddress());
        assertEquals("240.7.195.130", address);
    }

    @Test
    void rangesAreCutForAsManyNodesAsFit() {
        var ranges = NodeAddresses.cut("198.18.0.0/15", 1_024, 110);
        assertEquals("198.18.0.128/25", ranges[1].cidr());
        assertEquals("198.19.255.129", ranges[1_023].nodeAddress());
        assertThrows(IllegalArgumentException.class, () -> NodeAddresses.cut("198.18.0.0/15", 1_025, 110));
        assertThrows(IllegalArgumentException.class, () -> NodeAddresses.cut("fd00::/64", 1, 110));
        assertThrows(IllegalArgumentException.class, () -> NodeAddresses.cut("198.18.0.0/28", 1, 110));
        assertEquals(Duration.ofMillis(500), HollowAnnotations.parse("500ms"));
        assertEquals(Duration.ofSeconds(3), HollowAnnotations.parse("3"));
        assertNull(HollowAnnotations.parse("soon"));
    }
}
