package io.moka.proxy.policy.nftables;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.World;
import io.moka.proxy.policy.model.PodFacts;
import io.moka.proxy.policy.model.PolicyBook;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Measures what policies cost; a program, not a test. Prints a change among 1,000 policies, and the throughput of an allowed connection without
/// policies and with them, in turns.
final class PolicyCosts {

    private static final int POLICIES = 1_000;
    private static final int CHANGES = 80;
    private static final int TURNS = 5;
    private static final Duration TURN = Duration.ofSeconds(2);
    private static final String SERVER = World.address(2);

    private PolicyCosts() {
    }

    public static void main(String[] args) throws Exception {
        var world = new World();
        try (var network = new PodNetwork(world)) {
            var rules = new PolicyRuleSet("moka-costs", network.tools("node"));
            for (boolean onePod : new boolean[] {false, true}) {
                changes(world, rules, network.tools("node"), onePod, System.out);
                throughput(network, world, rules, onePod, System.out);
            }
        }
    }

    /// A node with 100 pods of 20 kinds, each policy selects one kind, or all select the server; peers are a kind of pods, a block, and two ports.
    private static PolicyBook book(World world, boolean onePod) {
        var book = world.book(List.of());
        for (int i = 0; i < 100; i++) {
            var pod = pod(i);
            book.put(ObjectKey.of(pod), PodFacts.of(pod, PodFacts.reported(pod)));
        }
        for (int i = 0; i < POLICIES; i++) {
            book.put(policy(i, 80, onePod));
        }
        return book;
    }

    private static Pod pod(int number) {
        return new PodBuilder().withNewMetadata().withNamespace("x").withName("p" + number).addToLabels("kind", "k" + number % 20).endMetadata()
                .withNewSpec().withNodeName(World.HERE).endSpec().withNewStatus().withPhase("Running").withPodIP("10.244.1." + number).endStatus().build();
    }

    private static NetworkPolicy policy(int number, int port, boolean onePod) {
        return new NetworkPolicyBuilder().withNewMetadata().withNamespace("x").withName("policy-" + number).endMetadata()
                .withNewSpec().withNewPodSelector().addToMatchLabels(onePod || number == 0 ? "pod" : "kind", onePod || number == 0 ? "a" : "k" + number % 20).endPodSelector()
                .addNewIngress().addNewPort().withProtocol("TCP").withNewPort(port).endPort().addNewPort().withProtocol("TCP").withNewPort(1_000 + number).endPort()
                .addNewFrom().withNewPodSelector().addToMatchLabels("pod", "b").endPodSelector().endFrom()
                .addNewFrom().withNewPodSelector().addToMatchLabels("kind", "k" + number % 17).endPodSelector().endFrom()
                .addNewFrom().withNewIpBlock().withCidr("192.0." + number % 250 + ".0/24").endIpBlock().endFrom().endIngress().endSpec().build();
    }

    private static void changes(World world, PolicyRuleSet rules, Tools tools, boolean onePod, PrintStream out) throws IOException {
        var book = book(world, onePod);
        long start = System.nanoTime();
        rules.replaceAll(book.isolations().values(), List.of());
        out.printf("%d policies, %s: all installed in %d ms%n", POLICIES, onePod ? "one pod has all" : "20 kinds of pods", (System.nanoTime() - start) / 1_000_000);
        var times = new long[CHANGES];
        var nothing = new long[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            start = System.nanoTime();
            int number = 500 + i % 10;
            switch (i % 4) {
                case 0 -> book.put(policy(number, 81 + i, onePod));
                case 1 -> book.removePolicy(new ObjectKey("x", "policy-" + number));
                case 2 -> book.put(policy(number - 1, 80, onePod));
                default -> {
                    var pod = pod(100 + i);
                    book.put(ObjectKey.of(pod), i % 8 == 3 ? PodFacts.of(pod, PodFacts.reported(pod)) : null);
                }
            }
            rules.update(book.isolations().values(), List.of());
            times[i] = System.nanoTime() - start;
            start = System.nanoTime();
            tools.nft("add table ip moka-costs\n");
            nothing[i] = System.nanoTime() - start;
        }
        Arrays.sort(nothing);
        Arrays.sort(times, CHANGES / 4, CHANGES);
        out.printf("  one change: median %.1f ms, p90 %.1f ms, most %.1f ms; an nft that changes nothing: median %.1f ms%n",
                times[CHANGES * 5 / 8] / 1e6, times[CHANGES / 4 + CHANGES * 27 / 40] / 1e6, times[CHANGES - 1] / 1e6, nothing[CHANGES / 2] / 1e6);
    }

    private static void throughput(PodNetwork network, World world, PolicyRuleSet rules, boolean onePod, PrintStream out) throws Exception {
        var without = new double[TURNS];
        var with = new double[TURNS];
        var book = book(world, onePod);
        try (var server = network.inside("x/a").run(() -> new ServerSocket(80))) {
            for (int turn = 0; turn < TURNS; turn++) {
                rules.remove();
                without[turn] = gigabits(network, server);
                rules.replaceAll(book.isolations().values(), List.of());
                with[turn] = gigabits(network, server);
            }
        }
        rules.remove();
        Arrays.sort(without);
        Arrays.sort(with);
        out.printf("  throughput: %.2f Gbit/s without, %.2f Gbit/s with policies: %.1f %%%n", without[TURNS / 2], with[TURNS / 2], with[TURNS / 2] / without[TURNS / 2] * 100);
    }

    private static double gigabits(PodNetwork network, ServerSocket server) throws Exception {
        try (var client = network.inside("x/b").run(() -> {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(SERVER, 80), 1_000);
            return socket;
        }); var served = server.accept()) {
            var sender = Thread.ofPlatform().daemon().start(() -> send(client));
            var buffer = new byte[256 * 1024];
            long bytes = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < TURN.toNanos()) {
                bytes += served.getInputStream().read(buffer);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            client.close();
            sender.join();
            return bytes * 8 / seconds / 1e9;
        }
    }

    private static void send(Socket socket) {
        try {
            var buffer = new byte[256 * 1024];
            while (true) {
                socket.getOutputStream().write(buffer);
            }
        } catch (IOException over) {
            return;
        }
    }
}
