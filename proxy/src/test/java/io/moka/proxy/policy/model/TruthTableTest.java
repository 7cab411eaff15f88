package io.moka.proxy.policy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.moka.proxy.policy.Oracle;
import io.moka.proxy.policy.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks the cases of `truth-table.yaml` against the rules and against the oracle.
class TruthTableTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final World world = new World();

    record Case(String name, List<NetworkPolicySpec> policies, List<String> allowed, List<String> denied) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (var file = TruthTableTest.class.getResourceAsStream("/io/moka/proxy/policy/truth-table.yaml")) {
            return Stream.of(YAML.readValue(file, Case[].class));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void policiesMeanWhatTheTableSays(Case row) {
        var policies = new ArrayList<NetworkPolicy>();
        row.policies.forEach(spec -> policies.add(policy("policy-" + policies.size(), spec)));
        row.allowed.forEach(flow -> check(policies, flow, true));
        row.denied.forEach(flow -> check(policies, flow, false));
    }

    private static NetworkPolicy policy(String name, NetworkPolicySpec spec) {
        return new NetworkPolicyBuilder().withNewMetadata().withNamespace("x").withName(name).endMetadata().withSpec(spec).build();
    }

    private void check(List<NetworkPolicy> policies, String flow, boolean expected) {
        var parts = flow.split(" > | |/(?=\\d+$)");
        var from = address(parts[0]);
        var to = address(parts[1]);
        int port = Integer.parseInt(parts[3]);
        policies.forEach(policy -> {
            if (policy.getSpec().getPodSelector() == null) {
                policy.getSpec().setPodSelector(new LabelSelectorBuilder().build());
            }
        });
        assertEquals(expected, new Oracle(world, policies).passes(from, to, parts[2], port), flow + " says the oracle");
        assertEquals(expected, passes(policies, from, to, parts[2], port), flow);
    }

    private boolean passes(List<NetworkPolicy> policies, String from, String to, String protocol, int port) {
        return new Judge(world.book(policies).isolations().values()).passes(Address.parse(from), Address.parse(to), Protocol.valueOf(protocol), port);
    }

    private String address(String text) {
        return text.matches("[xyz]/.*") ? world.pod(text).getStatus().getPodIP() : text;
    }

    @Test
    void aPolicyThatCannotBeReadAllowsNothingAndStopsNoOther() {
        var bad = policy("bad", new NetworkPolicySpec(List.of(), List.of(), new LabelSelectorBuilder().withMatchLabels(Map.of("pod", "a")).build(), List.of("Ingress")));
        bad.getSpec().setIngress(List.of(new NetworkPolicyIngressRule(
                List.of(new NetworkPolicyPeer(new IPBlock("10.0.0.0/99", List.of()), null, null)), List.of())));
        var good = policy("good", new NetworkPolicySpec(List.of(), List.of(), new LabelSelectorBuilder().withMatchLabels(Map.of("pod", "b")).build(), List.of("Ingress")));
        var book = world.book(List.of(good));
        var reason = assertThrows(IllegalArgumentException.class, () -> book.put(bad));
        assertEquals("not a CIDR: \"10.0.0.0/99\"", reason.getMessage());
        var judge = new Judge(book.isolations().values());
        assertFalse(judge.passes(Address.parse(World.address(5)), Address.parse(World.address(2)), Protocol.TCP, 80), "its pods are isolated");
        assertFalse(judge.passes(Address.parse(World.address(5)), Address.parse(World.address(3)), Protocol.TCP, 80), "the other policy holds");
        assertTrue(judge.passes(Address.parse(World.address(5)), Address.parse(World.address(4)), Protocol.TCP, 80), "others are open");
    }

    /// An isolation that has not changed stays the same object, so that its content need not be compared.
    @Test
    void aChangeTouchesWhatDependsOnItAlone() {
        var one = policy("one", new NetworkPolicySpec(List.of(), List.of(), new LabelSelectorBuilder().withMatchLabels(Map.of("pod", "a")).build(), List.of("Ingress")));
        var two = policy("two", new NetworkPolicySpec(List.of(), List.of(), new LabelSelectorBuilder().withMatchLabels(Map.of("pod", "b")).build(), List.of("Ingress")));
        var book = world.book(List.of(one, two));
        var before = Map.copyOf(book.isolations());
        assertEquals(2, before.size());
        two.getSpec().setPolicyTypes(List.of("Ingress", "Egress"));
        book.put(two);
        var after = book.isolations();
        assertEquals(3, after.size());
        assertEquals(1, after.values().stream().filter(isolation -> before.get(isolation.key()) == isolation).count());
    }
}
