package io.moka.proxy.policy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.policy.Oracle;
import io.moka.proxy.policy.RandomPolicies;
import io.moka.proxy.policy.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Ten thousand random policies, each beside up to three others, against what the documentation says.
class RandomPoliciesTest {

    private static final long SEED = 20_260_101;
    private static final int POLICIES = 10_000;
    private static final int FLOWS = 60;
    private static final List<String> STRANGERS = List.of("192.0.2.7", "10.244.0.99", "10.244.0.30", "2001:db8::7");

    private final World world = new World();
    private final Random random = new Random(SEED);

    @Test
    void rulesSayWhatTheDocumentationSays() {
        var generator = new RandomPolicies(SEED);
        int seen = 0;
        while (seen < POLICIES) {
            var policies = new ArrayList<NetworkPolicy>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                policies.add(generator.next());
            }
            seen += policies.size();
            compare(policies, new Judge(world.book(policies).isolations().values()));
        }
    }

    /// A book that has seen a long history says the same as a new one.
    @Test
    void historyLeavesNoTrace() {
        var generator = new RandomPolicies(SEED + 1);
        var policies = new ArrayList<NetworkPolicy>();
        var book = world.book(policies);
        for (int step = 0; step < 500; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    policies.add(generator.next());
                    book.put(policies.getLast());
                }
                case 2 -> {
                    if (!policies.isEmpty()) {
                        book.removePolicy(ObjectKey.of(policies.remove(random.nextInt(policies.size()))));
                    }
                }
                case 3 -> {
                    var pod = world.pods.get(random.nextInt(9));
                    pod.getMetadata().setLabels(Map.of("pod", List.of("a", "b", "c").get(random.nextInt(3)), "tier", "front"));
                    book.put(ObjectKey.of(pod), random.nextInt(3) == 0 ? null : PodFacts.of(pod, PodFacts.reported(pod)));
                    book.isolations();
                    book.put(ObjectKey.of(pod), PodFacts.of(pod, PodFacts.reported(pod)));
                }
                default -> {
                    var name = List.of("x", "y", "z").get(random.nextInt(3));
                    world.namespaces.put(name, Map.of("ns", name, "team", random.nextBoolean() ? "red" : "blue"));
                    book.putNamespace(name, world.namespaces.get(name));
                }
            }
            assertEquals(byKey(world.book(policies)), byKey(book), "step " + step);
            while (policies.size() > 12) {
                book.removePolicy(ObjectKey.of(policies.removeFirst()));
            }
        }
    }

    private static Map<Isolation.Key, List<Object>> byKey(PolicyBook book) {
        return book.isolations().values().stream().collect(Collectors.toMap(Isolation::key, isolation -> List.of(isolation.pods(),
                isolation.allowed().hosts(), isolation.allowed().ports(), new HashSet<>(isolation.allowed().boxes()), new HashSet<>(isolation.policies()))));
    }

    private void compare(List<NetworkPolicy> policies, Judge judge) {
        var oracle = new Oracle(world, policies);
        for (int i = 0; i < FLOWS; i++) {
            int version = random.nextInt(2);
            var from = address(version);
            var to = address(version);
            if (from.contains(":") != to.contains(":")) {
                continue;
            }
            var protocol = Protocol.values()[random.nextInt(3)];
            int port = List.of(80, 81, 90, 443).get(random.nextInt(4));
            assertEquals(oracle.passes(from, to, protocol.name(), port), judge.passes(Address.parse(from), Address.parse(to), protocol, port),
                    () -> from + " → " + to + " " + protocol + "/" + port + " under " + policies);
        }
    }

    private String address(int version) {
        return random.nextInt(6) == 0 ? STRANGERS.get(random.nextInt(STRANGERS.size()))
                : world.pods.get(random.nextInt(world.pods.size())).getStatus().getPodIPs().get(version).getIp();
    }
}
