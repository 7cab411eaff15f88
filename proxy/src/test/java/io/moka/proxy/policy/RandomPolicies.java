package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Policies of every shape for the [World], the same for the same seed.
public final class RandomPolicies {

    private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
    private static final List<String> CIDRS = List.of("10.244.0.0/16", "10.244.0.0/29", "10.244.0.8/30", "10.244.0.4/32", "0.0.0.0/0", "192.0.2.0/24", "fd00::/64", "fd00::4/126", "::/0");

    private final Random random;
    private int number;

    public RandomPolicies(long seed) {
        this.random = new Random(seed);
    }

    public NetworkPolicy next() {
        var policy = new NetworkPolicyBuilder().withNewMetadata().withNamespace(one(List.of("x", "y", "z"))).withName("policy-" + number++).endMetadata()
                .withNewSpec().withPodSelector(selector(List.of("pod", "tier"))).endSpec().build();
        var spec = policy.getSpec();
        spec.setPolicyTypes(one(List.of(List.of(), List.of("Ingress"), List.of("Egress"), List.of("Ingress", "Egress"))));
        spec.setIngress(some(2, () -> new NetworkPolicyIngressRule(some(2, this::peer), some(2, this::port))));
        spec.setEgress(some(2, () -> new NetworkPolicyEgressRule(some(2, this::port), some(2, this::peer))));
        return policy;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> some(int most, Supplier<T> supplier) {
        var list = new ArrayList<T>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(supplier.get());
        }
        return list;
    }

    private NetworkPolicyPeer peer() {
        return switch (random.nextInt(5)) {
            case 0 -> new NetworkPolicyPeer(null, null, selector(List.of("pod", "tier")));
            case 1 -> new NetworkPolicyPeer(null, selector(List.of("ns", "team")), null);
            case 2 -> new NetworkPolicyPeer(null, selector(List.of("ns", "team")), selector(List.of("pod", "tier")));
            default -> new NetworkPolicyPeer(new IPBlock(one(CIDRS), some(2, () -> one(CIDRS))), null, null);
        };
    }

    private NetworkPolicyPort port() {
        var protocol = random.nextInt(4) == 0 ? null : one(PROTOCOLS);
        return switch (random.nextInt(5)) {
            case 0 -> new NetworkPolicyPort(null, null, protocol);
            case 1 -> new NetworkPolicyPort(null, new IntOrString(one(List.of("web", "dns", "none"))), protocol);
            case 2 -> new NetworkPolicyPort(one(List.of(80, 81, 90)), new IntOrString(one(List.of(70, 80))), protocol);
            default -> new NetworkPolicyPort(null, new IntOrString(one(List.of(80, 81))), protocol);
        };
    }

    private LabelSelector selector(List<String> keys) {
        if (random.nextInt(4) == 0) {
            return new LabelSelector();
        }
        var key = one(keys);
        var value = value(key);
        if (random.nextBoolean()) {
            return new LabelSelectorBuilder().withMatchLabels(Map.of(key, value)).build();
        }
        var operator = one(List.of("In", "NotIn", "Exists", "DoesNotExist"));
        @Nullable List<String> values = operator.endsWith("In") ? List.of(value, value(key)) : null;
        return new LabelSelectorBuilder().addNewMatchExpression().withKey(key).withOperator(operator).withValues(values).endMatchExpression().build();
    }

    private String value(String key) {
        return switch (key) {
            case "pod" -> one(List.of("a", "b", "c", "far"));
            case "tier" -> one(List.of("front", "back"));
            case "ns" -> one(List.of("x", "y", "z"));
            default -> one(List.of("red", "blue"));
        };
    }
}
