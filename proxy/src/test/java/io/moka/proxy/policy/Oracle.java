package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides by the documentation of NetworkPolicy whether a connection is allowed. Reads the policy objects and shares no code with the rules: slow and plain.
public final class Oracle {

    private final World world;
    private final List<NetworkPolicy> policies;

    public Oracle(World world, List<NetworkPolicy> policies) {
        this.world = world;
        this.policies = policies;
    }

    /// Whether the connection is allowed, as far as policies of pods on the node `here` decide it.
    public boolean passes(String from, String to, String protocol, int port) {
        if (from.equals(to)) {
            return true;
        }
        var source = world.at(from);
        var destination = world.at(to);
        return allows("Ingress", destination, from, source, destination, protocol, port)
                && allows("Egress", source, to, destination, destination, protocol, port);
    }

    private boolean allows(String type, @Nullable Pod selected, String peer, @Nullable Pod peerPod, @Nullable Pod destination, String protocol, int port) {
        if (selected == null || !World.HERE.equals(selected.getSpec().getNodeName())) {
            return true;
        }
        boolean isolated = false;
        for (var policy : policies) {
            if (policy.getMetadata().getNamespace().equals(selected.getMetadata().getNamespace())
                    && matches(policy.getSpec().getPodSelector(), selected.getMetadata().getLabels()) && types(policy).contains(type)) {
                isolated = true;
                if (type.equals("Ingress")) {
                    for (var rule : policy.getSpec().getIngress()) {
                        if (anyPeer(policy, rule.getFrom(), peer, peerPod) && anyPort(rule.getPorts(), destination, protocol, port)) {
                            return true;
                        }
                    }
                } else {
                    for (var rule : policy.getSpec().getEgress()) {
                        if (anyPeer(policy, rule.getTo(), peer, peerPod) && anyPort(rule.getPorts(), destination, protocol, port)) {
                            return true;
                        }
                    }
                }
            }
        }
        return !isolated;
    }

    private static List<String> types(NetworkPolicy policy) {
        var types = policy.getSpec().getPolicyTypes();
        if (!types.isEmpty()) {
            return types;
        }
        return policy.getSpec().getEgress().isEmpty() ? List.of("Ingress") : List.of("Ingress", "Egress");
    }

    private boolean anyPeer(NetworkPolicy policy, List<NetworkPolicyPeer> peers, String address, @Nullable Pod pod) {
        if (peers.isEmpty()) {
            return true;
        }
        for (var peer : peers) {
            if (peer.getIpBlock() != null) {
                if (within(peer.getIpBlock(), address)) {
                    return true;
                }
            } else if (pod != null) {
                boolean namespace = peer.getNamespaceSelector() == null
                        ? pod.getMetadata().getNamespace().equals(policy.getMetadata().getNamespace())
                        : matches(peer.getNamespaceSelector(), Objects.requireNonNull(world.namespaces.get(pod.getMetadata().getNamespace())));
                if (namespace && (peer.getPodSelector() == null || matches(peer.getPodSelector(), pod.getMetadata().getLabels()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean anyPort(List<NetworkPolicyPort> ports, @Nullable Pod destination, String protocol, int port) {
        if (ports.isEmpty()) {
            return true;
        }
        for (var wanted : ports) {
            if (!protocol.equals(wanted.getProtocol() == null ? "TCP" : wanted.getProtocol())) {
                continue;
            }
            if (wanted.getPort() == null) {
                return true;
            }
            if (wanted.getPort().getStrVal() != null) {
                if (destination != null && destination.getSpec().getContainers().stream().flatMap(container -> container.getPorts().stream())
                        .anyMatch(named -> wanted.getPort().getStrVal().equals(named.getName()) && port == named.getContainerPort()
                                && protocol.equals(named.getProtocol() == null ? "TCP" : named.getProtocol()))) {
                    return true;
                }
            } else if (wanted.getEndPort() == null ? port == wanted.getPort().getIntVal() : port >= wanted.getPort().getIntVal() && port <= wanted.getEndPort()) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(LabelSelector selector, Map<String, String> labels) {
        if (selector.getMatchLabels() != null) {
            for (var wanted : selector.getMatchLabels().entrySet()) {
                if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                    return false;
                }
            }
        }
        for (var expression : selector.getMatchExpressions()) {
            var value = labels.get(expression.getKey());
            boolean holds = switch (expression.getOperator()) {
                case "In" -> value != null && expression.getValues().contains(value);
                case "NotIn" -> value == null || !expression.getValues().contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                default -> throw new AssertionError(expression.getOperator());
            };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static boolean within(IPBlock block, String address) {
        return within(block.getCidr(), address) && block.getExcept().stream().noneMatch(except -> within(except, address));
    }

    private static boolean within(String cidr, String address) {
        var parts = cidr.split("/");
        var network = InetAddress.ofLiteral(parts[0]).getAddress();
        var candidate = InetAddress.ofLiteral(address).getAddress();
        int hostBits = network.length * 8 - Integer.parseInt(parts[1]);
        return network.length == candidate.length && new BigInteger(1, network).shiftRight(hostBits).equals(new BigInteger(1, candidate).shiftRight(hostBits));
    }
}
