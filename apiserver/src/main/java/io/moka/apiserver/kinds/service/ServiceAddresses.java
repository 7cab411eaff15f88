package io.moka.apiserver.kinds.service;

import io.moka.machinery.net.Ipv4Range;

/// A range from which services get addresses. Its first and last address are never given out.
public record ServiceAddresses(Ipv4Range range) {

    public static ServiceAddresses parse(String cidr) {
        return new ServiceAddresses(Ipv4Range.parse(cidr));
    }

    /// Whether the address is one that can be given out.
    boolean contains(int address) {
        return range.offset(address) > 0 && range.offset(address) <= count();
    }

    /// Returns the number of addresses that can be given out.
    long count() {
        return Math.max(0, range.size() - 2);
    }

    /// Returns the size of the lower band: addresses at the beginning that are allocated dynamically only when the others are taken. The size is upstream's.
    long lowerBand() {
        return range.size() <= 16 ? 0 : Math.min(count(), Math.clamp(range.size() / 16, 16L, 256L));
    }

    /// Returns the nth address, counted from 1.
    public int at(long n) {
        return range.at(n);
    }

    @Override
    public String toString() {
        return range.toString();
    }
}
