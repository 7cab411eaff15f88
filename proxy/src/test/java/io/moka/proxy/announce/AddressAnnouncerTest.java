package io.moka.proxy.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.testing.Await;
import io.moka.proxy.announce.Neighbours.Message;
import io.moka.proxy.contract.Child;
import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.policy.nftables.NamespaceThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Two nodes with a process each announce addresses in a network, which has tools of its own to look at them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressAnnouncerTest {

    private static final String ADDRESS = "192.168.78.50";
    private static final Pattern REPLY = Pattern.compile("\\[([0-9a-f:]+)]");

    private NetworkNamespace lan;
    private NamespaceThread lanThread;
    private LeaseServer server;
    private PacketSocket listener;
    private Thread listening;
    private final Map<String, NetworkNamespace> namespaces = new HashMap<>();
    private final Map<String, String> macs = new HashMap<>();
    private final Map<String, Child> nodes = new HashMap<>();
    // every claim that was heard in the network, with its time
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    private record Heard(long nanos, InetAddress address, String mac) {
    }

    @BeforeAll
    void connect() throws Exception {
        server = new LeaseServer();
        lan = new NetworkNamespace();
        lan.run("ip", "link", "add", "br0", "type", "bridge");
        lan.run("ip", "addr", "add", "192.168.78.100/24", "dev", "br0");
        lan.run("ip", "addr", "add", "fd00:78::100/64", "dev", "br0", "nodad");
        lan.run("ip", "link", "set", "br0", "up");
        for (int i = 1; i <= 2; i++) {
            var node = new NetworkNamespace();
            var mac = "0a:00:00:00:00:0" + i;
            lan.run("ip", "link", "add", "port" + i, "type", "veth", "peer", "name", "eth0", "netns", node.name());
            lan.run("ip", "link", "set", "port" + i, "master", "br0", "up");
            node.run("ip", "link", "set", "eth0", "address", mac);
            node.run("ip", "addr", "add", "192.168.78." + i + "/24", "dev", "eth0");
            node.run("ip", "addr", "add", "fd00:78::" + i + "/64", "dev", "eth0", "nodad");
            node.run("ip", "link", "set", "eth0", "up");
            var name = i == 1 ? "a" : "b";
            namespaces.put(name, node);
            macs.put(name, mac);
            start(name);
        }
        lanThread = new NamespaceThread(lan.name());
        listener = lanThread.run(() -> PacketSocket.open(NetworkInterface.getByName("br0").getIndex(), PacketSocket.ARP));
        listening = Thread.ofPlatform().daemon().start(this::listen);
    }

    private void start(String node) throws IOException {
        nodes.put(node, new Child(List.of(), AnnouncingNode.class, Integer.toString(server.port()), node, namespaces.get(node).name()));
    }

    private void listen() {
        try {
            while (!over) {
                var frame = listener.receive();
                if (frame != null && new ArpMessages().parse(frame) instanceof Message.Claim(var address, var from)) {
                    heard.add(new Heard(System.nanoTime(), address, from.toString()));
                }
            }
            listener.close();
        } catch (IOException e) {
            heard.add(new Heard(0, InetAddress.getLoopbackAddress(), "failed: " + e));
        }
    }

    @AfterEach
    void withdrawAll() {
        for (var node : nodes.values()) {
            for (var service : List.of("web", "other", "six")) {
                node.ask("set " + service);
            }
        }
        Await.until("nobody has the address", () -> server.holder("moka-lb-" + ADDRESS).isEmpty() && server.holder("moka-lb-192.168.78.51").isEmpty());
        heard.clear();
    }

    @AfterAll
    void disconnect() throws Exception {
        over = true;
        for (var node : nodes.values()) {
            node.close();
        }
        if (listening != null) {
            listening.join();
            lanThread.close();
        }
        server.close();
        for (var namespace : namespaces.values()) {
            namespace.close();
        }
        lan.close();
    }

    /// The hardware addresses that answer when the network asks for the address.
    private Set<String> owners(String address) {
        try {
            var output = lan.attempt("busybox", "arping", "-c", "1", "-w", "1", "-I", "br0", address).output();
            return REPLY.matcher(output).results().map(result -> result.group(1).toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String reports(String node) {
        return nodes.get(node).ask("reports");
    }

    private String holder() {
        return server.holder("moka-lb-" + ADDRESS);
    }

    private void wanted(String... wishes) {
        for (var node : List.of("a", "b")) {
            nodes.get(node).ask("set web " + String.join(" ", wishes));
        }
    }

    private List<Heard> claims(String address) {
        return heard.stream().filter(claim -> claim.address.getHostAddress().equals(address)).toList();
    }

    @Test
    void anAddressIsAnsweredByOneNodeAndWithdrawnAtOnce() {
        wanted(ADDRESS);
        Await.until("a node has it", () -> !holder().isEmpty() && !claims(ADDRESS).isEmpty());
        Await.until("it answers", () -> owners(ADDRESS).equals(Set.of(macs.get(holder()))));
        assertTrue(reports(holder()).contains("web AddressAnnounced Node " + holder() + " announces " + ADDRESS + " at eth0"), reports(holder()));
        Await.until("it is announced again and again", () -> claims(ADDRESS).size() >= 5);
        assertEquals(1, claims(ADDRESS).stream().map(Heard::mac).distinct().count());
        wanted();
        Await.until("it is given up", () -> holder().isEmpty());
        assertEquals(Set.of(), owners(ADDRESS));
    }

    @Test
    void twoAddressesOfTwoServicesAndOneThatTheyShare() {
        nodes.get("a").ask("set web " + ADDRESS);
        nodes.get("a").ask("set other " + ADDRESS + " 192.168.78.51");
        Await.until("both are announced", () -> !claims(ADDRESS).isEmpty() && !claims("192.168.78.51").isEmpty());
        nodes.get("a").ask("set web");
        assertEquals(Set.of(macs.get("a")), owners(ADDRESS), "the other service has it still");
    }

    @Test
    void afterAKillTheOtherNodeTakesOverWithinThreeSecondsAndNeverBefore() throws Exception {
        wanted(ADDRESS);
        Await.until("a node has it", () -> !claims(ADDRESS).isEmpty());
        var first = holder();
        var second = first.equals("a") ? "b" : "a";
        // the first node has to know that it is not alone, and so must have renewed its lease
        Await.until("the other waits", () -> server.holder("moka-announcer-" + second).equals(second));
        Await.until("the early announcements are over", () -> claims(ADDRESS).size() >= 5);
        nodes.get(first).close();
        long killed = System.nanoTime();
        Await.until("the other node announces it", () -> claims(ADDRESS).getLast().mac.equals(macs.get(second)));
        long taken = claims(ADDRESS).stream().filter(claim -> claim.mac.equals(macs.get(second))).findFirst().orElseThrow().nanos;
        System.err.printf("an address moved %d ms after kill -9%n", (taken - killed) / 1_000_000);
        assertTrue(taken - killed <= 3_000_000_000L, () -> "after " + (taken - killed) / 1_000_000 + " ms");
        assertTrue(claims(ADDRESS).stream().noneMatch(claim -> claim.mac.equals(macs.get(first)) && claim.nanos > taken), "never on two nodes");
        Await.until("it answers, too", () -> owners(ADDRESS).equals(Set.of(macs.get(second))));
        start(first);
        nodes.get(first).ask("set web " + ADDRESS);
        Await.until("it is back", () -> server.holder("moka-announcer-" + first).equals(first));
        Await.until("who has it keeps it", () -> owners(ADDRESS).equals(Set.of(macs.get(second))));
    }

    @Test
    void aNodeThatEndsInGoodOrderHandsOverAtOnce() throws Exception {
        wanted(ADDRESS);
        Await.until("a node has it", () -> !claims(ADDRESS).isEmpty());
        var first = holder();
        var second = first.equals("a") ? "b" : "a";
        long asked = System.nanoTime();
        nodes.get(first).ask("stop");
        Await.until("the other node announces it", () -> claims(ADDRESS).getLast().mac.equals(macs.get(second)));
        long taken = System.nanoTime() - asked;
        assertTrue(taken < 2_000_000_000L, () -> taken / 1_000_000 + " ms");
        nodes.get(first).close();
        start(first);
    }

    @Test
    void aNodeThatWasStoppedSaysNothingWhenItGoesOn() throws Exception {
        wanted(ADDRESS);
        Await.until("a node has it", () -> !claims(ADDRESS).isEmpty());
        var first = holder();
        var second = first.equals("a") ? "b" : "a";
        Await.until("the other waits", () -> server.holder("moka-announcer-" + second).equals(second));
        Await.until("the early announcements are over", () -> claims(ADDRESS).size() >= 5);
        long process = nodes.get(first).pid();
        signal("-STOP", process);
        Await.until("the other node announces it", () -> claims(ADDRESS).getLast().mac.equals(macs.get(second)));
        // questions that the stopped node finds in its socket when it goes on
        Await.until("the other node answers", () -> owners(ADDRESS).equals(Set.of(macs.get(second))));
        int before = claims(ADDRESS).size();
        signal("-CONT", process);
        for (int i = 0; i < 3; i++) {
            assertFalse(owners(ADDRESS).contains(macs.get(first)));
        }
        assertTrue(claims(ADDRESS).stream().skip(before).noneMatch(claim -> claim.mac.equals(macs.get(first))), "the stopped node is silent");
    }

    /// The lease of a node that shares the network is short, and is to be renewed until it is a long one.
    @Test
    void aNodeThatIsLeftAloneGoesOn() {
        nodes.get("a").ask("set web " + ADDRESS);
        nodes.get("b").ask("set other 192.168.78.51");
        Await.until("each node has its address", () -> owners(ADDRESS).equals(Set.of(macs.get("a"))) && owners("192.168.78.51").equals(Set.of(macs.get("b"))));
        Await.until("both know that they are two", () -> server.seconds("moka-announcer-a") == 2 && server.seconds("moka-announcer-b") == 2);
        nodes.get("b").ask("set other");
        Await.until("a's lease is a long one", () -> server.seconds("moka-announcer-a") > 2);
        Await.until("a answers", () -> owners(ADDRESS).equals(Set.of(macs.get("a"))));
    }

    private static void signal(String signal, long process) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor());
    }

    @Test
    void anAddressThatAnotherMachineHasIsNotAnnounced() throws Exception {
        lan.run("ip", "addr", "add", ADDRESS + "/24", "dev", "br0");
        try {
            wanted(ADDRESS);
            Await.until("the event names the machine", () -> (reports("a") + reports("b")).contains("web AddressInUse " + ADDRESS + " is not announced: the machine "));
            assertFalse(claims(ADDRESS).stream().anyMatch(claim -> macs.containsValue(claim.mac)));
        } finally {
            lan.run("ip", "addr", "del", ADDRESS + "/24", "dev", "br0");
        }
    }

    @Test
    void anAddressOfAnotherNetworkHasAnEvent() {
        nodes.get("a").ask("set web 203.0.113.9");
        Await.until("the event", () -> reports("a").contains("web AddressNotHere no interface of node a is in the network of 203.0.113.9"));
    }

    @Test
    void ipv6AddressesAreFoundByNeighbourDiscovery() {
        nodes.get("a").ask("set six fd00:78::50");
        Await.until("the network knows the node", () -> neighbour("fd00:78::50").contains(macs.get("a")));
        nodes.get("a").ask("set six");
    }

    private String neighbour(String address) {
        try {
            lan.attempt("busybox", "ping", "-6", "-c", "1", "-W", "1", address);
            return lan.run("ip", "-6", "neigh", "show", address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
