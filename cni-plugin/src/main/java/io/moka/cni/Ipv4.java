package io.moka.cni;

/// An IPv4 address as a number, so that ranges can be iterated.
record Ipv4(int bits) implements Comparable<Ipv4> {

    static Ipv4 parse(String text) {
        var parts = text.split("\\.", -1);
        int bits = 0;
        for (var part : parts) {
            int octet = part.matches("\\d{1,3}") ? Integer.parseInt(part) : 256;
            if (parts.length != 4 || octet > 255) {
                throw new CniException(CniException.INVALID_CONFIGURATION, "not an IPv4 address: \"" + text + "\"", "");
            }
            bits = bits << 8 | octet;
        }
        return new Ipv4(bits);
    }

    Ipv4 plus(int steps) {
        return new Ipv4(bits + steps);
    }

    /// Returns a hardware address that is derived from the IP address, so that it is known without ARP.
    String toMac() {
        return "0a:58:%02x:%02x:%02x:%02x".formatted(bits >>> 24, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255);
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }
}
