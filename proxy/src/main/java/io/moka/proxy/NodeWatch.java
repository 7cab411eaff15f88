package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Holds the properties of this node that the proxy reads from its Node object. Written by an informer, read by the loop.
final class NodeWatch implements Supplier<NodeView> {

    /// The word for the addresses in the node's status.
    static final String PRIMARY = "primary";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final String name;
    private final List<String> nodePortAddresses;
    private final boolean externalIps;
    private volatile NodeView view;
    private volatile boolean excluded;

    /// @param nodePortAddresses ranges, or `primary`
    NodeWatch(String name, List<String> nodePortAddresses, boolean externalIps) {
        this.name = name;
        this.nodePortAddresses = nodePortAddresses;
        this.externalIps = externalIps;
        this.view = new NodeView(name, "", nodePortAddresses.contains(PRIMARY) ? List.of() : nodePortAddresses, externalIps);
    }

    /// Takes the node as it is now; whether that makes a difference to the rules.
    boolean see(Node node) {
        var before = view;
        boolean excludedBefore = excluded;
        var labels = node.getMetadata().getLabels();
        excluded = labels != null && labels.containsKey(EXCLUDED);
        view = new NodeView(name, labels == null ? "" : labels.getOrDefault(ZONE, ""),
                nodePortAddresses.contains(PRIMARY) ? primary(node) : nodePortAddresses, externalIps);
        return !view.equals(before) || excluded != excludedBefore;
    }

    /// Whether the node is to announce no address of a load balancer.
    boolean isExcluded() {
        return excluded;
    }

    /// The first internal address of each family, as upstream chooses.
    private static List<String> primary(Node node) {
        var primary = new ArrayList<String>();
        var addresses = node.getStatus() == null ? List.<NodeAddress>of() : node.getStatus().getAddresses();
        for (var family : IpFamily.values()) {
            addresses.stream().filter(address -> "InternalIP".equals(address.getType())).map(NodeAddress::getAddress)
                    .filter(family::isAddress).findFirst().ifPresent(primary::add);
        }
        return List.copyOf(primary);
    }

    @Override
    public NodeView get() {
        return view;
    }
}
