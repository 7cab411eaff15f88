package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The progress of an Indexed job.
///
/// @param before the indexes that the status lists as completed
/// @param succeeded the indexes in `before` and those that have succeeded since
/// @param failures null for a job without `backoffLimitPerIndex`
record IndexProgress(Indexes before, Indexes succeeded, @Nullable IndexFailures failures) {

    static @Nullable IndexProgress of(Job job, JobPods pods) {
        if (!JobPods.isIndexed(job)) {
            return null;
        }
        var before = Indexes.parse(job.getStatus() == null ? null : job.getStatus().getCompletedIndexes(), job.getSpec().getCompletions());
        var succeeded = before.with(JobPods.indexesOf(pods.newlyEnded(JobPods::isSucceeded, listedAsFailed(job))));
        return new IndexProgress(before, succeeded, IndexFailures.isCountedPerIndex(job) ? new IndexFailures(job, pods, succeeded) : null);
    }

    /// A pod that was being deleted and has succeeded all the same keeps counting as failed.
    private static List<String> listedAsFailed(Job job) {
        var uncounted = job.getStatus() == null ? null : job.getStatus().getUncountedTerminatedPods();
        return uncounted == null ? List.of() : uncounted.getFailed();
    }

    /// The lowest indexes that have no pod and need one.
    List<Integer> pending(Job job, JobPods pods, int count) {
        var taken = succeeded.with(JobPods.indexesOf(pods.active()));
        if (JobPods.replacesOnlyEnded(job)) {
            taken = taken.with(JobPods.indexesOf(pods.terminating()));
        }
        if (failures != null) {
            taken = taken.with(failures.failed());
        }
        return taken.firstMissing(count, job.getSpec().getCompletions());
    }
}
