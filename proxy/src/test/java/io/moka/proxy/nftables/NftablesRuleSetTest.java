package io.moka.proxy.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules in the real kernel, in namespaces of the test's own: a node, three pods on a bridge of it, and a client elsewhere.
class NftablesRuleSetTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");
    private static final Front CLUSTER = new Front.ServiceAddress("10.96.0.5", "tcp", 80);
    private static final Front CLUSTER_UDP = new Front.ServiceAddress("10.96.0.5", "udp", 53);
    private static final Front NODE = new Front.NodePort("tcp", 30080);
    private static final Front NODE_UDP = new Front.NodePort("udp", 30053);

    private final List<NetworkNamespace> namespaces = new ArrayList<>();
    private final List<Process> servers = new ArrayList<>();

    private NetworkNamespace node;
    private NetworkNamespace client;
    private List<NetworkNamespace> pods;
    private NftablesRuleSet rules;

    @BeforeEach
    void connect() throws IOException {
        node = namespace();
        node.run("ip", "link", "add", "br0", "address", "0a:58:0a:f4:00:01", "type", "bridge");
        node.run("ip", "addr", "add", "10.244.0.1/24", "dev", "br0");
        node.run("ip", "link", "set", "br0", "up");
        node.run("sysctl", "-q", "net.ipv4.ip_forward=1");
        pods = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            var pod = namespace();
            node.run("ip", "link", "add", "pod" + i, "type", "veth", "peer", "name", "eth0", "netns", pod.name());
            node.run("ip", "link", "set", "pod" + i, "master", "br0", "up");
            node.run("ip", "link", "set", "dev", "pod" + i, "type", "bridge_slave", "hairpin", "on");
            address(pod, "10.244.0." + (i + 1) + "/24", "10.244.0.1");
            pods.add(pod);
        }
        client = namespace();
        node.run("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", client.name());
        node.run("ip", "addr", "add", "192.168.77.1/24", "dev", "uplink");
        node.run("ip", "link", "set", "uplink", "up");
        address(client, "192.168.77.2/24", "192.168.77.1");
        node.run("ip", "route", "add", "default", "via", "192.168.77.2");
        rules = new NftablesRuleSet("moka-test", "10.244.0.0/16", "10.96.0.0/12", node.tools());
    }

    private NetworkNamespace namespace() throws IOException {
        var namespace = new NetworkNamespace();
        namespaces.add(namespace);
        return namespace;
    }

    private static void address(NetworkNamespace namespace, String address, String gateway) throws IOException {
        namespace.run("ip", "addr", "add", address, "dev", "eth0");
        namespace.run("ip", "link", "set", "eth0", "up");
        namespace.run("ip", "route", "add", "default", "via", gateway);
    }

    @AfterEach
    void disconnect() throws Exception {
        for (var server : servers) {
            server.destroyForcibly().waitFor();
        }
        for (var namespace : namespaces) {
            namespace.close();
        }
    }

    /// Each pod says its number.
    private void serve() throws IOException {
        for (int i = 0; i < pods.size(); i++) {
            spawn(pods.get(i), "busybox", "nc", "-ll", "-p", "8080", "-e", "/bin/echo", Integer.toString(i + 1));
            awaitListening(pods.get(i), "tcp", 8080);
        }
    }

    private void spawn(NetworkNamespace where, String... command) throws IOException {
        servers.add(new ProcessBuilder(where.inside(List.of(command))).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    }

    private static void awaitListening(NetworkNamespace where, String protocol, int port) throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!where.run("ss", "-Hln", "--" + protocol, "sport", "=", ":" + port).contains(":" + port)) {
            assertTrue(System.nanoTime() < deadline, "nobody listens on " + port + " (the test needs busybox)");
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static Tools.Result connect(NetworkNamespace from, String address, int port) throws IOException {
        return from.attempt(List.of("busybox", "nc", "-w", "3", address, Integer.toString(port)));
    }

    /// The numbers of the pods that answer so many connections.
    private static List<String> answers(NetworkNamespace from, String address, int port, int times) throws IOException {
        var answers = new ArrayList<String>();
        for (int i = 0; i < times; i++) {
            var answer = connect(from, address, port);
            assertEquals(0, answer.status(), answer.output());
            answers.add(answer.output().strip());
        }
        return answers;
    }

    private static Backends pods(int... numbers) {
        return backends(0, false, numbers);
    }

    private static Backends backends(int affinitySeconds, boolean keepsSource, int... numbers) {
        return new Backends(IntStream.of(numbers).mapToObj(n -> new Endpoint("10.244.0." + (n + 1), 8080)).toList(), affinitySeconds, keepsSource);
    }

    private static Map<ObjectKey, Map<Front, Backends>> web(Map<Front, Backends> fronts) {
        return Map.of(WEB, fronts);
    }

    @Test
    void connectionsAreSpreadOverAllEndpointsFromNodePodAndOutside() throws IOException {
        serve();
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, pods(1, 2, 3))));
        assertEquals(Set.of("1", "2", "3"), new HashSet<>(answers(node, "10.96.0.5", 80, 30)));
        assertEquals(Set.of("1", "2", "3"), new HashSet<>(answers(pods.getFirst(), "10.96.0.5", 80, 30)), "hairpin: a pod reaches itself too");
        assertEquals(Set.of("1", "2", "3"), new HashSet<>(answers(client, "192.168.77.1", 30080, 30)));
        assertEquals(Set.of("1", "2", "3"), new HashSet<>(answers(pods.getFirst(), "10.244.0.1", 30080, 30)));
    }

    @Test
    void aServiceWithoutEndpointsRefusesAtOnce() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(), NODE, pods())));
        for (var from : List.of(node, pods.getFirst(), client)) {
            long start = System.nanoTime();
            var refused = connect(from, "10.96.0.5", 80);
            assertEquals(1, refused.status());
            assertTrue(refused.output().contains("refused"), refused.output());
            assertTrue(System.nanoTime() - start < 1_000_000_000L, "not left hanging");
        }
        assertTrue(connect(client, "192.168.77.1", 30080).output().contains("refused"));
    }

    @Test
    void endpointsComeAndGo() throws IOException {
        serve();
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertEquals(Set.of("1"), new HashSet<>(answers(node, "10.96.0.5", 80, 5)));
        rules.update(web(Map.of(CLUSTER, pods(2, 3))));
        assertEquals(Set.of("2", "3"), new HashSet<>(answers(node, "10.96.0.5", 80, 20)));
        rules.update(web(Map.of(CLUSTER, pods())));
        assertTrue(connect(node, "10.96.0.5", 80).output().contains("refused"));
        rules.update(web(Map.of(CLUSTER, pods(3))));
        assertEquals(Set.of("3"), new HashSet<>(answers(node, "10.96.0.5", 80, 5)));
        rules.update(web(Map.of()));
        assertTrue(elements().isEmpty(), elements()::toString);
    }

    @Test
    void aClientStaysWithItsEndpointAlsoWhenOthersComeAndGo() throws IOException {
        serve();
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2, 3))));
        var first = answers(client, "10.96.0.5", 80, 10);
        assertEquals(1, Set.copyOf(first).size(), first::toString);
        int mine = Integer.parseInt(first.getFirst());
        int other = mine == 1 ? 2 : 1;
        int third = 6 - mine - other;
        rules.update(web(Map.of(CLUSTER, backends(60, false, third, mine))));
        assertEquals(Set.of(first.getFirst()), Set.copyOf(answers(client, "10.96.0.5", 80, 5)));
        rules.update(web(Map.of(CLUSTER, backends(60, false, mine))));
        rules.update(web(Map.of(CLUSTER, backends(60, false, other, third, mine))));
        assertEquals(Set.of(first.getFirst()), Set.copyOf(answers(client, "10.96.0.5", 80, 5)));
        rules.update(web(Map.of(CLUSTER, backends(60, false, other, third))));
        var moved = answers(client, "10.96.0.5", 80, 5);
        assertEquals(1, Set.copyOf(moved).size(), "its endpoint is gone: it sticks to a new one");
        assertNotEquals(first.getFirst(), moved.getFirst());
    }

    @Test
    void whoComesFromOutsideIsMasqueradedUnlessTheSourceIsToBeKept() throws IOException {
        serve();
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        assertEquals("10.244.0.1", sourceSeenByPodOf(client, "192.168.77.1", 30080), "the node's");
        assertEquals("10.244.0.1", sourceSeenByPodOf(client, "10.96.0.5", 80), "the node's");
        assertEquals("10.244.0.3", sourceSeenByPodOf(pods.get(1), "10.96.0.5", 80), "pods see each other as they are");
        assertEquals("10.244.0.1", sourceSeenByPodOf(pods.getFirst(), "10.96.0.5", 80), "the node's, for a pod that meets itself");
        rules.update(web(Map.of(CLUSTER, pods(1), NODE, backends(0, true, 1))));
        assertEquals("192.168.77.2", sourceSeenByPodOf(client, "192.168.77.1", 30080), "the client's own");
    }

    /// Whom the pod answers, as the node's connection table has it.
    private String sourceSeenByPodOf(NetworkNamespace from, String address, int port) throws IOException {
        node.attempt(List.of("conntrack", "-F"));
        assertEquals(List.of("1"), answers(from, address, port, 1));
        var table = node.attempt(List.of("conntrack", "-L", "-p", "tcp", "--orig-port-dst", Integer.toString(port))).output();
        var answered = java.util.regex.Pattern.compile("src=10\\.244\\.0\\.2 dst=(\\S+) sport=8080").matcher(table);
        assertTrue(answered.find(), table);
        return answered.group(1);
    }

    @Test
    void anAddressOfTheWorldIsServedAsANodePortIsAndRefusedWithoutEndpoints() throws IOException {
        serve();
        var world = new Front.ExternalAddress("198.51.100.1", "tcp", 80);
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), world, pods(1))));
        assertEquals("10.244.0.1", sourceSeenByPodOf(client, "198.51.100.1", 80), "the node's, so that the answer comes back this way");
        rules.update(web(Map.of(CLUSTER, pods(1), world, backends(0, true, 1))));
        assertEquals("192.168.77.2", sourceSeenByPodOf(client, "198.51.100.1", 80), "the client's own");
        rules.update(web(Map.of(CLUSTER, pods(1), world, pods())));
        for (var from : List.of(node, pods.getFirst(), client)) {
            assertTrue(connect(from, "198.51.100.1", 80).output().contains("refused"));
        }
        rules.update(web(Map.of(CLUSTER, pods(1), world, pods(2))));
        assertEquals(List.of("2"), answers(client, "198.51.100.1", 80, 1));
        rules.update(web(Map.of(CLUSTER, pods(1))));
        assertEquals(Set.of(), Set.copyOf(elements().stream().filter(element -> element.contains("198.51.100.1")).toList()));
    }

    @Test
    void aClientIsForgottenAfterTheTimeOfItsAffinity() throws IOException {
        serve();
        rules.replaceAll(web(Map.of(CLUSTER, backends(1, false, 1, 2, 3))));
        answers(client, "10.96.0.5", 80, 1);
        assertTrue(knowsAClient());
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (knowsAClient()) {
            assertTrue(System.nanoTime() < deadline, "still known");
            LockSupport.parkNanos(50_000_000);
        }
    }

    private boolean knowsAClient() throws IOException {
        return node.run("nft", "list", "map", "ip", "moka-test", "affinity").contains("192.168.77.2");
    }

    private void serveUdp() throws IOException {
        for (int i = 0; i < 2; i++) {
            spawn(pods.get(i), UdpPeer.answering(8080, Integer.toString(i + 1)).toArray(String[]::new));
            awaitListening(pods.get(i), "udp", 8080);
        }
    }

    @Test
    void udpFollowsItsServiceAwayFromAGoneEndpoint() throws IOException {
        serveUdp();
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", ask());
        assertEquals("1", askNode());
        rules.update(web(Map.of(CLUSTER_UDP, pods(2), NODE_UDP, pods(2))));
        assertEquals("2", ask(), "the same client port, but the flow to the old endpoint was deleted");
        assertEquals("2", askNode());
    }

    @Test
    void udpFindsTheFirstEndpointThoughItWasAskedForBefore() throws IOException {
        serveUdp();
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(), NODE_UDP, pods())));
        client.attempt(UdpPeer.asking(40_000, "192.168.77.1", 30053));
        client.attempt(UdpPeer.asking(40_000, "10.96.0.5", 53));
        rules.update(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", askNode(), "the flow that led to nobody was deleted");
        assertEquals("1", ask());
    }

    @Test
    void udpFollowsWhatChangedWhileNobodyWatched() throws IOException {
        serveUdp();
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", ask());
        assertEquals("1", askNode());
        new NftablesRuleSet("moka-test", "10.244.0.0/16", "10.96.0.0/12", node.tools()).replaceAll(web(Map.of(CLUSTER_UDP, pods(2), NODE_UDP, pods(2))));
        assertEquals("2", ask());
        assertEquals("2", askNode());
    }

    private String ask() throws IOException {
        return client.run(UdpPeer.asking(40_000, "10.96.0.5", 53), "");
    }

    private String askNode() throws IOException {
        return client.run(UdpPeer.asking(40_000, "192.168.77.1", 30053), "");
    }

    @Test
    void aChangeTouchesOnlyItsOwnElements() throws IOException {
        var all = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (int i = 0; i < 20; i++) {
            all.put(new ObjectKey("n", "s" + i), Map.of(new Front.ServiceAddress("10.96.1." + i, "tcp", 80), pods(1, 2, 3), new Front.NodePort("tcp", 31000 + i), pods(1, 2)));
        }
        rules.replaceAll(all);
        var before = elements();
        rules.update(Map.of(new ObjectKey("n", "s7"), Map.of(new Front.ServiceAddress("10.96.1.7", "tcp", 80), pods(2, 3), new Front.NodePort("tcp", 31007), pods(1, 2))));
        var after = elements();
        var changed = new TreeSet<>(before);
        changed.removeAll(after);
        var added = new TreeSet<>(after);
        added.removeAll(before);
        assertFalse(changed.isEmpty());
        for (var element : List.of(changed, added)) {
            assertTrue(element.stream().allMatch(text -> text.contains("10.96.1.7")), element::toString);
        }
        rules.update(Map.of(new ObjectKey("n", "s7"), all.get(new ObjectKey("n", "s7"))));
        assertEquals(before.size(), elements().size());
    }

    @Test
    void aFullReplacementRemovesWhatAnEarlierProcessLeft() throws IOException {
        new NftablesRuleSet("moka-test", "10.244.0.0/16", "10.96.0.0/12", node.tools()).replaceAll(web(Map.of(CLUSTER, pods(1, 2))));
        rules.replaceAll(Map.of(new ObjectKey("n", "other"), Map.of(NODE, pods(3))));
        assertTrue(elements().stream().noneMatch(element -> element.contains("10.96.0.5")), elements()::toString);
        assertTrue(elements().stream().anyMatch(element -> element.contains("30080")));
        rules.remove();
        rules.remove();
        assertEquals("", node.run("nft", "list", "tables"));
    }

    @Test
    void aForeignFlushIsNoticed() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertTrue(rules.isIntact());
        node.run("nft", "flush", "ruleset");
        assertFalse(rules.isIntact());
        assertThrows(IOException.class, () -> rules.update(web(Map.of(CLUSTER, pods(1, 2)))));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2))));
        assertTrue(rules.isIntact());
    }

    @Test
    void anAddressThatTwoServicesClaimStaysWithTheFirstAndIsHandedOn() throws IOException {
        serve();
        var shared = new Front.ExternalAddress("198.51.100.1", "tcp", 80);
        var second = new ObjectKey("n", "second");
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), shared, pods(1))));
        var own = new Front.ServiceAddress("10.96.0.6", "tcp", 80);
        rules.update(Map.of(second, Map.of(own, pods(2), shared, pods(2))));
        assertEquals(List.of("1"), answers(node, "198.51.100.1", 80, 1));
        assertEquals(List.of("2"), answers(node, "10.96.0.6", 80, 1));
        rules.update(web(Map.of(CLUSTER, pods(1))));
        assertEquals(List.of("2"), answers(node, "198.51.100.1", 80, 1), "the first has let it go");
        rules.update(Map.of(second, Map.of()));
        assertEquals(Set.of(), Set.copyOf(elements().stream().filter(element -> element.contains("198.51.100.1")).toList()));
    }

    /// Not a bar, for it would fail on a busy machine: prints how long the kernel takes, and fails only if it is absurd.
    @Test
    void oneChangeIsAsQuickAmongThousands() throws IOException {
        for (int count : new int[] {1_000, 5_000}) {
            var all = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
            for (int i = 0; i < count; i++) {
                all.put(new ObjectKey("n", "s" + i), Map.of(front(i), endpoints(i, 10)));
            }
            long start = System.nanoTime();
            rules.replaceAll(all);
            long load = System.nanoTime() - start;
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 10; i++) {
                start = System.nanoTime();
                rules.update(Map.of(new ObjectKey("n", "s" + i), Map.of(front(i), endpoints(i, 9))));
                best = Math.min(best, System.nanoTime() - start);
            }
            System.err.printf("%d services of 10 endpoints: loaded in %d ms, one change in %.1f ms%n", count, load / 1_000_000, best / 1e6);
            assertTrue(best < 1_000_000_000L);
        }
    }

    private static Front front(int i) {
        return new Front.ServiceAddress("10.97." + i / 250 + "." + i % 250, "tcp", 80);
    }

    private static Backends endpoints(int i, int count) {
        return new Backends(IntStream.range(0, count).mapToObj(j -> new Endpoint("10." + (150 + j) + "." + i / 250 + "." + i % 250, 8080)).toList(), 0, false);
    }

    /// What the maps and sets hold, each element with the name of its map.
    private Set<String> elements() throws IOException {
        var elements = new TreeSet<String>();
        for (var entry : Json.mapper().readTree(node.run("nft", "-j", "list", "table", "ip", "moka-test")).path("nftables")) {
            for (var kind : List.of("map", "set")) {
                for (var element : entry.path(kind).path("elem")) {
                    elements.add(entry.path(kind).path("name").asText() + " " + element);
                }
            }
        }
        return elements;
    }
}
