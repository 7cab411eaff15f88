package io.moka.proxy.model;

/// The end of a connection: a pod's address and port.
public record Endpoint(String address, int port) {

    @Override
    public String toString() {
        return IpFamily.of(address) == IpFamily.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
    }
}
