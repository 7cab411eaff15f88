package io.moka.proxy.nftables;

import io.moka.proxy.model.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Gives each endpoint of a front its index, moving as few as possible from one state to the next.
final class Placement {

    private Placement() {
    }

    /// The wanted endpoints in the order of their indices: who stays keeps the place, the last one fills a gap, new ones go to the end.
    static List<Endpoint> arrange(List<Endpoint> before, List<Endpoint> wanted) {
        var missing = new HashSet<>(wanted);
        var placed = new ArrayList<>(before);
        for (int i = 0; i < placed.size(); ) {
            if (missing.remove(placed.get(i))) {
                i++;
            } else {
                var last = placed.removeLast();
                if (i < placed.size()) {
                    placed.set(i, last);
                }
            }
        }
        for (var endpoint : wanted) {
            if (missing.remove(endpoint)) {
                placed.add(endpoint);
            }
        }
        return placed;
    }
}
