/// From a container of a pod to what the engine is to run: variables, user, limits, mounts and the files that every container gets.
///
/// Promises:
/// - what can't be resolved is a [ConfigError] whose message is upstream's, and nothing is created then;
/// - `/etc/hosts` and `/etc/resolv.conf` are the pod's, the same in all its containers;
/// - an OOM score that the node may not set is replaced by the nearest that it may.
///
/// Upstream spreads this over kuberuntime, the kubelet's pod functions and its network packages. Read [ContainerSpecs] first.
@NullMarked
package io.moka.kubelet.container;

import org.jspecify.annotations.NullMarked;
