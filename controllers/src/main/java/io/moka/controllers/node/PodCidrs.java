package io.moka.controllers.node;

import java.util.BitSet;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Divides the cluster's range of pod addresses into a /24 for each node.
final class PodCidrs {

    private static final int NODE_PREFIX = 24;
    private static final long NODE_SIZE = 1L << 32 - NODE_PREFIX;
    private static final Pattern RANGE = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

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

    /// The first range that overlaps none in use, or null when there is none.
    @Nullable String free(Collection<String> used) {
        var taken = new BitSet(count);
        used.forEach(cidr -> take(taken, cidr));
        int first = taken.nextClearBit(0);
        return first < count ? text(first) : null;
    }

    /// Ranges of other sizes, which another controller gave, take all that they touch; those of another family or network none.
    private void take(BitSet taken, String cidr) {
        var parts = RANGE.matcher(cidr);
        if (parts.matches()) {
            int prefix = Math.min(32, Integer.parseInt(parts.group(5)));
            long address = 0;
            for (int i = 1; i <= 4; i++) {
                address = address << 8 | Integer.parseInt(parts.group(i)) & 255;
            }
            long size = 1L << 32 - prefix;
            long start = (address & -size) - (base & 0xFFFF_FFFFL);
            long from = Math.floorDiv(start, NODE_SIZE);
            long to = Math.floorDiv(start + size - 1, NODE_SIZE) + 1;
            if (to > 0 && from < count) {
                taken.set((int) Math.max(0, from), (int) Math.min(count, to));
            }
        }
    }

    private String text(int index) {
        int address = base + (index << 32 - NODE_PREFIX);
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + ".0/" + NODE_PREFIX;
    }
}
