package io.moka.cni;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// ADD: address, cable, routes, host ports; or none of them.
record Add(NetworkConfig network, Attachment attachment) {

    JsonObject run() throws IOException {
        var address = prepare();
        try {
            connect(address);
            PortFiles.write(network, attachment, network.portMappings());
            Firewall.open(network, address, network.portMappings());
        } catch (CniException | IOException e) {
            new Del(network, attachment).run();
            throw e;
        }
        return result(address);
    }

    private Ipv4 prepare() throws IOException {
        try (var addresses = Addresses.open(network)) {
            Bridge.ensure(network);
            return addresses.reserve(attachment);
        }
    }

    /// The pod's address stands alone (/32), with the gateway as its only neighbour: so pods of one node reach each other through the
    /// node's routing too, where answers to a service's connections find their way back, whether or not bridges are filtered here.
    private void connect(Ipv4 address) throws IOException {
        var host = attachment.hostInterface();
        var inside = attachment.interfaceName();
        Kernel.ip(List.of(
                "link add " + host + " mtu " + network.mtu() + " type veth peer name " + inside + " address " + address.toMac()
                        + " mtu " + network.mtu() + " netns " + attachment.namespace(),
                "link set " + host + " master " + network.bridge() + " up",
                "link set dev " + host + " type bridge_slave hairpin " + (network.hairpin() ? "on" : "off")));
        Kernel.ipIn(attachment.namespace(), List.of(
                "link set lo up",
                "addr add " + address + "/32 dev " + inside,
                "link set " + inside + " up",
                "route add " + network.gateway() + " dev " + inside + " scope link",
                "route add default via " + network.gateway() + " dev " + inside));
    }

    private JsonObject result(Ipv4 address) {
        var ip = JsonObject.empty().with("address", address + "/32").with("gateway", network.gateway().toString()).with("interface", 2);
        if (network.version().startsWith("0.")) {
            ip.with("version", "4");
        }
        return JsonObject.empty().with("cniVersion", network.version())
                .with("interfaces", List.of(
                        Map.of("name", network.bridge(), "mac", network.gateway().toMac()),
                        Map.of("name", attachment.hostInterface()),
                        Map.of("name", attachment.interfaceName(), "mac", address.toMac(), "sandbox", attachment.namespace())))
                .with("ips", List.of(ip.fields()))
                .with("routes", List.of(Map.of("dst", "0.0.0.0/0", "gw", network.gateway().toString())))
                .with("dns", Map.of());
    }
}
