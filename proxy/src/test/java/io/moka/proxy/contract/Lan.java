package io.moka.proxy.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A node, three pods on a bridge of it, and a client elsewhere, each in a namespace of its own with a [Peer] in it.
///
/// Addresses end in the same numbers in both families: the node is 1, the pods are 2, 3 and 4. Each pod serves its number (1, 2 or 3) at port 8080.
public final class Lan implements AutoCloseable {

    public static final String NODE_ADDRESS = "192.168.77.1";
    static final String NODE_ADDRESS_6 = "fd00:77::1";
    static final String CLIENT_ADDRESS = "192.168.77.2";

    private final List<NetworkNamespace> namespaces = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();
    private final NetworkNamespace nodeNamespace;
    private final Child node;
    private final Child client;
    private final List<Child> pods = new ArrayList<>();

    public Lan() throws IOException {
        nodeNamespace = namespace();
        nodeNamespace.run("ip", "link", "add", "br0", "address", "0a:58:0a:f4:00:01", "type", "bridge");
        addresses(nodeNamespace, "br0", "10.244.0.1/24", "fd00:10::1/64");
        // the kernel would say that a port is unreachable only once a second, and tests ask more often
        nodeNamespace.run("sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
        for (int i = 1; i <= 3; i++) {
            var pod = namespace();
            nodeNamespace.run("ip", "link", "add", "pod" + i, "type", "veth", "peer", "name", "eth0", "netns", pod.name());
            nodeNamespace.run("ip", "link", "set", "pod" + i, "master", "br0", "up");
            nodeNamespace.run("ip", "link", "set", "dev", "pod" + i, "type", "bridge_slave", "hairpin", "on");
            addresses(pod, "eth0", "10.244.0." + (i + 1) + "/24", "fd00:10::" + (i + 1) + "/64");
            gateways(pod, "10.244.0.1", "fd00:10::1");
            var peer = child(pod);
            peer.ask("serve " + i + " 8080");
            pods.add(peer);
        }
        var outside = namespace();
        nodeNamespace.run("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", outside.name());
        addresses(nodeNamespace, "uplink", NODE_ADDRESS + "/24", NODE_ADDRESS_6 + "/64");
        addresses(outside, "eth0", CLIENT_ADDRESS + "/24", "fd00:77::2/64");
        gateways(outside, NODE_ADDRESS, NODE_ADDRESS_6);
        gateways(nodeNamespace, CLIENT_ADDRESS, "fd00:77::2");
        node = child(nodeNamespace);
        client = child(outside);
    }

    private NetworkNamespace namespace() throws IOException {
        var namespace = new NetworkNamespace();
        namespaces.add(namespace);
        return namespace;
    }

    private Child child(NetworkNamespace where) throws IOException {
        var child = new Child(where, Peer.class);
        children.add(child);
        return child;
    }

    private static void addresses(NetworkNamespace namespace, String device, String ipv4, String ipv6) throws IOException {
        namespace.run("ip", "addr", "add", ipv4, "dev", device);
        namespace.run("ip", "addr", "add", ipv6, "dev", device, "nodad");
        namespace.run("ip", "link", "set", device, "up");
    }

    private static void gateways(NetworkNamespace namespace, String ipv4, String ipv6) throws IOException {
        namespace.run("ip", "route", "add", "default", "via", ipv4);
        namespace.run("ip", "-6", "route", "add", "default", "via", ipv6);
    }

    public NetworkNamespace nodeNamespace() {
        return nodeNamespace;
    }

    public Child node() {
        return node;
    }

    public Child client() {
        return client;
    }

    /// @param number 1 to 3
    public Child pod(int number) {
        return pods.get(number - 1);
    }

    @Override
    public void close() throws Exception {
        for (var child : children) {
            child.close();
        }
        for (var namespace : namespaces) {
            namespace.close();
        }
    }
}
