/// Records the scheduler's decisions: why a pod is on its node, or on none.
///
/// Promises:
/// - a decision is recorded as it was made; an answer repeats it and computes nothing anew;
/// - the latest decision of each of the last 1,000 pods is kept, with 100 nodes at most for a pod that none fitted;
/// - to record a decision, the scheduling loop waits at most for a lock that is held for one insertion into a map.
///
/// Upstream has nothing of the kind: its messages give counts of nodes by reason. Read [Decision], then [DecisionLog].
@NullMarked
package io.moka.scheduler.why;

import org.jspecify.annotations.NullMarked;
