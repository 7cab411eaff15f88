/// The process: takes pods without a node, one at a time, and binds each to the best node.
///
/// The way of a pod: informer → [io.moka.scheduler.queue.SchedulingQueue] (activeQ) → [SchedulingCycle]: predicates filter the
/// nodes, priorities score them → the pod is *assumed* on the winner in the cache, so that the next pod sees its resources as
/// taken → [Binder] writes the binding in the background.
///
/// Promises:
/// - one cycle at a time, each on a snapshot of the nodes that does not change under it;
/// - what is assumed and then fails to bind is forgotten, and the pod comes back;
/// - a pod that fits nowhere waits until something happens that could help it.
///
/// Upstream calls predicates and priorities Filter and Score plugins and lets third parties add more. Read [SchedulingCycle]
/// first.
@NullMarked
package io.moka.scheduler;

import org.jspecify.annotations.NullMarked;
