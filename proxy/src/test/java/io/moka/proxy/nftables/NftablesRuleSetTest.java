package io.moka.proxy.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.ServicesRefusedException;
import io.moka.proxy.contract.RuleSetContract;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract in mode nftables, and what this mode promises beyond it.
class NftablesRuleSetTest extends RuleSetContract {

    @Override
    protected RuleSet open(ClusterNetwork network) {
        return new NftablesRuleSet("moka-test", network, lan.nodeNamespace().tools());
    }

    @Override
    protected String leftovers() throws IOException {
        return lan.nodeNamespace().run("nft", "-s", "list", "ruleset");
    }

    @Override
    protected void wipe() throws IOException {
        lan.nodeNamespace().run("nft", "flush", "ruleset");
    }

    @Test
    void aFlushOfTheTableOrOfAMapIsNoticed() throws IOException {
        for (var command : List.of("flush table ip moka-test", "flush map ip moka-test services", "flush map ip moka-test endpoints", "flush chain ip moka-test prerouting")) {
            rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
            assertTrue(rules.isIntact());
            lan.nodeNamespace().run("nft", command);
            assertFalse(rules.isIntact(), command);
        }
    }

    @Test
    void anUpdateOfATableThatIsGoneFails() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
        wipe();
        var failure = assertThrows(IOException.class, () -> rules.update(web(Map.of(CLUSTER, pods(1, 2)))));
        assertFalse(failure instanceof ServicesRefusedException, "no service is at fault");
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
    void chainsExistOnceForEachNumberOfEndpointsInUse() throws IOException {
        rules.replaceAll(Map.of(WEB, Map.of(CLUSTER, pods(1, 2)), OTHER, Map.of(new Front.ServiceAddress("10.96.0.6", "tcp", 80), pods(1, 3))));
        var two = chains();
        assertTrue(two.contains("pick-2"), two::toString);
        rules.update(web(Map.of(CLUSTER, pods(1, 2, 3))));
        assertTrue(chains().containsAll(Set.of("pick-2", "pick-3")), () -> chains().toString());
        rules.update(Map.of(OTHER, Map.of()));
        assertFalse(chains().contains("pick-2"), () -> chains().toString());
        rules.update(web(Map.of(CLUSTER, pods(1, 2))));
        assertEquals(two, chains());
    }

    private Set<String> chains() {
        try {
            var chains = new TreeSet<String>();
            for (var entry : Json.mapper().readTree(lan.nodeNamespace().run("nft", "-j", "list", "table", "ip", "moka-test")).path("nftables")) {
                if (entry.has("chain")) {
                    chains.add(entry.path("chain").path("name").asText());
                }
            }
            return chains;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheKernelRefusesLeavesEveryElementAsItWas() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2))));
        var before = elements();
        var change = Map.of(WEB, Map.of(CLUSTER, pods(3), NODE, pods(1, 2, 3)), OTHER, Map.<Front, Backends>of(new Front.ExternalAddress("2001:db8::1", "tcp", 80), pods(1)));
        var refused = assertThrows(ServicesRefusedException.class, () -> rules.update(change));
        assertEquals(Set.of(new ServicesRefusedException.Part(OTHER, IpFamily.IPV4)), refused.reasons().keySet());
        assertEquals(before, elements(), "neither the transaction nor the search touched anything");
        assertEquals("table ip moka-test", lan.nodeNamespace().run("nft", "list", "tables").strip());
        rules.update(Map.of(WEB, change.get(WEB)));
        assertFalse(before.equals(elements()));
    }

    @Test
    void clientsBeyondTheBoundOfAffinityAreBalancedWithoutIt() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, backends(600, false, 1, 2, 3))));
        var strangers = new StringBuilder("add element ip moka-test affinity { ");
        for (int i = 0; i < Table.AFFINITY_ENTRIES; i++) {
            strangers.append("10.%d.%d.%d . 10.96.0.5 . tcp . 80 timeout 600s : 0x1,\n".formatted(200 + i / 65_536, i / 256 % 256, i % 256));
        }
        lan.nodeNamespace().tools().nft(strangers + " }");
        assertEquals(Set.of("1", "2", "3"), words(lan.client(), IP, 80, 40));
        assertFalse(lan.nodeNamespace().run("nft", "list", "map", "ip", "moka-test", "affinity").contains("192.168.77.2"));
    }

    /// Prints how long the kernel takes. It fails only for an absurd time, as a strict limit would fail on a busy machine.
    @Test
    void oneChangeIsAsQuickAmongThousands() throws IOException {
        for (int count : new int[] {1_000, Integer.getInteger("moka.services", 5_000)}) {
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

    /// Returns the elements of all maps and sets, each with the name of its map or set.
    private Set<String> elements() throws IOException {
        var elements = new TreeSet<String>();
        for (var entry : Json.mapper().readTree(lan.nodeNamespace().run("nft", "-j", "list", "table", "ip", "moka-test")).path("nftables")) {
            for (var kind : List.of("map", "set")) {
                for (var element : entry.path(kind).path("elem")) {
                    elements.add(entry.path(kind).path("name").asText() + " " + element);
                }
            }
        }
        return elements;
    }
}
