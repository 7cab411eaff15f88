package io.moka.controllers.servicecidr;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A range of addresses of either family.
record Network(BigInteger first, int prefixLength, int bits) {

    /// @param cidr has been validated by the server
    static Network parse(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] address = bytes(cidr.substring(0, slash));
        return new Network(new BigInteger(1, address), Integer.parseInt(cidr.substring(slash + 1)), 8 * address.length);
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException notLiteral) {
            throw new IllegalArgumentException(address, notLiteral);
        }
    }

    /// Whether it has all of another's addresses.
    boolean contains(Network other) {
        return bits == other.bits && prefixLength <= other.prefixLength && sameStart(other.first);
    }

    /// Whether an address may be given out of it: the first stands for the network, and in IPv4 the last for a broadcast.
    boolean gives(String address) {
        byte[] bytes = bytes(address);
        BigInteger value = new BigInteger(1, bytes);
        return bits == 8 * bytes.length && sameStart(value) && !value.equals(first) && !(bits == 32 && value.equals(last()));
    }

    private boolean sameStart(BigInteger value) {
        return value.shiftRight(bits - prefixLength).equals(first.shiftRight(bits - prefixLength));
    }

    private BigInteger last() {
        return first.add(BigInteger.ONE.shiftLeft(bits - prefixLength)).subtract(BigInteger.ONE);
    }
}
