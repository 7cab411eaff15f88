package io.moka.controllers.servicecidr;

import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Tells whether a range is still needed.
final class RangeUse {

    private RangeUse() {
    }

    /// Whether an address is in use that is in this range alone.
    ///
    /// @param all all ranges, including this one
    /// @param used returns the addresses in use; not called if other ranges cover this one
    static boolean needed(ServiceCIDR range, List<ServiceCIDR> all, Supplier<Stream<String>> used) {
        var own = networks(range);
        var others = all.stream().filter(other -> !other.getMetadata().getName().equals(range.getMetadata().getName()))
                .flatMap(other -> networks(other).stream()).toList();
        if (own.stream().allMatch(network -> others.stream().anyMatch(other -> other.contains(network)))) {
            return false;
        }
        return used.get().anyMatch(address -> own.stream().anyMatch(network -> network.gives(address))
                && others.stream().noneMatch(network -> network.gives(address)));
    }

    private static List<Network> networks(ServiceCIDR range) {
        return range.getSpec().getCidrs().stream().map(Network::parse).toList();
    }
}
