package io.moka.kubelet.hollow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The IPv4 addresses of one node: the first is the node's own, the others are given to pods in a cycle through the range, so that an address stays unused for
/// a while before it is given again. Not safe for several threads.
final class AddressRange {

    private static final Pattern CIDR = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    private final int base;
    private final int prefix;
    private final BitSet taken = new BitSet();
    private int next = 2;

    private AddressRange(int base, int prefix) {
        this.base = base;
        this.prefix = prefix;
    }

    /// Cuts ranges into equal parts, each with room for so many pods; the parts of the first range come first.
    ///
    /// @param cidrs one range or several with commas between them
    /// @throws IllegalArgumentException when one is no IPv4 range, or all are too small
    static AddressRange[] cut(String cidrs, int parts, int podsEach) {
        int bits = 32 - Integer.numberOfLeadingZeros(podsEach + 2);
        var ranges = new ArrayList<AddressRange>();
        for (var cidr : cidrs.split(",")) {
            addParts(ranges, cidr, parts, bits);
        }
        if (ranges.size() < parts) {
            throw new IllegalArgumentException(parts + " nodes of " + podsEach + " pods do not fit into " + cidrs + "; give a larger --hollow-pod-cidr");
        }
        return ranges.toArray(AddressRange[]::new);
    }

    /// Adds as many parts of the range as it has, until there are enough.
    private static void addParts(List<AddressRange> ranges, String cidr, int enough, int bits) {
        var matcher = CIDR.matcher(cidr);
        if (!matcher.matches() || Integer.parseInt(matcher.group(5)) > 30) {
            throw new IllegalArgumentException("\"" + cidr + "\" is no IPv4 range such as 198.18.0.0/15");
        }
        int prefix = Integer.parseInt(matcher.group(5));
        int base = (int) (address(matcher) & -1L << 32 - prefix);
        long present = bits > 32 - prefix ? 0 : 1L << 32 - prefix - bits;
        for (int i = 0; i < present && ranges.size() < enough; i++) {
            ranges.add(new AddressRange(base + (i << bits), 32 - bits));
        }
    }

    private static int address(MatchResult octets) {
        int address = 0;
        for (int i = 1; i <= 4; i++) {
            address = address << 8 | Integer.parseInt(octets.group(i)) & 255;
        }
        return address;
    }

    String cidr() {
        return text(0) + "/" + prefix;
    }

    String nodeAddress() {
        return text(1);
    }

    /// A free address, or null when all are taken.
    @Nullable String take() {
        int end = (1 << 32 - prefix) - 1;
        for (int tried = 2; tried < end; tried++) {
            int offset = next;
            next = next + 1 < end ? next + 1 : 2;
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
        var matcher = CIDR.matcher(address + "/32");
        if (!matcher.matches()) {
            return -1;
        }
        int value = address(matcher);
        return value - base > 0 && value - base < 1 << 32 - prefix ? value - base : -1;
    }

    private String text(int offset) {
        int address = base + offset;
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
