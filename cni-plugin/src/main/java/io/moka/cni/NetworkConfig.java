package io.moka.cni;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The plugin's configuration, as the administrator wrote it: one network, its bridge and its addresses.
///
/// @param clusterCidr the addresses of all pods of the cluster: traffic among them keeps its source address
/// @param policyTable the nftables table in which an agent for network policies wants new addresses to be marked; empty for none
/// @param dataDir the folder of the address and port files
record NetworkConfig(String version, String name, String bridge, int mtu, boolean hairpin, boolean masquerade, Subnet subnet, Ipv4 gateway,
        String clusterCidr, String policyTable, Path dataDir, List<PortMapping> portMappings, List<JsonObject> validAttachments) {

    private static final Pattern TABLE = Pattern.compile("[a-zA-Z0-9_.\\-]{0,64}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");

    /// @param withPorts whether to parse the port mappings
    static NetworkConfig parse(JsonObject input, boolean withPorts) {
        var name = input.text("name", "");
        if (!NAME.matcher(name).matches()) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid network name: \"" + name + "\"", "");
        }
        var bridge = input.text("bridge", "moka0");
        if (!bridge.matches("[a-zA-Z0-9_.\\-]{1,15}")) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid bridge name: \"" + bridge + "\"", "");
        }
        var policyTable = input.text("policyTable", "");
        if (!TABLE.matcher(policyTable).matches()) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "invalid policyTable: \"" + policyTable + "\"", "");
        }
        var ipam = input.object("ipam");
        var subnet = Subnet.parse(ipam.text("subnet", ""));
        var gateway = ipam.text("gateway", "");
        return new NetworkConfig(Versions.of(input), name, bridge, input.number("mtu", 1500), input.flag("hairpinMode", true),
                input.flag("ipMasq", true), subnet, gateway.isEmpty() ? subnet.first() : Ipv4.parse(gateway),
                Subnet.parse(input.text("clusterCidr", subnet.toString())).toString(), policyTable,
                Path.of(ipam.text("dataDir", "/var/lib/cni/networks"), name),
                withPorts ? PortMapping.parse(input.object("runtimeConfig").objects("portMappings")) : List.of(), input.objects("cni.dev/valid-attachments"));
    }
}
