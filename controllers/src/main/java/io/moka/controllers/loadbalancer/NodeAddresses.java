package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Computes the nodes' own addresses that services may have.
///
/// @param slices the endpoint slices of one service
record NodeAddresses(List<Node> nodes, List<EndpointSlice> slices) {

    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    /// Returns one address of each family for each node that can serve the service: nodes that are not excluded and are ready and, for a service whose packets
    /// stay on their node, have an endpoint. A condition that no node meets is ignored, so that addresses do not disappear during a restart.
    List<String> of(BalancedService service) {
        var eligible = nodes.stream().filter(node -> node.getMetadata().getLabels() == null || !node.getMetadata().getLabels().containsKey(EXCLUDED))
                .sorted(Comparator.comparing(node -> node.getMetadata().getName())).toList();
        eligible = narrowed(eligible, NodeAddresses::isReady);
        if (service.local()) {
            var withEndpoints = nodesWithEndpoints();
            eligible = narrowed(eligible, node -> withEndpoints.contains(node.getMetadata().getName()));
        }
        var addresses = new ArrayList<String>();
        for (var family : service.families()) {
            eligible.forEach(node -> internal(node).filter(address -> AddressRange.family(address).equals(family)).findFirst().ifPresent(addresses::add));
        }
        return addresses;
    }

    /// The facts of a node that decide about addresses: two states with the same facts lead to the same addresses.
    static List<String> facts(Node node) {
        var labels = node.getMetadata().getLabels();
        return Stream.concat(Stream.of("ready " + isReady(node), "excluded " + (labels != null && labels.containsKey(EXCLUDED))), internal(node)).toList();
    }

    private static List<Node> narrowed(List<Node> nodes, Predicate<Node> condition) {
        var narrowed = nodes.stream().filter(condition).toList();
        return narrowed.isEmpty() ? nodes : narrowed;
    }

    static Stream<String> internal(Node node) {
        return node.getStatus() == null ? Stream.of() : node.getStatus().getAddresses().stream()
                .filter(address -> "InternalIP".equals(address.getType())).map(NodeAddress::getAddress);
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null && node.getStatus().getConditions().stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private Set<String> nodesWithEndpoints() {
        return slices.stream().flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> endpoint.getNodeName() != null && (endpoint.getConditions() == null || !Boolean.FALSE.equals(endpoint.getConditions().getReady())))
                .map(endpoint -> endpoint.getNodeName()).collect(Collectors.toSet());
    }
}
