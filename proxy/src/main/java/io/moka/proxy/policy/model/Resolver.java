package io.moka.proxy.policy.model;

import io.moka.proxy.policy.model.PolicyRules.Peer;
import io.moka.proxy.policy.model.PolicyRules.Port;
import io.moka.proxy.policy.model.PolicyRules.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns the rules of one policy and direction into addresses and port numbers, as the pods are now.
final class Resolver {

    /// The cluster's pods and namespaces.
    interface Cluster {

        /// The pods of a namespace.
        Collection<PodFacts> pods(String namespace);

        /// Labels of every namespace that is known.
        Map<String, Map<String, String>> namespaces();
    }

    private final Cluster cluster;
    private final PolicyRules policy;
    private final Direction direction;
    private final Map<PodFacts.NamedPort, Integer> selectedPorts;
    private final Set<Address> hosts = new HashSet<>();
    private final Set<Allowance.PeerPort> ports = new HashSet<>();
    private final List<Box> boxes = new ArrayList<>();

    private Resolver(Cluster cluster, PolicyRules policy, Direction direction, Map<PodFacts.NamedPort, Integer> selectedPorts) {
        this.cluster = cluster;
        this.policy = policy;
        this.direction = direction;
        this.selectedPorts = selectedPorts;
    }

    /// @param selectedPorts the named ports of the selected pods, which are the destination of ingress
    static Allowance resolve(Cluster cluster, PolicyRules policy, Direction direction, Map<PodFacts.NamedPort, Integer> selectedPorts) {
        var resolver = new Resolver(cluster, policy, direction, selectedPorts);
        policy.rules().getOrDefault(direction, List.of()).forEach(resolver::add);
        return new Allowance(resolver.hosts, resolver.ports, resolver.boxes);
    }

    private void add(Rule rule) {
        if (rule.peers().isEmpty()) {
            add(rule, List.of(Range.ALL_IPV4, Range.ALL_IPV6));
        }
        for (var peer : rule.peers()) {
            switch (peer) {
                case Peer.Block block -> add(rule, block.ranges());
                case Peer.Selected selected -> forEach(selected, pod -> add(rule, pod));
            }
        }
    }

    private void forEach(Peer.Selected selected, Consumer<PodFacts> action) {
        if (selected.namespaces() == null) {
            visit(selected, policy.key().namespace(), null, action);
        } else {
            cluster.namespaces().forEach((name, labels) -> visit(selected, name, labels, action));
        }
    }

    private void visit(Peer.Selected selected, String namespace, @Nullable Map<String, String> labels, Consumer<PodFacts> action) {
        if (labels != null && selected.namespaces() != null && !selected.namespaces().matches(labels)) {
            return;
        }
        for (var pod : cluster.pods(namespace)) {
            if (selected.pods().matches(pod.labels())) {
                action.accept(pod);
            }
        }
    }

    private void add(Rule rule, PodFacts pod) {
        for (var address : pod.addresses()) {
            if (rule.ports().isEmpty()) {
                hosts.add(address);
            }
            for (var port : rule.ports()) {
                switch (port) {
                    case Port.Numbered(var numbers) -> add(address, numbers);
                    case Port.Named(var name) -> addNamed(address, name, direction == Direction.INGRESS ? selectedPorts : pod.namedPorts());
                }
            }
        }
    }

    private void add(Address peer, Ports allowed) {
        if (allowed instanceof Ports.Span(var protocol, int first, int last) && first == last) {
            ports.add(new Allowance.PeerPort(peer, protocol, first));
        } else {
            boxes.add(new Box(Range.single(peer), allowed));
        }
    }

    private void addNamed(Address peer, PodFacts.NamedPort name, Map<PodFacts.NamedPort, Integer> numbers) {
        var number = numbers.get(name);
        if (number != null) {
            ports.add(new Allowance.PeerPort(peer, name.protocol(), number));
        }
    }

    private void add(Rule rule, List<Range> peers) {
        if (rule.ports().isEmpty()) {
            peers.forEach(range -> boxes.add(new Box(range, new Ports.Any())));
        }
        for (var port : rule.ports()) {
            switch (port) {
                case Port.Numbered(var numbers) -> peers.forEach(range -> boxes.add(new Box(range, numbers)));
                case Port.Named(var name) -> addNamed(peers, name);
            }
        }
    }

    /// For ingress the selected pods say the number. For egress each pod with an address in the ranges does.
    private void addNamed(List<Range> peers, PodFacts.NamedPort name) {
        if (direction == Direction.INGRESS) {
            var number = selectedPorts.get(name);
            if (number != null) {
                peers.forEach(range -> boxes.add(new Box(range, new Ports.Span(name.protocol(), number, number))));
            }
            return;
        }
        for (var namespace : cluster.namespaces().keySet()) {
            for (var pod : cluster.pods(namespace)) {
                pod.addresses().stream().filter(address -> peers.stream().anyMatch(range -> range.contains(address)))
                        .forEach(address -> addNamed(address, name, pod.namedPorts()));
            }
        }
    }
}
