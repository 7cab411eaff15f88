/// The queues of pods that wait for a scheduling cycle.
///
/// - **activeQ**: pods for the next cycles, highest priority first, then oldest first;
/// - **backoffQ**: pods that failed and may be tried again, once their back-off (1 s, doubled up to 10 s) is over or activeQ is empty;
/// - **unschedulableQ**: pods that fit nowhere, until an event comes that could help them according to a plugin that refused them, or five minutes have passed;
///   indexed by kinds of events and by time;
/// - **gated**: pods that a PreEnqueue plugin does not let in, until they change.
///
/// Promises: a pod is in at most one of them; a pod whose cycle is under way is in none, and an event that comes meanwhile is still applied to it. Upstream's
/// `PriorityQueue`. Read [SchedulingQueue].
@NullMarked
package io.moka.scheduler.queue;

import org.jspecify.annotations.NullMarked;
