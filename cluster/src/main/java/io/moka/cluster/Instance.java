package io.moka.cluster;

import java.util.List;

/// One process of a cluster: a component of the control plane, or a component of a node. [Settings#instances()] has all of a cluster.
///
/// @param component the program and its flags
/// @param node the node for which the process works; empty in the control plane
/// @param id the name of the process in files, messages and certificates, unique in the cluster
record Instance(Component component, String node, String id) {

    private static final String NODE_FLAG = "--hostname-override=";

    static Instance ofControlPlane(Component component) {
        return new Instance(component, "", component.id());
    }

    /// The process of the cluster's first node has the component's name, that of a further node the node's name too.
    static Instance ofNode(Component component, String node, boolean first) {
        return new Instance(component, node, first ? component.id() : component.id() + "-" + node);
    }

    /// Whether a command line starts this component for this node. One that names no node is of any.
    boolean isProgramOf(List<String> words) {
        return component.isProgramOf(words)
                && (node.isEmpty() || words.stream().filter(word -> word.startsWith(NODE_FLAG)).allMatch(word -> word.equals(NODE_FLAG + node)));
    }

    int healthPort(Ports ports) {
        return component.healthPort(ports);
    }

    @Override
    public String toString() {
        return id;
    }
}
