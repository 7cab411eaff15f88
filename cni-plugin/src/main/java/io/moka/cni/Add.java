package io.moka.cni;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The verb ADD: gives the container an address, a cable, routes and host ports, or none of them on failure. If an agent enforces network policies, ADD ends
/// once they hold for the address.
record Add(NetworkConfig network, Attachment attachment, PolicyMark mark, WaitingTools tools) {

    JsonObject run() throws IOException {
        tools.enterContainer();
        var address = prepare();
        try {
            boolean marked = mark.set(address, tools.marks());
            if (marked) {
                forgetWaitingPackets(address);
            }
            connect(address);
            Firewall.open(network, address, network.portMappings());
            if (marked) {
                mark.await(address);
            }
        } catch (CniException | IOException e) {
            new Del(network, attachment).run();
            throw e;
        }
        return result(address);
    }

    /// Drops packets that wait for the address. Packets to an unused address are forwarded, and wait in the bridge for up to three seconds for an answer to
    /// ARP. A pod that gets the address within that time would get them, though no policy was applied to them; since the mark was set, no further ones come.
    private void forgetWaitingPackets(Ipv4 address) throws IOException {
        Kernel.tryIp(List.of("neigh del " + address + " dev " + network.bridge()));
    }

    private Ipv4 prepare() throws IOException {
        try (var addresses = Addresses.open(network)) {
            Bridge.ensure(network);
            requireFreePorts();
            var address = addresses.reserve(attachment);
            PortFiles.write(network, attachment, network.portMappings());
            return address;
        }
    }

    /// A port that a program of the node or another container has stays with it, whatever addresses the two name.
    private void requireFreePorts() throws IOException {
        if (network.portMappings().isEmpty()) {
            return;
        }
        var others = PortFiles.ofOthers(network, attachment);
        for (var mapping : network.portMappings()) {
            if (HostSockets.holds(mapping)) {
                throw new CniException(CniException.PORT_TAKEN, "host port " + mapping.name() + " is in use by a program of the node", "");
            }
            if (others.stream().anyMatch(mapping::conflictsWith)) {
                throw new CniException(CniException.PORT_TAKEN, "host port " + mapping.name() + " is in use by another container", "");
            }
        }
    }

    /// The pod's address is a /32 with the gateway as its only neighbour: so pods of one node reach each other through the node's routing too, where answers to
    /// a service's connections find their way back, whether or not bridges are filtered here. It has no IPv6 address of the link, by which its neighbours would
    /// reach it past the node and its network policies.
    private void connect(Ipv4 address) throws IOException {
        var host = attachment.hostInterface();
        var inside = attachment.interfaceName();
        tools.onHost(List.of(
                "link add " + host + " mtu " + network.mtu() + " type veth peer name " + inside + " address " + address.toMac()
                        + " mtu " + network.mtu() + " netns " + attachment.namespace(),
                "link set " + host + " master " + network.bridge() + " up",
                "link set dev " + host + " type bridge_slave hairpin " + (network.hairpin() ? "on" : "off")));
        tools.inContainer(List.of(
                "link set lo up",
                "link set " + inside + " addrgenmode none",
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
