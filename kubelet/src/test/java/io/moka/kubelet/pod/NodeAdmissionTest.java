package io.moka.kubelet.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.node.HostSockets;
import io.moka.kubelet.node.Pressure;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAdmissionTest {

    private Set<Pressure> pressures = Set.of();

    private final NodeAdmission admission = new NodeAdmission(() -> Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi"), "pods", new Quantity("2")),
            () -> Map.of("disk", "ssd", "cores", "8"), new Sysctls(List.of()), new AppArmor(false), HostSockets::listens, () -> pressures);

    private static NodeSelectorRequirement requirement(String key, String operator, String value) {
        return new NodeSelectorRequirementBuilder().withKey(key).withOperator(operator).withValues(value == null ? new ArrayList<>() : List.of(value)).build();
    }

    private static Pod bound(NodeSelectorTermBuilder term) {
        return new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withNodeName("here").withNewAffinity().withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution().withNodeSelectorTerms(term.build())
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec().build();
    }

    private String reason(Pod pod) {
        var rejection = admission.admit(pod, false);
        return rejection == null ? null : rejection.reason();
    }

    @ParameterizedTest
    @CsvSource({"disk, In, ssd, ", "disk, In, hdd, NodeAffinity", "disk, Exists, , ", "gpu, DoesNotExist, , ", "gpu, Exists, , NodeAffinity", "cores, Gt, 4, ", "cores, Lt, 4, NodeAffinity"})
    void requiredAffinityIsLookedAtAgain(String key, String operator, String value, String reason) {
        assertEquals(reason, reason(bound(new NodeSelectorTermBuilder().withMatchExpressions(requirement(key, operator, value)))));
    }

    @ParameterizedTest
    @CsvSource({"linux, ", "windows, PodOSNotSupported"})
    void podOfAnotherSystemIsRefused(String system, String reason) {
        assertEquals(reason, reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withNewOs(system).endSpec().build()));
    }

    @ParameterizedTest
    @CsvSource({"Merge, ", "Strict, SupplementalGroupsPolicyNotSupported"})
    void groupsOfTheImageAreAddedOrThePodIsRefused(String policy, String reason) {
        assertEquals(reason, reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withNewSecurityContext().withSupplementalGroupsPolicy(policy).endSecurityContext().endSpec().build()));
    }

    /// Also where another kubelet has admitted the pod before.
    @ParameterizedTest
    @CsvSource({"false, false, UserNamespacesNotSupported", "false, true, UserNamespacesNotSupported", "true, false, ", ", false, "})
    void podWithUsersOfItsOwnIsRefused(Boolean hostUsers, boolean already, String reason) {
        var rejection = admission.admit(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withHostUsers(hostUsers).endSpec().build(), already);
        assertEquals(reason == null ? null : new NodeAdmission.Rejection(reason, "Pod was rejected: hostUsers=false is not supported in this node"), rejection);
    }

    /// The node of these tests has no AppArmor.
    @ParameterizedTest
    @CsvSource({"Unconfined, , ", "RuntimeDefault, , AppArmor", "Localhost, , AppArmor", ", Unconfined, ", ", RuntimeDefault, AppArmor", "Unconfined, Localhost, AppArmor"})
    void profileOfAppArmorThatCannotBeEnforcedIsRefused(String ofThePod, String ofTheContainer, String reason) {
        var pod = new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withNewSecurityContext().withAppArmorProfile(profile(ofThePod)).endSecurityContext()
                .editFirstContainer().withNewSecurityContext().withAppArmorProfile(profile(ofTheContainer)).endSecurityContext().endContainer().endSpec().build();
        assertEquals(reason, reason(pod));
        assertNull(new AppArmor(true).check(pod));
    }

    private static AppArmorProfile profile(String type) {
        return type == null ? null : new AppArmorProfile("Localhost".equals(type) ? "mine" : null, type);
    }

    @ParameterizedTest
    @CsvSource({"here, ", "there, NodeAffinity"})
    void affinityToANodeByItsName(String name, String reason) {
        assertEquals(reason, reason(bound(new NodeSelectorTermBuilder().withMatchFields(requirement("metadata.name", "In", name)))));
    }

    @Test
    void emptyTermAllowsNoNode() {
        assertEquals("NodeAffinity", reason(bound(new NodeSelectorTermBuilder())));
    }

    @Test
    void selectorIsLookedAtAgain() {
        assertEquals("NodeAffinity", reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().addToNodeSelector("disk", "hdd").endSpec().build()));
        assertNull(reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().addToNodeSelector("disk", "ssd").endSpec().build()));
    }

    private static Pod withHostPort(int port, String protocol, String address) {
        return new PodBuilder(TestNode.pod("web", "sleep")).editSpec().editFirstContainer()
                .addNewPort().withContainerPort(80).withHostPort(port).withProtocol(protocol).withHostIP(address).endPort().endContainer().endSpec().build();
    }

    @Test
    void hostPortOnWhichAProgramOfTheNodeListensIsRefused() throws IOException {
        try (var program = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); var anywhere = new ServerSocket(0);
                var datagrams = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            assertEquals("NodePorts", reason(withHostPort(program.getLocalPort(), "TCP", null)));
            assertEquals("NodePorts", reason(withHostPort(program.getLocalPort(), "TCP", "127.0.0.1")));
            assertEquals("NodePorts", reason(withHostPort(anywhere.getLocalPort(), "TCP", "127.0.0.9")));
            assertEquals("NodePorts", reason(withHostPort(datagrams.getLocalPort(), "UDP", "")));
            assertNull(reason(withHostPort(program.getLocalPort(), "TCP", "127.0.0.9")));

            var onTheNodesNetwork = new PodBuilder(withHostPort(anywhere.getLocalPort(), "TCP", null)).editSpec().withHostNetwork(true).endSpec().build();
            assertNull(reason(onTheNodesNetwork));
        }
    }

    @Test
    void podThatWasLetInBeforeStays() throws IOException {
        try (var program = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertNull(admission.admit(withHostPort(program.getLocalPort(), "TCP", null), true));
        }
    }

    @Test
    void placesAreCountedUntilTheyAreGivenBack() {
        var first = TestNode.pod("one", "sleep");
        assertNull(reason(first));
        assertNull(reason(TestNode.pod("two", "sleep")));
        assertEquals("OutOfpods", reason(TestNode.pod("three", "sleep")));
        admission.release(first.getMetadata().getUid());
        assertNull(reason(TestNode.pod("three", "sleep")));
    }

    private static Pod ofClass(String kind) {
        return switch (kind) {
            case "best-effort" -> TestNode.pod("web", "sleep");
            case "tolerant" -> new PodBuilder(TestNode.pod("web", "sleep")).editSpec().addNewToleration().withKey("node.kubernetes.io/memory-pressure").withOperator("Exists")
                    .withEffect("NoSchedule").endToleration().endSpec().build();
            case "burstable" -> new PodBuilder(TestNode.pod("web", "sleep")).editSpec().editFirstContainer().withNewResources().addToRequests("memory", new Quantity("1Mi"))
                    .endResources().endContainer().endSpec().build();
            case "critical" -> new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withPriority(2_000_000_000).endSpec().build();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @CsvSource({"MEMORY, best-effort, [MemoryPressure]", "MEMORY, tolerant, ", "MEMORY, burstable, ", "MEMORY, critical, ",
        "DISK, best-effort, [DiskPressure]", "DISK, tolerant, [DiskPressure]", "DISK, burstable, [DiskPressure]", "DISK, critical, ", "PID, burstable, [PIDPressure]",
        "MEMORY DISK, burstable, [MemoryPressure DiskPressure]", "MEMORY DISK, tolerant, [MemoryPressure DiskPressure]", "'', best-effort, "})
    void nodeUnderPressureTakesOnlyWhatItMust(String present, String kind, String named) {
        pressures = Arrays.stream(present.split(" ")).filter(name -> !name.isEmpty()).map(Pressure::valueOf).collect(Collectors.toSet());

        var rejection = admission.admit(ofClass(kind), false);

        assertEquals(named == null ? null : new NodeAdmission.Rejection("Evicted", "Pod was rejected: The node had condition: " + named + ". "), rejection);
    }

    @Test
    void podThatRunsStaysUnderPressure() {
        pressures = Set.of(Pressure.DISK);
        assertNull(admission.admit(ofClass("best-effort"), true));
    }
}
