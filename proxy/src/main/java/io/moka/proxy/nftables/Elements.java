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

    /// Where the front has its verdict.
    static Slot slot(Front front) {
        return new Slot(FrontKind.of(front).fronts(), FrontKind.element(front));
    }

    /// Slot → value, which is empty for an element of a set. A front without endpoints has none: the kernel then refuses its
    /// connections, for addresses outside the services' range because they are named.
    static Map<Slot, String> of(Front front, Backends backends) {
        var elements = new LinkedHashMap<Slot, String>();
        if (backends.endpoints().isEmpty()) {
            if (front instanceof Front.ExternalAddress) {
                elements.put(new Slot(Table.REFUSED_ADDRESSES, FrontKind.element(front)), "");
            }
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
        elements.put(slot(front), "goto " + Chain.of(front, backends).name());
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
