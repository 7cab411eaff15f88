package io.moka.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/// A pod's usage of the resource that is short.
///
/// @param total of the pod, in bytes, inodes or processes
/// @param byContainer the usage of each container that can be measured separately, in bytes; only for memory and ephemeral storage
public record PodUsage(Pod pod, long total, Map<String, Long> byContainer) {
}
