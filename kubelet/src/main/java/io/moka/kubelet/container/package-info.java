/// Turns a container of a pod into the engine's specification: variables, user, limits, mounts and the files that every container gets.
///
/// Promises:
/// - a reference that can't be resolved is a [ConfigError] with upstream's message, and no container is created then;
/// - `/etc/hosts` and `/etc/resolv.conf` are the pod's, the same in all its containers;
/// - an OOM score that the node may not set is replaced by the nearest that it may.
///
/// Upstream spreads this over kuberuntime, the kubelet's pod functions and its network packages. Read [ContainerSpecs] first.
@NullMarked
package io.moka.kubelet.container;

import org.jspecify.annotations.NullMarked;
