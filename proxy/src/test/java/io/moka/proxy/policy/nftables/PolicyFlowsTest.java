package io.moka.proxy.policy.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.moka.proxy.policy.World;
import io.moka.proxy.policy.model.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Network policies for established connections, connections of the node and through services, ICMP errors, and restarts of the agent.
class PolicyFlowsTest {

    private static final World WORLD = new World();
    private static final String A = World.address(2);
    private static final String B = World.address(3);
    private static final int SHORT = 300;

    private static PodNetwork network;
    private static PolicyRuleSet rules;

    @BeforeAll
    static void build() throws Exception {
        network = new PodNetwork(WORLD);
        rules = new PolicyRuleSet("moka-test", network.tools("node"));
    }

    @AfterAll
    static void takeDown() throws Exception {
        network.close();
    }

    @AfterEach
    void removeRules() throws Exception {
        rules.remove();
        network.run("node", "nft", "flush", "ruleset");
    }

    /// A policy that selects a pod of the namespace x, by its name, and denies a direction.
    private static NetworkPolicy deny(String pod, String type) {
        return new NetworkPolicyBuilder().withNewMetadata().withNamespace("x").withName("deny-" + pod + "-" + type).endMetadata()
                .withNewSpec().withNewPodSelector().addToMatchLabels("pod", pod).endPodSelector().withPolicyTypes(type).endSpec().build();
    }

    private static void install(NetworkPolicy... policies) throws IOException {
        rules.replaceAll(WORLD.book(List.of(policies)).isolations().values(), List.of());
    }

    private static ServerSocket server(String in, int port) throws Exception {
        return network.inside(in).run(() -> new ServerSocket(port));
    }

