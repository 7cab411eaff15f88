/// The process that runs all controllers. Each controller has a package of its own with the same structure: a class that wires informers to a queue, and a
/// reconciler that brings the actual state to the desired state of one object.
///
/// Promises:
/// - controllers share informers, and nothing else; each could be a process of its own;
/// - only the leader works; a follower keeps its caches warm.
///
/// Upstream's `kube-controller-manager`. Read [Controllers], then [io.moka.controllers.replicaset.ReplicaPlan] as the
/// example of a controller.
@NullMarked
package io.moka.controllers;

import org.jspecify.annotations.NullMarked;
