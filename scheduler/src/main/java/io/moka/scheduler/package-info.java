/// The scheduler process: takes pods without a node, one at a time, and binds each to the best node.
///
/// The way of a pod: informer → [io.moka.scheduler.queue.SchedulingQueue] (activeQ) → [SchedulingCycle]: Filter plugins decide which nodes fit, Score plugins
/// which one is best → the pod is *assumed* on the winner in the cache, so that the next pod sees its resources as taken → [BindingCycle] binds it in the
/// background. A pod that fits nowhere goes to [io.moka.scheduler.preemption.DefaultPreemption] and then waits.
///
/// Promises:
/// - one cycle runs at a time, each on a snapshot of the nodes that does not change during the cycle;
/// - a pod that is assumed and then fails to bind is removed from the cache and returns to the queue;
/// - a pod that fits nowhere waits until an event happens that could let it fit.
///
/// Follows upstream's `pkg/scheduler`. Read [SchedulingLoop], then [SchedulingCycle].
@NullMarked
package io.moka.scheduler;

import org.jspecify.annotations.NullMarked;
