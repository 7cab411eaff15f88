/// Where pods wait for their turn.
///
/// - **activeQ**: pods for the next cycles, highest priority first, then oldest first;
/// - **backoffQ**: pods that failed and may be tried again, once their pause (1 s, doubled up to 10 s) is over;
/// - **unschedulableQ**: pods that fit nowhere, until an event comes that one of the predicates which refused them names, or five
///   minutes have passed.
///
/// Promises: a pod is in at most one of the three; a pod whose cycle is under way is in none, and an event that comes meanwhile
/// is not lost on it. Upstream's `PriorityQueue`. Read [SchedulingQueue].
@NullMarked
package io.moka.scheduler.queue;

import org.jspecify.annotations.NullMarked;
