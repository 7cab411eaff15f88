package io.moka.scheduler.cache;

/// A port of the node that a pod requests. An address of `0.0.0.0` means all of them.
public record HostPort(String address, String protocol, int port) {

    private static final String ANY = "0.0.0.0";

    public HostPort(String address, String protocol, int port) {
        this.address = address.isEmpty() ? ANY : address;
        this.protocol = protocol.isEmpty() ? "TCP" : protocol;
        this.port = port;
    }

    public boolean collidesWith(HostPort other) {
        return port == other.port && protocol.equals(other.protocol)
                && (address.equals(other.address) || address.equals(ANY) || other.address.equals(ANY));
    }
}
