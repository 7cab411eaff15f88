/// The process that runs all controllers. Each lives in a package of its own, all of the same shape: a class that wires informers
/// to a queue, and a reconciler that makes the world as one object says.
///
/// Promises:
/// - controllers share informers, and nothing else; each could be a process of its own;
/// - only the leader works; a follower keeps its caches warm.
///
/// Upstream's `kube-controller-manager`. Read [Controllers], then [io.moka.controllers.replicaset.ReplicaSetReconciler] as the
/// example of a controller.
@NullMarked
package io.moka.controllers;

import org.jspecify.annotations.NullMarked;
