package io.moka.proxy.nftables;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.Sources;
import java.util.stream.Collectors;

/// Describes the way of a packet to one front, as text.
record Description(Table table, ObjectKey service, Front front, Backends backends) {

    String text() {
        var kind = FrontKind.of(front);
        var key = FrontKind.element(front);
        var lines = new StringBuilder("%s of service %s, table %s%n".formatted(front, service, table.path()));
        if (backends.sources() instanceof Sources.Ranges(var cidrs)) {
            lines.append("  set %s { %s }: only clients of %s pass, others are dropped%n".formatted(Table.RESTRICTED, key, cidrs));
        }
        for (var view : View.of(front, backends)) {
            var clients = view.inside() ? "packets of pods and of this node" : "packets of " + (View.of(front, backends).size() > 1 ? "other clients" : "any client");
            if (view.endpoints().isEmpty()) {
                lines.append("  %s: map %s { %s } %s%n".formatted(clients, kind.unserved(), key, backends.dropsUnserved() ? "drops them" : "refuses them"));
            } else {
                lines.append("  %s: map %s { %s : goto %s }%n".formatted(clients, view.map(kind), key, Chain.of(table, front, backends, view).name()));
                lines.append(choice(kind, key, view));
            }
        }
        return lines.toString();
    }

    private String choice(FrontKind kind, String key, View view) {
        var endpoints = view.endpoints().stream().map(Object::toString).collect(Collectors.joining(", "));
        if (table.leavesToIpvs(view)) {
            return "    mark %s: IPVS leads to one of %s%n".formatted(Table.IPVS_MARK, endpoints);
        }
        var map = backends.affinitySeconds() > 0 ? kind.numbered() : kind.endpoints();
        return "    map %s { %s . number } leads to one of %s%n".formatted(map, key, endpoints)
                + (backends.affinitySeconds() > 0 ? "    map %s keeps the client with its endpoint for %d s%n".formatted(kind.affinity(), backends.affinitySeconds()) : "");
    }
}
