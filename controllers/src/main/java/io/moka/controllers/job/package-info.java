/// Runs the pods of Jobs until enough have succeeded or too many have failed, and counts each pod exactly once.
///
/// Watches Jobs and Pods. Writes Pods (creates, deletes, takes their finalizer) and the status of Jobs.
///
/// How a pod is counted: it has the finalizer `batch.kubernetes.io/job-tracking`, so it cannot vanish before the controller has seen its end.
/// 1. its uid is written to `status.uncountedTerminatedPods` (of an Indexed job's success, the index to `status.completedIndexes`);
/// 2. its finalizer is removed;
/// 3. its uid leaves that list and the counter grows, in one write.
///
/// After a crash between any two steps the next reconciliation continues with the next step: a listed pod that has no finalizer (or is gone) is at step 3.
///
/// Promises:
/// - `succeeded` and `failed` never count a pod twice and never leave one out, even if users delete pods or this process dies at any moment;
/// - `SuccessCriteriaMet` or `FailureTarget` is written as soon as the outcome is certain, `Complete` or `Failed` when every pod has ended;
/// - pods that failed are replaced after a pause: 10 s, doubled with each further failure up to 6 min, for a whole job or for each index;
/// - a pod that is left without its job loses the finalizer.
///
/// Differs from upstream: the pauses survive a restart of this process as far as the failed pods are still there; a reconciliation never starts from
/// a status older than the last one that this process wrote, nor from a pod whose finalizer it has taken already; while the cache lacks pods that were
/// just created, the job is not called complete.
///
/// Follows upstream's `pkg/controller/job`. Read [JobPlan].
@NullMarked
package io.moka.controllers.job;

import org.jspecify.annotations.NullMarked;
