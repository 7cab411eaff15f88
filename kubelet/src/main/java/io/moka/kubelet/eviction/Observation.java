package io.moka.kubelet.eviction;

/// The value of a signal, in bytes, inodes or process ids.
public record Observation(long available, long capacity) {
}
