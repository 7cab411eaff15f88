/// The kubelet: runs the pods of one node.
///
/// Promises:
/// - it speaks to the apiserver and to the container engine, and to nothing else in the cluster;
/// - killed at any moment and started again, it takes over what runs and cleans up what should not.
///
/// Upstream's kubelet speaks CRI to an engine; this one speaks Docker's API and calls CNI plugins itself. Read [Kubelet], then the
/// package `pod`.
@NullMarked
package io.moka.kubelet;

import org.jspecify.annotations.NullMarked;
