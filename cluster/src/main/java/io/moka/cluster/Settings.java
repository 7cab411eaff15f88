package io.moka.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What was decided when the cluster was first started, and holds for as long as its folder exists.
///
/// @param bridge the pods' switch on this machine
/// @param nodePorts the range of node ports, `first-last`
record Settings(String node, String nodeAddress, Ports ports, String podCidr, String serviceCidr, String nodePorts, String bridge) {

    private static final JsonMapper JSON = new JsonMapper();

    /// @param portBase 0 for Kubernetes' usual ports and ranges; otherwise everything is derived from it, so that clusters do not meet
    static Settings choose(String cluster, int portBase, @Nullable String podCidr, @Nullable String serviceCidr) throws IOException {
        var node = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        boolean usual = portBase == 0;
        int slot = portBase / 1000 % 60;
        return new Settings(node, NodeAddress.find(), usual ? Ports.USUAL : Ports.from(portBase),
                podCidr != null ? podCidr : usual ? "10.244.0.0/16" : "10." + (112 + slot) + ".0.0/16",
                serviceCidr != null ? serviceCidr : usual ? "10.96.0.0/12" : "10." + (172 + slot) + ".0.0/16",
                usual ? "30000-32767" : portBase + 100 + "-" + (portBase + 999),
                usual ? "moka0" : "moka-" + Integer.toHexString(cluster.hashCode() & 0xffffff));
    }

    static @Nullable Settings read(Layout layout) throws IOException {
        return Files.exists(layout.settings()) ? JSON.readValue(layout.settings().toFile(), Settings.class) : null;
    }

    static Settings require(Layout layout) throws IOException {
        var settings = read(layout);
        if (settings == null) {
            throw new ClusterException("there is no cluster \"" + layout.name() + "\" here; start one with: bin/moka up"
                    + (layout.name().equals("moka") ? "" : " --name " + layout.name()));
        }
        return settings;
    }

    void write(Layout layout) throws IOException {
        Files.createDirectories(layout.root());
        Files.write(layout.settings(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /// The n-th address of the service range: 1 is the apiserver's, 10 the DNS server's.
    String serviceAddress(int n) {
        var octets = serviceCidr.substring(0, serviceCidr.indexOf('/')).split("\\.");
        return octets[0] + "." + octets[1] + "." + octets[2] + "." + (Integer.parseInt(octets[3]) + n);
    }

    /// The first /24 of the pod range; the only node of this machine has it.
    String nodePodCidr() {
        var octets = podCidr.split("[./]");
        return octets[0] + "." + octets[1] + "." + octets[2] + ".0/24";
    }

    String server() {
        return "https://127.0.0.1:" + ports.apiserver();
    }

    String proxyTable(String cluster) {
        return "moka-proxy-" + cluster;
    }
}
