package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHintsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNodeBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZoneBuilder;
import org.jspecify.annotations.Nullable;

/// Computes the hints of an endpoint, which name the proxies that should prefer it, by the service's `trafficDistribution`: those of its zone
/// (`PreferSameZone`, and `PreferClose`, its older name), or those of its node and then of its zone (`PreferSameNode`).
///
/// Follows upstream's `trafficdist` package. The older annotation `service.kubernetes.io/topology-mode`, which shares endpoints out by the zones'
/// processors, is not followed.
final class Hints {

    private Hints() {
    }

    /// @return null where no proxy should prefer the endpoint
    static @Nullable EndpointHints of(Service service, boolean ready, @Nullable String node, @Nullable String zone) {
        var distribution = service.getSpec().getTrafficDistribution();
        if (distribution == null || !ready) {
            return null;
        }
        var hints = new EndpointHintsBuilder();
        switch (distribution) {
            case "PreferClose", "PreferSameZone" -> { }
            case "PreferSameNode" -> {
                if (node != null && !node.isEmpty()) {
                    hints.withForNodes(new ForNodeBuilder().withName(node).build());
                }
            }
            default -> {
                return null;
            }
        }
        if (zone != null && !zone.isEmpty()) {
            hints.withForZones(new ForZoneBuilder().withName(zone).build());
        }
        return hints.hasForNodes() || hints.hasForZones() ? hints.build() : null;
    }
}
