package io.moka.controllers.loadbalancer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records which services have which place: an address of a pool, or the nodes' own addresses.
final class AddressClaims {

    /// The place that all services with the nodes' own addresses share, each with ports of its own.
    static final String NODES = "the nodes";

    private final Map<String, List<BalancedService>> owners = new HashMap<>();

    void claim(String place, BalancedService service) {
        owners.computeIfAbsent(place, unclaimed -> new ArrayList<>()).add(service);
    }

    boolean isFree(String place) {
        return !owners.containsKey(place);
    }

    /// Returns the reason why the service cannot share the place with its owners; null if it can.
    @Nullable String obstacle(String place, BalancedService service) {
        for (var owner : owners.getOrDefault(place, List.of())) {
            if (!place.equals(NODES) && !share(owner, service)) {
                return "address " + place + " belongs to service " + owner.name();
            }
            var both = service.ports();
            both.retainAll(owner.ports());
            if (!both.isEmpty()) {
                return "port " + String.join(", ", both) + " of " + place + " is taken by service " + owner.name();
            }
        }
        return null;
    }

    /// Whether two services may share an address. If packets stay on the node that they reach, the services must have the same pods.
    private static boolean share(BalancedService a, BalancedService b) {
        var key = a.annotation(BalancedService.SHARING_KEY);
        return key != null && key.equals(b.annotation(BalancedService.SHARING_KEY))
                && (!a.local() && !b.local() || a.local() == b.local() && a.selector().equals(b.selector()));
    }

    /// Addresses whose owners let the service share.
    List<String> shareable(BalancedService service) {
        return owners.keySet().stream().filter(place -> !place.equals(NODES) && obstacle(place, service) == null).sorted().toList();
    }
}
