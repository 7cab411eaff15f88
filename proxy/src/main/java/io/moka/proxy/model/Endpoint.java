package io.moka.proxy.model;

/// Where a connection ends: a pod's address and port.
public record Endpoint(String address, int port) {
}
