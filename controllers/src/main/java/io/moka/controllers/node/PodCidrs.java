package io.moka.controllers.node;

import io.moka.machinery.net.Ipv4Range;
import java.util.BitSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Divides the cluster's range of pod addresses into a /24 for each node.
final class PodCidrs {

    private static final int NODE_PREFIX = 24;
    private static final long NODE_SIZE = 1L << Integer.SIZE - NODE_PREFIX;

    private final Ipv4Range cluster;
    private final int count;

    /// @throws IllegalArgumentException when the text is not an IPv4 range, or one without room for a node
    PodCidrs(String clusterCidr) {
        this.cluster = Ipv4Range.parse(clusterCidr);
        if (cluster.prefixLength() > NODE_PREFIX) {
            throw new IllegalArgumentException("the range of pod addresses " + clusterCidr + " is smaller than a node's, which is a /" + NODE_PREFIX);
        }
        this.count = (int) (cluster.size() / NODE_SIZE);
    }

    /// The first range that overlaps none in use, or null when there is none.
    @Nullable String free(Collection<String> used) {
        var taken = new BitSet(count);
        used.forEach(cidr -> take(taken, cidr));
        int first = taken.nextClearBit(0);
        return first < count ? new Ipv4Range(cluster.at(first * NODE_SIZE), NODE_PREFIX).toString() : null;
    }

    /// Ranges of other sizes, which another controller gave, take all that they touch; those of another family or network none.
    private void take(BitSet taken, String cidr) {
        var range = Ipv4Range.parseOrNull(cidr);
        if (range == null) {
            return;
        }
        long start = cluster.offset(range.network());
        long from = Math.floorDiv(start, NODE_SIZE);
        long to = Math.floorDiv(start + range.size() - 1, NODE_SIZE) + 1;
        if (to > 0 && from < count) {
            taken.set((int) Math.max(0, from), (int) Math.min(count, to));
        }
    }
}
