package io.moka.proxy.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.ServicesRefusedException;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.Sources;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The contract of every mode of the proxy, tested by real connections between network namespaces.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RuleSetContract {

    protected static final ObjectKey WEB = new ObjectKey("default", "web");
    protected static final ObjectKey OTHER = new ObjectKey("default", "other");
    protected static final String IP = "10.96.0.5";
    protected static final Front CLUSTER = new Front.ServiceAddress(IP, "tcp", 80);
    private static final Front CLUSTER_UDP = new Front.ServiceAddress(IP, "udp", 53);
    protected static final Front NODE = new Front.NodePort("tcp", 30080);
    private static final Front NODE_UDP = new Front.NodePort("udp", 30053);
    private static final String WORLD_ADDRESS = "198.51.100.1";
    private static final Front WORLD = new Front.ExternalAddress(WORLD_ADDRESS, "tcp", 80);
    private static final int CHANGES = Boolean.getBoolean("moka.full") ? 200 : 10;
    private static final Set<String> ALL = Set.of("1", "2", "3");

    protected Lan lan;
    protected RuleSet rules;
    private RuleSet rules6;

    /// Opens a rule set in the node's namespace, as a new process does.
    protected abstract RuleSet open(ClusterNetwork network) throws IOException;

    /// Whether endpoints see the address of a client that is not masqueraded.
    protected boolean keepsSources() {
        return true;
    }

    /// Whether a client is forgotten as soon as the time of its affinity has passed; else it may stay for longer.
    protected boolean forgetsClientsInTime() {
        return true;
    }

    /// Returns the rules and other state of this mode in the node's namespace, as text; empty after a removal.
    protected abstract String leftovers() throws IOException;

    /// Deletes the rules of this mode behind its back, as a careless administrator may.
    protected abstract void wipe() throws IOException;

    protected static ClusterNetwork network(IpFamily family) {
        return ClusterNetwork.of(family, "10.244.0.0/16,fd00:10::/64", "10.96.0.0/12,fd00:96::/112");
    }

    @BeforeAll
    void connect() throws IOException {
        lan = new Lan();
    }

    @BeforeEach
    void start() throws IOException {
        rules = opened(IpFamily.IPV4);
        rules6 = opened(IpFamily.IPV6);
    }

    private RuleSet opened(IpFamily family) throws IOException {
        var opened = open(network(family));
        opened.nodePortsOn(List.of(Lan.NODE_ADDRESS, Lan.NODE_ADDRESS_6));
        return opened;
    }

    @AfterEach
    void clear() throws IOException {
        rules.remove();
        rules6.remove();
        lan.nodeNamespace().attempt("conntrack", "-F");
    }

    @AfterAll
    void disconnect() throws Exception {
        if (lan != null) {
            lan.close();
        }
    }

    // ---- values ----

    protected static Backends pods(int... numbers) {
        return backends(0, false, numbers);
    }

    protected static Backends backends(int affinitySeconds, boolean local, int... numbers) {
        return new Backends(endpoints("10.244.0.", numbers), affinitySeconds, local);
    }

    private static List<Endpoint> endpoints(String prefix, int... numbers) {
        return IntStream.of(numbers).mapToObj(n -> new Endpoint(prefix + (n + 1), 8080)).toList();
    }

    private static Backends local(List<Endpoint> here, List<Endpoint> everywhere) {
        return new Backends("", here, everywhere, 0, true, Sources.ANYONE);
    }

    private static Backends admitting(String... cidrs) {
        return new Backends("", endpoints("10.244.0.", 1), endpoints("10.244.0.", 1), 0, false, new Sources.Ranges(List.of(cidrs)));
    }

    protected static Map<ObjectKey, Map<Front, Backends>> web(Map<Front, Backends> fronts) {
        return Map.of(WEB, fronts);
    }

    // ---- what clients see ----

    private static List<String> tcp(Child from, String address, int port, int times) {
        return List.of(from.ask("tcp " + address + " " + port + " " + times).split(";"));
    }

    /// Opens this number of connections and returns the words that they were answered with.
    protected static Set<String> words(Child from, String address, int port, int times) {
        return tcp(from, address, port, times).stream().map(answer -> answer.split(" ")[0]).collect(Collectors.toSet());
    }

    private static String one(Child from, String address, int port) {
        return tcp(from, address, port, 1).getFirst();
    }

    private static String udp(Child from, int fromPort, String address, int port) {
        return from.ask("udp " + address + " " + port + " " + fromPort + " 1").split(" ")[0];
    }

    private List<Child> everybody() {
        return List.of(lan.node(), lan.pod(1), lan.client());
    }

    private void assertRefused(String address, int port) {
        for (var from : everybody()) {
            long start = System.nanoTime();
            assertEquals("refused", one(from, address, port));
            assertTrue(System.nanoTime() - start < 1_000_000_000L, "not left hanging");
        }
    }

    // ---- reach and balance ----

    @Test
    void connectionsToAServiceAddressAreSpreadOverAllEndpoints() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3))));
        for (var from : everybody()) {
            assertEquals(ALL, words(from, IP, 80, 40));
        }
    }

    @Test
    void endpointsGetEqualShares() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3))));
        var answers = tcp(lan.pod(1), IP, 80, 600).stream().map(answer -> answer.split(" ")[0]).toList();
        for (var word : ALL) {
            int share = Collections.frequency(answers, word);
            assertTrue(share > 140 && share < 260, word + " had " + share + " of 600");
        }
    }

    @Test
    void connectionsToANodePortAreSpreadOverAllEndpoints() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, pods(1, 2, 3))));
        for (var from : everybody()) {
            assertEquals(ALL, words(from, Lan.NODE_ADDRESS, 30080, 40));
        }
    }

    @Test
    void connectionsToAnExternalAddressAreSpreadOverAllEndpoints() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, pods(1, 2, 3))));
        for (var from : everybody()) {
            assertEquals(ALL, words(from, WORLD_ADDRESS, 80, 40));
        }
    }

    @Test
    void aPodReachesItself() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        assertEquals(Set.of("1"), words(lan.pod(1), IP, 80, 3));
        assertEquals(Set.of("1"), words(lan.pod(1), Lan.NODE_ADDRESS, 30080, 3));
    }

    @Test
    void nodePortsAreServedAtTheNamedAddressesOnly() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        assertEquals(Set.of("1"), words(lan.pod(2), Lan.NODE_ADDRESS, 30080, 3));
        assertEquals("refused", one(lan.pod(2), "10.244.0.1", 30080));
        rules.nodePortsOn(List.of("0.0.0.0/0"));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        assertEquals(Set.of("1"), words(lan.pod(2), "10.244.0.1", 30080, 3));
    }

    @Test
    void servicesOfIpv6AreServedAsThoseOfIpv4() throws IOException {
        var front = new Front.ServiceAddress("fd00:96::5", "tcp", 80);
        var port = new Front.NodePort(IpFamily.IPV6, "tcp", 30086);
        var all = new Backends(endpoints("fd00:10::", 1, 2, 3), 0, false);
        rules6.replaceAll(web(Map.of(front, all, port, all)));
        for (var from : everybody()) {
            assertEquals(ALL, words(from, "fd00:96::5", 80, 40));
            assertEquals(ALL, words(from, Lan.NODE_ADDRESS_6, 30086, 40));
        }
        rules6.update(web(Map.of(front, all.empty(), port, all.empty())));
        assertRefused("fd00:96::5", 80);
        rules6.update(web(Map.of(front, new Backends(endpoints("fd00:10::", 2), 60, false))));
        assertEquals(Set.of("2"), words(lan.client(), "fd00:96::5", 80, 5));
        rules6.remove();
        assertEquals("", leftovers());
    }

    @Test
    void theFamiliesDoNotTouchEachOther() throws IOException {
        var front = new Front.ServiceAddress("fd00:96::5", "udp", 53);
        rules6.replaceAll(web(Map.of(front, new Backends(endpoints("fd00:10::", 1), 0, false))));
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(2))));
        assertEquals("1", udp(lan.client(), 40_001, "fd00:96::5", 53));
        assertEquals("2", udp(lan.client(), 40_001, IP, 53));
        rules6.update(web(Map.of(front, new Backends(endpoints("fd00:10::", 3), 0, false))));
        assertEquals("3", udp(lan.client(), 40_001, "fd00:96::5", 53), "the flow of this family was deleted");
        rules.remove();
        assertEquals("3", udp(lan.client(), 0, "fd00:96::5", 53));
    }

    @Test
    void portsOfAServiceLeadToTheirOwnEndpoints() throws IOException {
        var second = new Front.ServiceAddress(IP, "tcp", 81);
        rules.replaceAll(web(Map.of(CLUSTER, named("a", 1), second, named("b", 2))));
        assertEquals(Set.of("1"), words(lan.pod(3), IP, 80, 5));
        assertEquals(Set.of("2"), words(lan.pod(3), IP, 81, 5));
        assertEquals("refused", one(lan.pod(3), IP, 82));
    }

    private static Backends named(String port, int number) {
        return new Backends(port, endpoints("10.244.0.", number), endpoints("10.244.0.", number), 0, false, Sources.ANYONE);
    }

    @Test
    void tcpAndUdpOfOnePortAreTwoFronts() throws IOException {
        var udp = new Front.ServiceAddress(IP, "udp", 80);
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), udp, pods(2))));
        assertEquals(Set.of("1"), words(lan.client(), IP, 80, 5));
        assertEquals("2", udp(lan.client(), 0, IP, 80));
    }

    // ---- no endpoints ----

    @Test
    void aServiceAddressWithoutEndpointsRefusesAtOnce() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods())));
        assertRefused(IP, 80);
    }

    @Test
    void aNodePortWithoutEndpointsRefusesAtOnce() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(), NODE, pods())));
        assertRefused(Lan.NODE_ADDRESS, 30080);
    }

    @Test
    void anExternalAddressWithoutEndpointsRefusesAtOnce() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(), WORLD, pods())));
        assertRefused(WORLD_ADDRESS, 80);
        rules.update(web(Map.of(CLUSTER, pods(2), WORLD, pods(2))));
        assertEquals(Set.of("2"), words(lan.client(), WORLD_ADDRESS, 80, 3));
    }

    @Test
    void anAddressOfTheRangeWithoutServiceRefusesAtOnce() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertRefused("10.96.7.7", 80);
        assertRefused(IP, 8080);
    }

    @Test
    void udpWithoutEndpointsIsRefused() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods())));
        for (var from : List.of(lan.pod(1), lan.client())) {
            assertEquals("refused", udp(from, 0, IP, 53));
        }
    }

    // ---- change ----

    @Test
    void endpointsComeAndGo() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertEquals(Set.of("1"), words(lan.node(), IP, 80, 5));
        rules.update(web(Map.of(CLUSTER, pods(2, 3))));
        assertEquals(Set.of("2", "3"), words(lan.node(), IP, 80, 30));
        rules.update(web(Map.of(CLUSTER, pods())));
        assertEquals("refused", one(lan.node(), IP, 80));
        rules.update(web(Map.of(CLUSTER, pods(3))));
        assertEquals(Set.of("3"), words(lan.node(), IP, 80, 5));
    }

    @Test
    void aRemovedServiceIsRefused() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        rules.update(web(Map.of()));
        assertRefused(IP, 80);
        assertEquals("refused", one(lan.client(), Lan.NODE_ADDRESS, 30080));
    }

    @Test
    void anUpdateTouchesNoOtherService() throws IOException {
        var other = new Front.ServiceAddress("10.96.0.6", "tcp", 80);
        rules.replaceAll(Map.of(WEB, Map.of(CLUSTER, pods(1)), OTHER, Map.of(other, pods(2))));
        rules.update(web(Map.of(CLUSTER, pods(3))));
        assertEquals(Set.of("2"), words(lan.pod(1), "10.96.0.6", 80, 5));
        assertEquals(Set.of("3"), words(lan.pod(1), IP, 80, 5));
        rules.update(Map.of(OTHER, Map.of()));
        assertEquals(Set.of("3"), words(lan.pod(1), IP, 80, 5));
    }

    @Test
    void manyServicesChangeInOneUpdate() throws IOException {
        var before = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        var after = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (int i = 10; i < 40; i++) {
            var front = new Front.ServiceAddress("10.96.1." + i, "tcp", 80);
            before.put(new ObjectKey("n", "s" + i), Map.of(front, pods(1)));
            after.put(new ObjectKey("n", "s" + i), i % 2 == 0 ? Map.of(front, pods(2)) : Map.of());
        }
        rules.replaceAll(before);
        rules.update(after);
        for (int i = 10; i < 40; i++) {
            assertEquals(i % 2 == 0 ? Set.of("2") : Set.of("refused"), words(lan.pod(1), "10.96.1." + i, 80, 1));
        }
    }

    @Test
    void aFullReplacementRemovesWhatIsNotWantedAnyMore() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        rules.replaceAll(Map.of(OTHER, Map.of(new Front.ServiceAddress("10.96.0.6", "tcp", 80), pods(2))));
        assertEquals("refused", one(lan.client(), IP, 80));
        assertEquals("refused", one(lan.client(), Lan.NODE_ADDRESS, 30080));
        assertEquals(Set.of("2"), words(lan.client(), "10.96.0.6", 80, 3));
    }

    /// A replacement happens at each start of the proxy, and when rules are missing.
    @Test
    void everyConnectionIsServedWhileAllRulesAreReplaced() throws IOException {
        everyConnectionIsServedDuring(_ -> rules.replaceAll(web(Map.of(CLUSTER, pods(1)))));
    }

    @Test
    void everyConnectionIsServedWhileEndpointsComeAndGo() throws IOException {
        everyConnectionIsServedDuring(i -> rules.update(web(Map.of(CLUSTER, i % 2 == 0 ? pods(3) : pods(1, 2, 3)))));
    }

    private interface Change {
        void make(int number) throws IOException;
    }

    private void everyConnectionIsServedDuring(Change change) throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3))));
        var clients = List.of(lan.client(), lan.node());
        clients.forEach(client -> client.ask("hammer " + IP + " 80"));
        for (int i = 0; i < CHANGES; i++) {
            change.make(i);
        }
        for (var client : clients) {
            var hits = client.ask("hammered").split(";");
            System.err.printf("%s connections during %d changes, %s failed%n", hits[0], CHANGES, hits[1]);
            assertEquals("0", hits[1], hits[2]);
            assertTrue(Integer.parseInt(hits[0]) > 0, () -> "the client was too slow to show anything");
        }
    }

    @Test
    void aNewProcessTakesOverWhatAnEarlierOneLeft() throws IOException {
        rules.replaceAll(Map.of(WEB, Map.of(CLUSTER, pods(1), NODE, pods(1)), OTHER, Map.of(WORLD, pods(1))));
        rules = opened(IpFamily.IPV4);
        rules.replaceAll(web(Map.of(CLUSTER, pods(2))));
        assertEquals(Set.of("2"), words(lan.client(), IP, 80, 5));
        assertEquals("refused", one(lan.client(), Lan.NODE_ADDRESS, 30080));
        rules.update(web(Map.of(CLUSTER, pods(3))));
        assertEquals(Set.of("3"), words(lan.client(), IP, 80, 5));
    }

    @Test
    void aNodePortMoves() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
        rules.update(web(Map.of(CLUSTER, pods(1), new Front.NodePort("tcp", 30081), pods(1))));
        assertEquals("refused", one(lan.client(), Lan.NODE_ADDRESS, 30080));
        assertEquals(Set.of("1"), words(lan.client(), Lan.NODE_ADDRESS, 30081, 3));
    }

    @Test
    void anEstablishedConnectionOutlivesEveryChange() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        var opened = lan.client().ask("open " + IP + " 80").split(" ");
        assertEquals("1", opened[1]);
        rules.update(web(Map.of(CLUSTER, pods(2, 3))));
        assertEquals("1", lan.client().ask("talk " + opened[0]).split(" ")[0], "its endpoint has gone from the service");
        rules.replaceAll(web(Map.of(CLUSTER, pods(3))));
        assertEquals("1", lan.client().ask("talk " + opened[0]).split(" ")[0], "everything was replaced");
        rules.update(web(Map.of()));
        assertEquals("1", lan.client().ask("talk " + opened[0]).split(" ")[0], "the service is gone");
    }

    @Test
    void aSharedAddressIsServedForEitherService() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, pods(1))));
        rules.update(Map.of(OTHER, Map.of(new Front.ExternalAddress(WORLD_ADDRESS, "tcp", 81), pods(2))));
        assertEquals(Set.of("1"), words(lan.client(), WORLD_ADDRESS, 80, 3));
        assertEquals(Set.of("2"), words(lan.client(), WORLD_ADDRESS, 81, 3));
    }

    @Test
    void anExternalAddressThatTwoServicesClaimStaysWithTheFirstAndIsHandedOn() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, pods(1))));
        rules.update(Map.of(OTHER, Map.of(new Front.ServiceAddress("10.96.0.6", "tcp", 80), pods(2), WORLD, pods(2))));
        assertEquals(Set.of("1"), words(lan.client(), WORLD_ADDRESS, 80, 3));
        rules.update(web(Map.of(CLUSTER, pods(1))));
        assertEquals(Set.of("2"), words(lan.client(), WORLD_ADDRESS, 80, 3), "the first has let it go");
    }

    // ---- affinity ----

    @Test
    void aClientStaysWithItsEndpoint() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2, 3), NODE, backends(60, false, 1, 2, 3))));
        assertEquals(1, words(lan.client(), IP, 80, 12).size());
        assertEquals(1, words(lan.pod(1), IP, 80, 12).size());
        assertEquals(1, words(lan.client(), Lan.NODE_ADDRESS, 30080, 12).size());
    }

    @Test
    void aClientStaysWhenOtherEndpointsComeAndGo() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2, 3))));
        var first = words(lan.client(), IP, 80, 5);
        int mine = Integer.parseInt(first.iterator().next());
        int other = mine == 1 ? 2 : 1;
        int third = 6 - mine - other;
        rules.update(web(Map.of(CLUSTER, backends(60, false, third, mine))));
        assertEquals(first, words(lan.client(), IP, 80, 8));
        rules.update(web(Map.of(CLUSTER, backends(60, false, mine))));
        rules.update(web(Map.of(CLUSTER, backends(60, false, other, third, mine))));
        assertEquals(first, words(lan.client(), IP, 80, 8));
    }

    @Test
    void aClientMovesWhenItsEndpointGoes() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2, 3))));
        int mine = Integer.parseInt(words(lan.client(), IP, 80, 3).iterator().next());
        rules.update(web(Map.of(CLUSTER, backends(60, false, IntStream.of(1, 2, 3).filter(n -> n != mine).toArray()))));
        var moved = words(lan.client(), IP, 80, 8);
        assertEquals(1, moved.size(), moved::toString);
        assertNotEquals(Set.of(Integer.toString(mine)), moved);
    }

    @Test
    void aClientIsForgottenAfterTheTimeOfItsAffinity() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(1, false, 1, 2, 3))));
        var seen = new HashSet<>(words(lan.client(), IP, 80, 3));
        assertEquals(1, seen.size());
        for (int i = 0; i < 12 && seen.size() == 1; i++) {
            pause(1_300);
            seen.addAll(words(lan.client(), IP, 80, 1));
        }
        assertEquals(forgetsClientsInTime(), seen.size() > 1, "with another endpoint");
    }

    /// Sleeps for real, as the kernel's clock cannot be set.
    private static void pause(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void affinityHoldsForUdpToo() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, backends(60, false, 1, 2, 3))));
        var seen = new HashSet<String>();
        for (int i = 0; i < 10; i++) {
            seen.add(udp(lan.client(), 0, IP, 53));
        }
        assertEquals(1, seen.size(), seen::toString);
    }

    // ---- sources ----

    private String source(Child from, String address, int port) {
        return one(from, address, port).split(" ")[1];
    }

    @Test
    void podsSeeEachOtherAsTheyAre() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertEquals(keepsSources() ? "10.244.0.3" : "10.244.0.1", source(lan.pod(2), IP, 80));
        assertEquals("10.244.0.1", source(lan.pod(1), IP, 80), "the node's, for a pod that meets itself");
    }

    @Test
    void clientsFromOutsideAreMasqueraded() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1), WORLD, pods(1))));
        assertEquals("10.244.0.1", source(lan.client(), Lan.NODE_ADDRESS, 30080));
        assertEquals("10.244.0.1", source(lan.client(), WORLD_ADDRESS, 80));
        assertEquals("10.244.0.1", source(lan.client(), IP, 80));
    }

    @Test
    void aLocalFrontKeepsTheClientsAddress() throws IOException {
        var here = local(endpoints("10.244.0.", 1), endpoints("10.244.0.", 1, 2, 3));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, here, WORLD, here)));
        assertEquals(keepsSources() ? Lan.CLIENT_ADDRESS : "10.244.0.1", source(lan.client(), Lan.NODE_ADDRESS, 30080));
        assertEquals(keepsSources() ? Lan.CLIENT_ADDRESS : "10.244.0.1", source(lan.client(), WORLD_ADDRESS, 80));
    }

    // ---- Local policies ----

    @Test
    void aLocalFrontLeadsClientsFromOutsideToThisNodesEndpoints() throws IOException {
        var here = local(endpoints("10.244.0.", 2), endpoints("10.244.0.", 1, 2, 3));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, here, WORLD, here)));
        assertEquals(Set.of("2"), words(lan.client(), Lan.NODE_ADDRESS, 30080, 20));
        assertEquals(Set.of("2"), words(lan.client(), WORLD_ADDRESS, 80, 20));
    }

    @Test
    void aLocalFrontLeadsPodsAndTheNodeToAllEndpoints() throws IOException {
        var here = local(endpoints("10.244.0.", 2), endpoints("10.244.0.", 1, 2, 3));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, here, WORLD, here)));
        for (var from : List.of(lan.pod(3), lan.node())) {
            assertEquals(ALL, words(from, Lan.NODE_ADDRESS, 30080, 40));
            assertEquals(ALL, words(from, WORLD_ADDRESS, 80, 40));
        }
    }

    @Test
    void aLocalFrontWithoutEndpointsHereDropsWhatComesFromOutside() throws IOException {
        var elsewhere = local(List.of(), endpoints("10.244.0.", 1, 2, 3));
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3), NODE, elsewhere, WORLD, elsewhere)));
        assertEquals("timeout", one(lan.client(), Lan.NODE_ADDRESS, 30080));
        assertEquals("timeout", one(lan.client(), WORLD_ADDRESS, 80));
        for (var from : List.of(lan.pod(3), lan.node())) {
            assertEquals(ALL, words(from, Lan.NODE_ADDRESS, 30080, 40));
            assertEquals(ALL, words(from, WORLD_ADDRESS, 80, 40));
        }
        rules.update(web(Map.of(CLUSTER, pods(1), NODE, local(List.of(), List.of()), WORLD, local(List.of(), List.of()))));
        assertRefused(Lan.NODE_ADDRESS, 30080);
        assertRefused(WORLD_ADDRESS, 80);
    }

    @Test
    void aLocalFrontWithAffinityKeepsTheTwoKindsOfClientsApart() throws IOException {
        var here = new Backends("", endpoints("10.244.0.", 2), endpoints("10.244.0.", 1, 2, 3), 60, true, Sources.ANYONE);
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2, 3), NODE, here)));
        assertEquals(Set.of("2"), words(lan.client(), Lan.NODE_ADDRESS, 30080, 10));
        assertEquals(1, words(lan.pod(3), Lan.NODE_ADDRESS, 30080, 10).size());
    }

    @Test
    void anInternalLocalPolicyKeepsConnectionsHereOrDropsThem() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, local(endpoints("10.244.0.", 2), endpoints("10.244.0.", 1, 2, 3)))));
        for (var from : everybody()) {
            assertEquals(Set.of("2"), words(from, IP, 80, 10));
        }
        rules.update(web(Map.of(CLUSTER, local(List.of(), endpoints("10.244.0.", 1, 2, 3)))));
        assertEquals("timeout", one(lan.pod(1), IP, 80));
        assertEquals("timeout", one(lan.client(), IP, 80));
        rules.update(web(Map.of(CLUSTER, local(List.of(), List.of()))));
        assertEquals("refused", one(lan.pod(1), IP, 80));
    }

    // ---- source ranges ----

    @Test
    void aClientOutsideTheRangesOfALoadBalancerIsDropped() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, admitting("203.0.113.0/24"))));
        assertEquals("timeout", one(lan.client(), WORLD_ADDRESS, 80));
    }

    @Test
    void aClientWithinTheRangesOfALoadBalancerIsServed() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, admitting("203.0.113.0/24", "192.168.0.0/16"))));
        assertEquals(Set.of("1"), words(lan.client(), WORLD_ADDRESS, 80, 3));
    }

    @Test
    void sourceRangesBindNoOtherFront() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1), WORLD, admitting("203.0.113.0/24"))));
        assertEquals(Set.of("1"), words(lan.client(), IP, 80, 3));
        assertEquals(Set.of("1"), words(lan.client(), Lan.NODE_ADDRESS, 30080, 3));
    }

    @Test
    void sourceRangesChange() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), WORLD, admitting("192.168.77.2"))));
        assertEquals(Set.of("1"), words(lan.client(), WORLD_ADDRESS, 80, 3));
        rules.update(web(Map.of(CLUSTER, pods(1), WORLD, admitting())));
        assertEquals("timeout", one(lan.client(), WORLD_ADDRESS, 80));
        rules.update(web(Map.of(CLUSTER, pods(1), WORLD, pods(1))));
        assertEquals(Set.of("1"), words(lan.client(), WORLD_ADDRESS, 80, 3));
    }

    // ---- UDP ----

    @Test
    void udpIsAnsweredFromEverywhere() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        for (var from : everybody()) {
            assertEquals("1", udp(from, 0, IP, 53));
            assertEquals("1", udp(from, 0, Lan.NODE_ADDRESS, 30053));
        }
    }

    @Test
    void udpIsSpreadOverAllEndpoints() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1, 2, 3))));
        var answers = List.of(lan.client().ask("udp " + IP + " 53 0 40").split(";"));
        assertEquals(ALL, answers.stream().map(answer -> answer.split(" ")[0]).collect(Collectors.toSet()));
    }

    @Test
    void udpFollowsItsServiceAwayFromAGoneEndpoint() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", udp(lan.client(), 40_000, IP, 53));
        assertEquals("1", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053));
        rules.update(web(Map.of(CLUSTER_UDP, pods(2), NODE_UDP, pods(2))));
        assertEquals("2", udp(lan.client(), 40_000, IP, 53), "the same client port, but the flow to the old endpoint was deleted");
        assertEquals("2", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053));
    }

    @Test
    void udpFindsTheFirstEndpointThoughItWasAskedForBefore() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(), NODE_UDP, pods())));
        assertEquals("refused", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053));
        assertEquals("refused", udp(lan.client(), 40_000, IP, 53));
        rules.update(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053), "the flow that led to nobody was deleted");
        assertEquals("1", udp(lan.client(), 40_000, IP, 53));
    }

    @Test
    void udpFromOnePortThroughAServiceScaledToZeroAndBackIsAnsweredWithinTwoSeconds() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1))));
        for (var from : List.of(lan.client(), lan.pod(2), lan.node())) {
            rules.update(web(Map.of(CLUSTER_UDP, pods(1))));
            assertEquals("1", udp(from, 40_000, IP, 53));
            rules.update(web(Map.of(CLUSTER_UDP, pods())));
            for (int i = 0; i < 3; i++) {
                assertEquals("refused", udp(from, 40_000, IP, 53));
            }
            rules.update(web(Map.of(CLUSTER_UDP, pods(3))));
            long start = System.nanoTime();
            rules.settle();
            assertEquals("3", udp(from, 40_000, IP, 53));
            assertTrue(System.nanoTime() - start < 2_000_000_000L);
        }
    }

    @Test
    void udpFollowsWhatChangedWhileNobodyWatched() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1), NODE_UDP, pods(1))));
        assertEquals("1", udp(lan.client(), 40_000, IP, 53));
        assertEquals("1", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053));
        rules = opened(IpFamily.IPV4);
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(2), NODE_UDP, pods(2))));
        assertEquals("2", udp(lan.client(), 40_000, IP, 53));
        assertEquals("2", udp(lan.client(), 40_000, Lan.NODE_ADDRESS, 30053));
    }

    @Test
    void bothOfTwoQuestionsFromOneSocketAtOneInstantAreAnswered() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER_UDP, pods(1, 2, 3))));
        var result = lan.pod(1).ask("pairs " + IP + " 53 2000").split(" ");
        assertEquals("2000", result[0], "pairs with both answers; the slowest took " + result[1] + " ms");
    }

    // ---- failures, integrity, removal ----

    @Test
    void aRefusedServiceIsNamedAndEverythingIsAsItWas() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        var bad = Map.<Front, Backends>of(new Front.ServiceAddress("10.96.0.6", "nonsense", 80), pods(1));
        var refused = assertThrows(ServicesRefusedException.class, () -> rules.update(Map.of(WEB, Map.of(CLUSTER, pods(2)), OTHER, bad)));
        assertEquals(Set.of(new ServicesRefusedException.Part(OTHER, IpFamily.IPV4)), refused.reasons().keySet());
        assertFalse(refused.getMessage().isBlank());
        assertEquals(Set.of("1"), words(lan.client(), IP, 80, 3));
        rules.update(web(Map.of(CLUSTER, pods(2))));
        assertEquals(Set.of("2"), words(lan.client(), IP, 80, 3));
    }

    @Test
    void allOfSeveralRefusedServicesAreNamed() throws IOException {
        var all = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (int i = 1; i <= 60; i++) {
            all.put(new ObjectKey("n", "s" + i), Map.of(new Front.ServiceAddress("10.96.1." + i, i % 20 == 7 ? "nonsense" : "tcp", 80), pods(1, 2)));
        }
        var refused = assertThrows(ServicesRefusedException.class, () -> rules.replaceAll(all)).reasons();
        assertEquals(Set.of("s7", "s27", "s47"), refused.keySet().stream().map(part -> part.service().name()).collect(Collectors.toSet()));
        refused.keySet().forEach(part -> all.remove(part.service()));
        rules.replaceAll(all);
        assertEquals(Set.of("1", "2"), words(lan.client(), "10.96.1.8", 80, 20));
    }

    @Test
    void aWipeIsNoticedAndMended() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertTrue(rules.isIntact());
        wipe();
        assertFalse(rules.isIntact());
        rules.replaceAll(web(Map.of(CLUSTER, pods(2))));
        assertTrue(rules.isIntact());
        assertEquals(Set.of("2"), words(lan.client(), IP, 80, 3));
    }

    @Test
    void whatHasEndpointsOrNoneIsIntactAfterEachChange() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods())));
        assertTrue(rules.isIntact());
        rules.update(web(Map.of(CLUSTER, backends(60, false, 1, 2))));
        assertTrue(rules.isIntact());
        rules.update(web(Map.of()));
        assertTrue(rules.isIntact());
        rules.replaceAll(Map.of());
        assertTrue(rules.isIntact());
    }

    @Test
    void removalLeavesNothingBehind() throws IOException {
        rules.replaceAll(Map.of(WEB, Map.of(CLUSTER, backends(60, false, 1, 2, 3), NODE, pods(1), WORLD, admitting("10.0.0.0/8"), CLUSTER_UDP, pods()),
                OTHER, Map.of(new Front.NodePort("tcp", 30081), local(List.of(), endpoints("10.244.0.", 1)))));
        assertNotEquals("", leftovers());
        rules.remove();
        assertEquals("", leftovers());
        rules.remove();
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        assertEquals(Set.of("1"), words(lan.client(), IP, 80, 3));
        opened(IpFamily.IPV4).remove();
        assertEquals("", leftovers(), "another process removes what this one made");
    }

    @Test
    void aServiceThatComesAndGoesLeavesWhatWasThereBefore() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        var before = leftovers();
        rules.update(Map.of(OTHER, Map.of(new Front.ServiceAddress("10.96.0.6", "tcp", 80), backends(30, false, 1, 2), WORLD, admitting("10.0.0.0/8"),
                new Front.NodePort("udp", 30081), local(endpoints("10.244.0.", 1), endpoints("10.244.0.", 1, 2)))));
        assertNotEquals(before, leftovers());
        rules.update(Map.of(OTHER, Map.of()));
        assertEquals(before, leftovers());
    }

    @Test
    void theWayOfAPacketIsDescribed() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(60, false, 1, 2), NODE, local(List.of(), endpoints("10.244.0.", 3)), WORLD, admitting("203.0.113.0/24"))));
        var text = rules.describe(CLUSTER);
        for (var word : List.of("default/web", "10.244.0.2:8080", "10.244.0.3:8080")) {
            assertTrue(text.contains(word), text);
        }
        assertTrue(rules.describe(NODE).contains("10.244.0.4:8080") && rules.describe(NODE).toLowerCase(java.util.Locale.ROOT).contains("drop"), rules.describe(NODE));
        assertTrue(rules.describe(WORLD).contains("203.0.113.0/24"), rules.describe(WORLD));
        assertTrue(rules.describe(new Front.NodePort("tcp", 1)).contains("no service"));
        assertTrue(text.lines().count() > 1, text);
    }

    @Test
    void whatTheKernelHoldsOfAFrontIsShownUntilItIsWiped() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2), NODE, pods())));
        assertFalse(rules.held(CLUSTER).isEmpty());
        assertFalse(rules.held(NODE).isEmpty(), "what refuses connections, too");
        assertEquals(List.of(), rules.held(WORLD));
        wipe();
        assertEquals(List.of(), rules.held(CLUSTER));
    }
}
