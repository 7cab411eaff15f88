package io.moka.kubelet.pod;

/// The order to evict a pod from the node: it ends and stays `Failed` for the reason `Evicted`; one that is being deleted ends within the eviction's grace.
///
/// @param disrupts whether the node is short of something, rather than the pod beyond its own limits
record Eviction(String message, long graceSeconds, boolean disrupts) {
}
