package io.moka.proxy.policy.model;

import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A NetworkPolicy, read once.
///
/// @param pods the pods of its namespace that it selects
/// @param rules the allowed peers and ports for each direction in which the policy isolates these pods; other directions are absent
record PolicyRules(ObjectKey key, LabelSelector pods, Map<Direction, List<Rule>> rules) {

    private static final int LAST_PORT = 65_535;

    /// @param peers empty for everyone
    /// @param ports empty for every protocol and port
    record Rule(List<Peer> peers, List<Port> ports) {
    }

    /// The peers to which a rule applies.
    sealed interface Peer {

        /// Pods by their labels.
        ///
        /// @param namespaces null for the policy's own namespace
        record Selected(@Nullable LabelSelector namespaces, LabelSelector pods) implements Peer {
        }

        /// Ranges of addresses, no matter who has them.
        record Block(List<Range> ranges) implements Peer {
        }
    }

    /// The ports to which a rule applies.
    sealed interface Port {

        record Numbered(Ports ports) implements Port {
        }

        /// The number is the one that the destination pod gives to this name.
        record Named(PodFacts.NamedPort name) implements Port {
        }
    }

    /// @throws IllegalArgumentException when a part of the policy means nothing
    static PolicyRules of(NetworkPolicy policy) {
        var spec = policy.getSpec();
        var rules = new EnumMap<Direction, List<Rule>>(Direction.class);
        if (isolates(policy, Direction.INGRESS)) {
            rules.put(Direction.INGRESS, spec.getIngress().stream().map(rule -> rule(rule.getFrom(), rule.getPorts())).toList());
        }
        if (isolates(policy, Direction.EGRESS)) {
            rules.put(Direction.EGRESS, spec.getEgress().stream().map(rule -> rule(rule.getTo(), rule.getPorts())).toList());
        }
        return new PolicyRules(ObjectKey.of(policy), selected(policy), rules);
    }

    /// The policy's pods, isolated in the directions that it names, with nothing allowed: what is left of a policy that cannot be read as a whole.
    ///
    /// @throws IllegalArgumentException when not even its selector can be read
    static PolicyRules closed(NetworkPolicy policy) {
        var rules = new EnumMap<Direction, List<Rule>>(Direction.class);
        for (var direction : Direction.values()) {
            if (isolates(policy, direction)) {
                rules.put(direction, List.of());
            }
        }
        return new PolicyRules(ObjectKey.of(policy), selected(policy), rules);
    }

    private static LabelSelector selected(NetworkPolicy policy) {
        var selector = policy.getSpec().getPodSelector();
        return selector == null ? LabelSelector.everything() : LabelSelector.of(selector);
    }

    /// Whether the policy isolates pods in a direction. Without `policyTypes` a policy applies to ingress, and to egress too if it has rules for that.
    private static boolean isolates(NetworkPolicy policy, Direction direction) {
        var types = policy.getSpec().getPolicyTypes();
        if (types == null || types.isEmpty()) {
            return direction == Direction.INGRESS || !policy.getSpec().getEgress().isEmpty();
        }
        return types.contains(direction == Direction.INGRESS ? "Ingress" : "Egress");
    }

    private static Rule rule(List<NetworkPolicyPeer> peers, List<NetworkPolicyPort> ports) {
        return new Rule(peers.stream().map(PolicyRules::peer).toList(), ports.stream().map(PolicyRules::port).toList());
    }

    private static Peer peer(NetworkPolicyPeer peer) {
        var pods = peer.getPodSelector();
        var namespaces = peer.getNamespaceSelector();
        if (peer.getIpBlock() != null) {
            if (pods != null || namespaces != null) {
                throw new IllegalArgumentException("a peer with an ipBlock and a selector");
            }
            return block(peer.getIpBlock());
        }
        if (pods == null && namespaces == null) {
            throw new IllegalArgumentException("a peer that names nobody");
        }
        return new Peer.Selected(namespaces == null ? null : LabelSelector.of(namespaces), pods == null ? LabelSelector.everything() : LabelSelector.of(pods));
    }

    private static Peer block(IPBlock block) {
        var ranges = List.of(Range.cidr(Objects.requireNonNullElse(block.getCidr(), "")));
        for (var except : block.getExcept()) {
            var hole = Range.cidr(except);
            ranges = ranges.stream().flatMap(range -> range.without(hole).stream()).toList();
        }
        return new Peer.Block(ranges);
    }

    private static Port port(NetworkPolicyPort port) {
        var protocol = Protocol.of(port.getProtocol());
        var number = port.getPort();
        if (number == null) {
            return new Port.Numbered(new Ports.Span(protocol, 0, LAST_PORT));
        }
        if (number.getIntVal() == null) {
            if (port.getEndPort() != null) {
                throw new IllegalArgumentException("endPort beside the named port \"" + number.getStrVal() + "\"");
            }
            return new Port.Named(new PodFacts.NamedPort(protocol, number.getStrVal()));
        }
        int first = number.getIntVal();
        int last = port.getEndPort() == null ? first : port.getEndPort();
        if (first < 1 || last < first || last > LAST_PORT) {
            throw new IllegalArgumentException("no ports: " + first + " to " + last);
        }
        return new Port.Numbered(new Ports.Span(protocol, first, last));
    }

    /// Whether what the policy allows may depend on this pod.
    ///
    /// @param namespace labels of the pod's namespace; null where it is unknown
    boolean concerns(PodFacts pod, @Nullable Map<String, String> namespace) {
        for (var entry : rules.entrySet()) {
            for (var rule : entry.getValue()) {
                if (rule.peers.stream().anyMatch(peer -> peer instanceof Peer.Selected selected && means(selected, pod, namespace))
                        || entry.getKey() == Direction.EGRESS && !pod.namedPorts().isEmpty() && rule.ports.stream().anyMatch(Port.Named.class::isInstance)) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean means(Peer.Selected selected, PodFacts pod, @Nullable Map<String, String> namespace) {
        boolean there = selected.namespaces == null ? pod.namespace().equals(key.namespace()) : namespace != null && selected.namespaces.matches(namespace);
        return there && selected.pods.matches(pod.labels());
    }

    /// Whether one of the policy's namespace selectors means a namespace with the one labels and not with the others.
    boolean tellsApart(@Nullable Map<String, String> before, @Nullable Map<String, String> after) {
        return selectors().stream().anyMatch(selector -> (before != null && selector.matches(before)) != (after != null && selector.matches(after)));
    }

    private List<LabelSelector> selectors() {
        var selectors = new ArrayList<LabelSelector>();
        rules.values().forEach(list -> list.forEach(rule -> rule.peers.forEach(peer -> {
            if (peer instanceof Peer.Selected selected && selected.namespaces != null) {
                selectors.add(selected.namespaces);
            }
        })));
        return selectors;
    }

    boolean hasNamedPorts(Direction direction) {
        return rules.getOrDefault(direction, List.of()).stream().anyMatch(rule -> rule.ports.stream().anyMatch(Port.Named.class::isInstance));
    }
}
