package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.util.LinkedHashMap;
import java.util.Map;

/// The map elements that one front with its backends comes to.
final class Elements {

    /// An element's place: the map and the key in it.
    record Slot(String map, String key) {
    }

    private Elements() {
    }

    /// Slot → value. A front without endpoints has no elements: the kernel then refuses its connections.
    static Map<Slot, String> of(Front front, Backends backends) {
        var elements = new LinkedHashMap<Slot, String>();
        if (backends.endpoints().isEmpty()) {
            return elements;
        }
        var kind = FrontKind.of(front);
        var key = FrontKind.element(front);
        for (int i = 0; i < backends.endpoints().size(); i++) {
            var endpoint = backends.endpoints().get(i);
            if (backends.affinitySeconds() > 0) {
                elements.put(new Slot(kind.numbers(), key + " . " + i), number(endpoint));
                elements.put(new Slot(kind.numbered(), key + " . " + number(endpoint)), target(endpoint));
            } else {
                elements.put(new Slot(kind.endpoints(), key + " . " + i), target(endpoint));
            }
        }
        elements.put(new Slot(kind.fronts(), key), "goto " + Chain.of(kind, backends).name());
        return elements;
    }

    private static String target(Endpoint endpoint) {
        return endpoint.address() + " . " + endpoint.port();
    }

    /// A number that stays with the endpoint, whatever its index becomes.
    private static String number(Endpoint endpoint) {
        int mixed = (endpoint.address() + ":" + endpoint.port()).hashCode() * 0x9E3779B1;
        return "0x%08x".formatted(mixed == 0 ? 1 : mixed);
    }
}
