/// Registers the node in the API, renews its lease and reports its status and resources.
///
/// Promises:
/// - the node is registered as soon as the apiserver answers, and Ready as soon as engine and network are;
/// - the lease is renewed every 10 s; the status is sent when something in it has changed, and at least every 5 min;
/// - a node object that was deleted is created again.
///
/// The package `eviction` decides when the node is under pressure; this package reports the pressure in the node's conditions. Read [NodeAgent] first.
@NullMarked
package io.moka.kubelet.node;

import org.jspecify.annotations.NullMarked;
