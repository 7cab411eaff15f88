package io.moka.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What the administrator wrote: one network, its bridge and its addresses.
///
/// @param clusterCidr the addresses of all pods of the cluster: traffic among them keeps its source address
/// @param dataDir where address and port files live
record NetworkConfig(String version, String name, String bridge, int mtu, boolean hairpin, boolean masquerade, Subnet subnet, Ipv4 gateway,
        String clusterCidr, Path dataDir, List<PortMapping> portMappings, JsonNode prevResult, JsonNode validAttachments) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");

    static NetworkConfig parse(ObjectNode input) {
        var name = input.path("name").asText();
        if (!NAME.matcher(name).matches()) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid network name: \"" + name + "\"", "");
        }
        var bridge = input.path("bridge").asText("moka0");
        if (!bridge.matches("[a-zA-Z0-9_.\\-]{1,15}")) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid bridge name: \"" + bridge + "\"", "");
        }
        var ipam = input.path("ipam");
        var subnet = Subnet.parse(ipam.path("subnet").asText());
        var gateway = ipam.path("gateway").asText("");
        return new NetworkConfig(Versions.of(input), name, bridge, input.path("mtu").asInt(1500), input.path("hairpinMode").asBoolean(true),
                input.path("ipMasq").asBoolean(true), subnet, gateway.isEmpty() ? subnet.first() : Ipv4.parse(gateway),
                Subnet.parse(input.path("clusterCidr").asText(subnet.toString())).toString(),
                Path.of(ipam.path("dataDir").asText("/var/lib/cni/networks"), name),
                PortMapping.parse(input.path("runtimeConfig").path("portMappings")), input.path("prevResult"),
                input.path("cni.dev/valid-attachments"));
    }
}
