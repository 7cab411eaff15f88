package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.util.List;

/// The endpoints of a front for one kind of clients. An external front with the policy `Local` has two views, every other front one for all clients.
///
/// @param inside whether this view is for pods and the node, where packets from outside have a view of their own
record View(boolean inside, List<Endpoint> endpoints) {

    /// Keeps the indices of the two views apart.
    static final int INSIDE_OFFSET = 0x10000;

    static List<View> of(Front front, Backends backends) {
        var outside = new View(false, backends.endpoints());
        return front.isExternal() && backends.local() ? List.of(outside, new View(true, backends.everywhere())) : List.of(outside);
    }

    /// Returns the index of the first endpoint.
    int offset() {
        return inside ? INSIDE_OFFSET : 0;
    }

    /// Returns the name of the map that leads from a front to this view.
    String map(FrontKind kind) {
        return inside ? kind.insideFronts() : kind.fronts();
    }
}
