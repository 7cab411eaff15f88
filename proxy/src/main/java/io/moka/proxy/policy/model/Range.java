package io.moka.proxy.policy.model;

import java.util.ArrayList;
import java.util.List;

/// A range of consecutive addresses of one family, both ends included.
public record Range(Address first, Address last) {

    static final Range ALL_IPV4 = new Address(Address.Family.IPV4, 0, 0).network(0);
    static final Range ALL_IPV6 = new Address(Address.Family.IPV6, 0, 0).network(0);

    static Range single(Address address) {
        return new Range(address, address);
    }

    /// @throws IllegalArgumentException when the text is not a CIDR
    static Range cidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            throw new IllegalArgumentException("not a CIDR: \"" + text + "\"");
        }
        var address = Address.parse(text.substring(0, slash));
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix > address.family().bits()) {
            throw new IllegalArgumentException("not a CIDR: \"" + text + "\"");
        }
        return address.network(prefix);
    }

    public boolean contains(Address address) {
        return first.compareTo(address) <= 0 && last.compareTo(address) >= 0;
    }

    /// Returns this range without the addresses of the other: none, one or two ranges.
    List<Range> without(Range hole) {
        if (hole.last.compareTo(first) < 0 || hole.first.compareTo(last) > 0) {
            return List.of(this);
        }
        var rest = new ArrayList<Range>();
        if (hole.first.compareTo(first) > 0) {
            rest.add(new Range(first, hole.first.previous()));
        }
        if (hole.last.compareTo(last) < 0) {
            rest.add(new Range(hole.last.next(), last));
        }
        return rest;
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
