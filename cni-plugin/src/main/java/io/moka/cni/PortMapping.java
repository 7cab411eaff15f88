package io.moka.cni;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A port of the node that leads to a port of the pod.
///
/// @param hostAddress the node's address at which the port is open; empty for all addresses
record PortMapping(String protocol, String hostAddress, int hostPort, int containerPort) {

    /// Returns the mapping's name in messages.
    String name() {
        return (hostAddress.isEmpty() ? "" : hostAddress + ":") + hostPort + "/" + protocol;
    }

    boolean conflictsWith(PortMapping other) {
        return protocol.equals(other.protocol) && hostPort == other.hostPort
                && (hostAddress.isEmpty() || other.hostAddress.isEmpty() || hostAddress.equals(other.hostAddress));
    }

    static List<PortMapping> parse(List<JsonObject> mappings) {
        var parsed = new ArrayList<PortMapping>();
        for (var mapping : mappings) {
            int hostPort = mapping.number("hostPort", 0);
            if (hostPort == 0) {
                continue;
            }
            var protocol = mapping.text("protocol", "tcp").toLowerCase(Locale.ROOT);
            int containerPort = mapping.number("containerPort", 0);
            if (!List.of("tcp", "udp", "sctp").contains(protocol) || hostPort < 0 || hostPort > 65_535 || containerPort < 1 || containerPort > 65_535) {
                throw new CniException(CniException.INVALID_CONFIGURATION, "invalid port mapping: " + mapping, "");
            }
            var address = mapping.text("hostIP", "");
            boolean everywhere = address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
            parsed.add(new PortMapping(protocol, everywhere ? "" : Ipv4.parse(address).toString(), hostPort, containerPort));
        }
        return parsed;
    }
}
