package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.Sources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The map elements that implement one front with its backends.
final class Elements {

    /// An element's place: the map and the key in it.
    record Slot(String map, String key) {
    }

    private Elements() {
    }

    /// Returns the key of the front in the maps, by which conflicts between two services that claim it are found.
    static Slot slot(Front front) {
        return new Slot(FrontKind.of(front).fronts(), FrontKind.element(front));
    }

    /// Slot → value, which is empty for an element of a set.
    static Map<Slot, String> of(Table table, Front front, Backends backends) {
        var elements = new LinkedHashMap<Slot, String>();
        var kind = FrontKind.of(front);
        var key = FrontKind.element(front);
        for (var view : View.of(front, backends)) {
            if (!view.endpoints().isEmpty()) {
                if (!table.leavesToIpvs(view)) {
                    addEndpoints(elements, kind, key, backends, view);
                }
                elements.put(new Slot(view.map(kind), key), "goto " + Chain.of(table, front, backends, view).name());
            }
        }
        if (backends.endpoints().isEmpty()) {
            elements.put(new Slot(kind.unserved(), key), backends.dropsUnserved() ? "drop" : "goto " + Table.REFUSE);
        }
        if (backends.sources() instanceof Sources.Ranges(var cidrs)) {
            elements.put(new Slot(Table.RESTRICTED, key), "");
            cidrs.forEach(cidr -> elements.put(new Slot(Table.ADMITTED, key + " . " + cidr), ""));
        }
        return elements;
    }

    private static void addEndpoints(Map<Slot, String> elements, FrontKind kind, String key, Backends backends, View view) {
        for (int i = 0; i < view.endpoints().size(); i++) {
            var endpoint = view.endpoints().get(i);
            elements.put(indexed(kind, key, backends, view.offset() + i), drawn(backends, endpoint));
            if (backends.affinitySeconds() > 0) {
                elements.put(new Slot(kind.numbered(), key + " . " + number(endpoint)), target(endpoint));
            }
        }
    }

    /// Returns the place where a packet that drew this index looks.
    private static Slot indexed(FrontKind kind, String key, Backends backends, int index) {
        return new Slot(backends.affinitySeconds() > 0 ? kind.numbers() : kind.endpoints(), key + " . " + index);
    }

    /// Returns the value that such a packet finds.
    private static String drawn(Backends backends, Endpoint endpoint) {
        return backends.affinitySeconds() > 0 ? number(endpoint) : target(endpoint);
    }

    /// Elements for packets that drew an index before there were fewer endpoints, and look it up afterwards: the places beyond the number of endpoints, as far as
    /// there were such, lead to endpoints that are still there.
    ///
    /// @param before the places of the front's elements before the change
    static Map<Slot, String> spare(Table table, Front front, Backends backends, Set<Slot> before) {
        var spare = new LinkedHashMap<Slot, String>();
        for (var view : View.of(front, backends)) {
            int count = table.leavesToIpvs(view) ? 0 : view.endpoints().size();
            for (int i = count; count > 0; i++) {
                var slot = indexed(FrontKind.of(front), FrontKind.element(front), backends, view.offset() + i);
                if (!before.contains(slot)) {
                    break;
                }
                spare.put(slot, drawn(backends, view.endpoints().get(i % count)));
            }
        }
        return spare;
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
