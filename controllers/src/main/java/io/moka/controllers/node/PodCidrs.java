package io.moka.controllers.node;

import java.util.Collection;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Cuts the cluster's pod addresses into a /24 for each node.
final class PodCidrs {

    private static final int NODE_PREFIX = 24;

    private final int base;
    private final int count;

    PodCidrs(String clusterCidr) {
        var parts = clusterCidr.split("[./]");
        int prefix = Integer.parseInt(parts[4]);
        int address = 0;
        for (int i = 0; i < 4; i++) {
            address = address << 8 | Integer.parseInt(parts[i]);
        }
        this.base = address & -1 << 32 - prefix;
        this.count = 1 << NODE_PREFIX - prefix;
    }

    /// The first range that is not in use, or null when all are.
    @Nullable String free(Collection<String> used) {
        var taken = new HashSet<>(used);
        for (int i = 0; i < count; i++) {
            int address = base + (i << 32 - NODE_PREFIX);
            var cidr = (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + ".0/" + NODE_PREFIX;
            if (!taken.contains(cidr)) {
                return cidr;
            }
        }
        return null;
    }
}
