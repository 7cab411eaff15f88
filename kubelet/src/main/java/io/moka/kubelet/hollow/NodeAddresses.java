package io.moka.kubelet.hollow;

import io.moka.machinery.net.Ipv4Range;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The IPv4 addresses of one node: the first is the node's own, the others are given to pods in a cycle through the range, so that an address stays unused for
/// a while before it is given again. Not safe for several threads.
final class NodeAddresses {

    private static final int LONGEST_PREFIX = 30;
    private static final int FIRST_OF_PODS = 2;

    private final Ipv4Range range;
    private final BitSet taken = new BitSet();
    private int next = FIRST_OF_PODS;

    private NodeAddresses(Ipv4Range range) {
        this.range = range;
    }

    /// Cuts ranges into equal parts, each with room for so many pods; the parts of the first range come first.
    ///
    /// @param cidrs one range or several with commas between them
    /// @throws IllegalArgumentException when one is no IPv4 range, or all are too small
    static NodeAddresses[] cut(String cidrs, int parts, int podsEach) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(podsEach + FIRST_OF_PODS);
        var found = new ArrayList<NodeAddresses>();
        for (var cidr : cidrs.split(",")) {
            addParts(found, Ipv4Range.parse(cidr), parts, bits);
        }
        if (found.size() < parts) {
            throw new IllegalArgumentException(parts + " nodes of " + podsEach + " pods do not fit into " + cidrs + "; give a larger --hollow-pod-cidr");
        }
        return found.toArray(NodeAddresses[]::new);
    }

    /// Adds as many parts of the range as it has, until there are enough.
    private static void addParts(List<NodeAddresses> found, Ipv4Range range, int enough, int bits) {
        if (range.prefixLength() > LONGEST_PREFIX) {
            throw new IllegalArgumentException(range + " is too small for a node");
        }
        long present = range.size() >> bits;
        for (long i = 0; i < present && found.size() < enough; i++) {
            found.add(new NodeAddresses(new Ipv4Range(range.at(i << bits), Integer.SIZE - bits)));
        }
    }

    String cidr() {
        return range.toString();
    }

    String nodeAddress() {
        return text(1);
    }

    /// A free address, or null when all are taken.
    @Nullable String take() {
        int end = (int) range.size() - 1;
        for (int tried = FIRST_OF_PODS; tried < end; tried++) {
            int offset = next;
            next = next + 1 < end ? next + 1 : FIRST_OF_PODS;
            if (!taken.get(offset)) {
                taken.set(offset);
                return text(offset);
            }
        }
        return null;
    }

    /// The address is in use since an earlier process; one of another range is left alone.
    void mark(String address) {
        int offset = offset(address);
        if (offset > 0) {
            taken.set(offset);
        }
    }

    void give(String address) {
        int offset = offset(address);
        if (offset > 0) {
            taken.clear(offset);
        }
    }

    private int offset(String address) {
        var number = Ipv4Range.address(address);
        return number != null && range.contains(number) ? (int) range.offset(number) : -1;
    }

    private String text(int offset) {
        return Ipv4Range.dotted(range.at(offset));
    }
}
