package io.moka.cni;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What the administrator wrote: one network, its bridge and its addresses.
///
/// @param clusterCidr the addresses of all pods of the cluster: traffic among them keeps its source address
/// @param dataDir where address and port files live
record NetworkConfig(String version, String name, String bridge, int mtu, boolean hairpin, boolean masquerade, Subnet subnet, Ipv4 gateway,
        String clusterCidr, Path dataDir, List<PortMapping> portMappings, List<JsonObject> validAttachments) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");

    static NetworkConfig parse(JsonObject input) {
        var name = input.text("name", "");
        if (!NAME.matcher(name).matches()) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid network name: \"" + name + "\"", "");
        }
        var bridge = input.text("bridge", "moka0");
        if (!bridge.matches("[a-zA-Z0-9_.\\-]{1,15}")) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid bridge name: \"" + bridge + "\"", "");
        }
        var ipam = input.object("ipam");
        var subnet = Subnet.parse(ipam.text("subnet", ""));
        var gateway = ipam.text("gateway", "");
        return new NetworkConfig(Versions.of(input), name, bridge, input.number("mtu", 1500), input.flag("hairpinMode", true),
                input.flag("ipMasq", true), subnet, gateway.isEmpty() ? subnet.first() : Ipv4.parse(gateway),
                Subnet.parse(input.text("clusterCidr", subnet.toString())).toString(),
                Path.of(ipam.text("dataDir", "/var/lib/cni/networks"), name),
                PortMapping.parse(input.object("runtimeConfig").objects("portMappings")), input.objects("cni.dev/valid-attachments"));
    }
}
