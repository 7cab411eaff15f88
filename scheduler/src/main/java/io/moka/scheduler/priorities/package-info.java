/// What makes one fitting node better than another: one class for each of upstream's score plugins, with its weight.
///
/// Promises: scores are whole numbers from 0 to 100; the same pod and nodes give the same scores. Affinity between pods and
/// topology spread constraints are not among them. Read [LeastAllocated] as the example.
@NullMarked
package io.moka.scheduler.priorities;

import org.jspecify.annotations.NullMarked;
