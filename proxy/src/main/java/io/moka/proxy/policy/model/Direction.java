package io.moka.proxy.policy.model;

/// The way of a connection's first packet, as the selected pod sees it.
public enum Direction {
    INGRESS, EGRESS
}
