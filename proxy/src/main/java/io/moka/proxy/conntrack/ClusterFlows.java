package io.moka.proxy.conntrack;

import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.List;

/// Deletes a cluster's entries in the kernel's connection table when the cluster ends: a remaining entry would lead packets of the next cluster's services to
/// pods that are gone.
public final class ClusterFlows {

    private ClusterFlows() {
    }

    /// Deletes all flows to services, to pods (through whichever address they came) and from pods. A machine without the tool is left as it is.
    public static void forget(ClusterNetwork network, Tools tools) throws IOException {
        for (var services : network.services()) {
            delete(network.family(), tools, "--orig-dst", services);
        }
        for (var pods : network.pods()) {
            delete(network.family(), tools, "--orig-src", pods);
            delete(network.family(), tools, "--reply-src", pods);
        }
    }

    /// The tool's status says whether there was anything to delete, not whether it went well.
    private static void delete(IpFamily family, Tools tools, String side, String range) throws IOException {
        tools.run(List.of("conntrack", "-D", "-f", family == IpFamily.IPV4 ? "ipv4" : "ipv6", side, range), "");
    }
}