    private static Socket connect(String from, String to, int port) throws Exception {
        return network.inside(from).run(() -> {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(to, port), SHORT);
            socket.setSoTimeout(SHORT);
            return socket;
        });
    }

    private static boolean passes(String from, String to, int port) throws Exception {
        try (var socket = connect(from, to, port)) {
            return socket.isConnected();
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static DatagramSocket udp(String in, int port) throws Exception {
        var socket = network.inside(in).run(() -> new DatagramSocket(port));
        socket.setSoTimeout(SHORT);
        return socket;
    }

    private static void send(DatagramSocket socket, String to, int port) throws IOException {
        socket.send(new DatagramPacket(new byte[8], 8, InetAddress.ofLiteral(to), port));
    }

    private static boolean receives(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[8], 8));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void aNewDenyEndsEstablishedConnectionsInBothDirections() throws Exception {
        install();
        try (var listening = server("x/a", 80); var client = connect("x/b", A, 80); var served = listening.accept(); var there = udp("x/a", 80); var here = udp("x/b", 4000)) {
            served.setSoTimeout(SHORT);
            client.getOutputStream().write(1);
            assertEquals(1, served.getInputStream().read());
            send(here, A, 80);
            assertTrue(receives(there));
            install(deny("a", "Ingress"));
            client.getOutputStream().write(2);
            served.getOutputStream().write(3);
            send(here, A, 80);
            send(there, B, 4000);
            assertFalse(receives(there), "a request came after the deny");
            assertFalse(receives(here), "an answer came after the deny");
            assertThrows(SocketTimeoutException.class, () -> served.getInputStream().read());
            assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
            install();
            client.setSoTimeout(3_000);
            assertEquals(3, client.getInputStream().read(), "what is allowed again goes on");
        }
    }

    /// Replies to an isolated pod's own requests pass: only the direction of the first packet counts.
    @Test
    void repliesPass() throws Exception {
        // a port of its own, as the kernel still knows the requests of other tests
        install(deny("b", "Ingress"), deny("a", "Egress"));
        try (var listening = server("x/a", 80); var client = connect("x/b", A, 80); var served = listening.accept(); var there = udp("x/a", 80); var here = udp("x/b", 5000)) {
            served.getOutputStream().write(3);
            assertEquals(3, client.getInputStream().read());
            send(there, B, 5000);
            assertFalse(receives(here), "nobody asked yet");
            send(here, A, 80);
            assertTrue(receives(there));
            send(there, B, 5000);
            assertTrue(receives(here));
        }
    }

    @Test
    void thePodsOwnNodeReachesItAndNoOtherDoes() throws Exception {
        install(deny("a", "Ingress"), deny("a", "Egress"));
        try (var pod = server("x/a", 80); var node = server("node", 90); var outside = server("outside", 90)) {
            assertTrue(passes("node", A, 80));
            assertTrue(passes("x/a", "10.244.0.1", 90));
            assertTrue(passes("x/a", PodNetwork.NODE, 90));
            assertFalse(passes("outside", A, 80));
            assertFalse(passes("x/a", PodNetwork.OUTSIDE, 90));
            assertTrue(passes("x/b", PodNetwork.OUTSIDE, 90), "others are open");
        }
    }

    @Test
    void aServiceIsJudgedByThePodThatItLeadsTo() throws Exception {
        network.tools("node").nft("""
                table ip test-services {
                  chain prerouting { type nat hook prerouting priority dstnat; ip daddr 10.96.0.1 tcp dport 80 dnat to %s:81; ip daddr 10.96.0.2 tcp dport 80 dnat to %s:81; }
                  chain postrouting { type nat hook postrouting priority srcnat; ip saddr %s ip daddr %s masquerade; }
                }
                """.formatted(A, B, A, A));
        var policy = deny("a", "Egress");
        policy.getSpec().setEgress(new NetworkPolicyBuilder().withNewSpec().addNewEgress().addNewPort().withProtocol("TCP").withNewPort(81).endPort()
                .addNewTo().withNewPodSelector().addToMatchLabels("pod", "b").endPodSelector().endTo().endEgress().endSpec().build().getSpec().getEgress());
        install(policy, deny("c", "Egress"));
        try (var a = server("x/a", 81); var b = server("x/b", 81)) {
            assertTrue(passes("x/a", "10.96.0.2", 80), "the pod behind it is allowed, at its own port");
            assertFalse(passes("x/c", "10.96.0.2", 80), "the pod behind it is not allowed");
            assertTrue(passes("x/a", "10.96.0.1", 80), "a pod reaches itself through a service");
        }
    }

    @Test
    void pingAndErrorsPass() throws Exception {
        install(deny("a", "Ingress"), deny("a", "Egress"));
        network.run("x/b", "busybox", "ping", "-c", "1", "-W", "2", A);
        network.run("x/b", "busybox", "ping", "-6", "-c", "1", "-W", "2", WORLD.pod("x/a").getStatus().getPodIPs().getLast().getIp());
    }

    /// Sends forbidden and allowed packets while all rules are replaced again and again, as an agent does at its start.
    @Test
    void aReplacementOpensNoGapInEitherDirection() throws Exception {
        install(deny("a", "Ingress"));
        try (var forbidden = udp("x/a", 80); var allowed = udp("x/c", 80); var sender = udp("x/b", 4000)) {
            var on = new AtomicBoolean(true);
            int sent = 0;
            var replacements = CompletableFuture.supplyAsync(() -> replace(on));
            for (long end = System.nanoTime() + Duration.ofSeconds(1).toNanos(); System.nanoTime() < end; sent++) {
                send(sender, A, 80);
                send(sender, World.address(4), 80);
                assertTrue(receives(allowed), "an allowed packet was lost");
            }
            on.set(false);
            assertTrue(replacements.get(30, TimeUnit.SECONDS) > 1, "the rules were not replaced meanwhile");
            assertTrue(sent > 100, () -> "the test was too slow to show anything");
            assertFalse(receives(forbidden), "a forbidden packet passed");
        }
    }

    /// Returns the number of replacements.
    private static int replace(AtomicBoolean on) {
        try {
            int replacements = 0;
            for (; on.get(); replacements++) {
                new PolicyRuleSet("moka-test", network.tools("node")).replaceAll(WORLD.book(List.of(deny("a", "Ingress"))).isolations().values(), List.of());
            }
            return replacements;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void markedAddressesAreHeldBackUntilTheyAreReleased() throws Exception {
        install();
        network.run("node", "nft", "add element ip moka-test-pods pods { " + A + " comment \"uid-1\" }; add element ip moka-test-pods unjudged { " + A + " }");
        var address = Address.parse(A);
        assertEquals(new Marks(Map.of(address, "uid-1"), Set.of(address)), rules.marks());
        try (var a = server("x/a", 80); var b = server("x/b", 80)) {
            assertFalse(passes("x/b", A, 80));
            assertFalse(passes("x/a", B, 80));
            assertTrue(passes("node", A, 80));
            new PolicyRuleSet("moka-test", network.tools("node")).replaceAll(List.of(), List.of());
            assertFalse(passes("x/b", A, 80), "another agent knows of the mark, too");
            rules.update(List.of(), List.of(address));
            assertTrue(passes("x/b", A, 80));
            assertTrue(passes("x/a", B, 80));
            assertEquals(new Marks(Map.of(address, "uid-1"), Set.of()), rules.marks());
            rules.update(List.of(), List.of(address));
        }
    }

    @Test
    void anIsolationThatTheKernelRefusesIsFound() throws Exception {
        install();
        var wanted = WORLD.book(List.of(deny("a", "Ingress"), deny("b", "Egress"))).isolations();
        assertEquals(Map.of(), rules.refused(wanted.values()));
        assertFalse(network.run("node", "nft", "list", "tables").contains("check"));
        assertTrue(rules.isIntact());
        network.run("node", "nft", "delete", "table", "ip", "moka-test-pods");
        assertFalse(rules.isIntact());
    }
}
