/// The kubelet: runs the pods of one node.
///
/// Promises:
/// - the kubelet speaks to the apiserver and to the container engine, and to nothing else in the cluster;
/// - the kubelet can be killed at any moment: when started again, it takes over the containers of its pods and removes those that should not run.
///
/// Upstream's kubelet speaks CRI to an engine; this one speaks Docker's API and calls CNI plugins itself. Read [DockerKubelet], then the
/// package `pod`.
@NullMarked
package io.moka.kubelet;

import org.jspecify.annotations.NullMarked;
