package io.moka.proxy;

import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.IpFamily;
import java.util.List;

/// The ranges of one family that make up the cluster's network; either may be empty.
///
/// @param pods addresses of pods: packets from there come from inside the cluster
/// @param services addresses of services: connections to addresses and ports without a service are refused there
public record ClusterNetwork(IpFamily family, List<String> pods, List<String> services) {

    /// The ranges of this family among those of both, as flags give them: `10.244.0.0/16,fd00:10::/64`.
    public static ClusterNetwork of(IpFamily family, String podCidrs, String serviceCidrs) {
        return new ClusterNetwork(family, Cidr.disjoint(List.of(podCidrs.split(",")), family), Cidr.disjoint(List.of(serviceCidrs.split(",")), family));
    }
}
