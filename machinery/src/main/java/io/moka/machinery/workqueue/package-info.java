/// Queues of keys for workers: each key is waiting at most once and worked on by at most one worker.
///
/// Promises:
/// - a key added while it is being processed is queued again once that is done, exactly once;
/// - a key added for later, or rate-limited after a failure, comes when its time is up, or at once if it is added plainly;
/// - nothing is lost at shutdown that was being processed: workers finish, waiting keys are dropped (level-triggered
///   reconcilers find them again);
/// - bounded by the number of distinct keys.
///
/// Upstream stacks three queue types; here one [WorkQueue] has delay and rate limit built in. Read it first.
@NullMarked
package io.moka.machinery.workqueue;

import org.jspecify.annotations.NullMarked;
