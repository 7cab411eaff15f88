package io.moka.controllers.servicecidr;

import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Whether a range may go.
final class RangeUse {

    private RangeUse() {
    }

    /// Whether addresses are in use that only this range has.
    ///
    /// @param all  the ranges there are, this one among them
    /// @param used the addresses in use; not asked for when another range has all that this one has
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
