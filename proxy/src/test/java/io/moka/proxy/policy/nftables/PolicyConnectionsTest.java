package io.moka.proxy.policy.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.policy.Oracle;
import io.moka.proxy.policy.RandomPolicies;
import io.moka.proxy.policy.World;
import io.moka.proxy.policy.model.Protocol;
import io.moka.proxy.policy.nftables.Prober.Flow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random policies in the real kernel, every pair of pods tried by real connections, against the oracle. `-Dmoka.full=true` tries 200 policies at least.
class PolicyConnectionsTest {

    private static final int POLICIES = Boolean.getBoolean("moka.full") ? 220 : 30;
    private static final long SEED = 42;
    private static final World WORLD = new World();

    private static PodNetwork network;
    private static Prober prober;
    private static PolicyRuleSet rules;

    @BeforeAll
    static void build() throws Exception {
        network = new PodNetwork(WORLD);
        prober = new Prober(network, running().stream().map(pod -> ObjectKey.of(pod).toString()).toList());
        rules = new PolicyRuleSet("moka-test", network.tools("node"));
    }

    @AfterAll
    static void takeDown() throws Exception {
        prober.close();
        network.close();
    }

    @AfterEach
    void removeRules() throws Exception {
        rules.remove();
        assertEquals("", network.run("node", "nft", "list", "ruleset"), "something is left in the kernel");
    }

    private static List<Pod> running() {
        return WORLD.pods.subList(0, 9);
    }

    private static List<Flow> everyFlow(int version) {
        var flows = new ArrayList<Flow>();
        for (var from : running()) {
            for (var to : running()) {
                for (var protocol : version == 0 ? List.of(Protocol.values()) : List.of(Protocol.TCP, Protocol.UDP)) {
                    for (int port : List.of(80, 81)) {
                        if (from != to) {
                            flows.add(new Flow(ObjectKey.of(from).toString(), ObjectKey.of(to).toString(), from.getStatus().getPodIPs().get(version).getIp(),
                                    to.getStatus().getPodIPs().get(version).getIp(), protocol, port));
                        }
                    }
                }
            }
        }
        return flows;
    }

    @Test
    void withoutPolicyEverythingPasses() throws Exception {
        compare(List.of(), 0);
        compare(List.of(), 1);
    }

    @Test
    void connectionsPassAsTheDocumentationSays() throws Exception {
        var generator = new RandomPolicies(SEED);
        var random = new Random(SEED);
        var book = WORLD.book(List.of());
        rules.replaceAll(book.isolations().values(), List.of());
        var policies = new ArrayList<NetworkPolicy>();
        for (int tried = 0, step = 0; tried < POLICIES; step++) {
            while (!policies.isEmpty() && random.nextInt(3) > 0) {
                book.removePolicy(ObjectKey.of(policies.remove(random.nextInt(policies.size()))));
            }
            for (int i = random.nextInt(3); i >= 0; i--, tried++) {
                policies.add(generator.next());
                book.put(policies.getLast());
            }
            rules.update(book.isolations().values(), List.of());
            compare(policies, step % 4 == 3 ? 1 : 0);
        }
    }

    private static void compare(List<NetworkPolicy> policies, int version) throws Exception {
        var oracle = new Oracle(WORLD, policies);
        var flows = everyFlow(version);
        var expected = new HashSet<Flow>();
        flows.stream().filter(flow -> oracle.passes(flow.source(), flow.destination(), flow.protocol().name(), flow.port())).forEach(expected::add);
        var outcome = prober.tryAll(flows, expected.size());
        assertEquals(Set.of(), without(outcome.passed(), expected), () -> "passed against " + policies);
        assertEquals(Set.of(), without(expected, outcome.passed()), () -> "did not pass with " + policies);
        assertEquals(Set.of(), outcome.onlyThere(), () -> "passed one way with " + policies);
    }

    private static Set<Flow> without(Set<Flow> all, Set<Flow> some) {
        var rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
