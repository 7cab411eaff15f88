package io.moka.cni;

/// An IPv4 network, such as `10.244.1.0/24`.
record Subnet(Ipv4 base, int prefix) {

    static Subnet parse(String text) {
        int slash = text.indexOf('/');
        int prefix = slash > 0 && text.substring(slash + 1).matches("\\d{1,2}") ? Integer.parseInt(text.substring(slash + 1)) : -1;
        if (prefix < 1 || prefix > 30) {
            throw new CniException(CniException.INVALID_CONFIGURATION, "not a subnet with room for pods: \"" + text + "\"", "");
        }
        int mask = -1 << 32 - prefix;
        return new Subnet(new Ipv4(Ipv4.parse(text.substring(0, slash)).bits() & mask), prefix);
    }

    /// The first address that can be given away or be the gateway.
    Ipv4 first() {
        return base.plus(1);
    }

    /// The last one before the broadcast address.
    Ipv4 last() {
        return base.plus((1 << 32 - prefix) - 2);
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
