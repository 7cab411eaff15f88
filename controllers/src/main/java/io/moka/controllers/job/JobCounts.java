package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.moka.machinery.meta.Counts;
import java.util.List;
import java.util.stream.Stream;

/// The numbers of a job's ended pods, including pods that the status does not count yet.
///
/// @param newlySucceeded the succeeded pods that are neither counted nor listed as uncounted
record JobCounts(int succeeded, int failed, List<Pod> newlySucceeded, List<Pod> newlyFailed) {

    static JobCounts of(Job job, JobPods pods) {
        var status = job.getStatus() == null ? new JobStatus() : job.getStatus();
        var uncounted = status.getUncountedTerminatedPods();
        var listedSucceeded = uncounted == null ? List.<String>of() : uncounted.getSucceeded();
        var listedFailed = uncounted == null ? List.<String>of() : uncounted.getFailed();
        var listed = Stream.concat(listedSucceeded.stream(), listedFailed.stream()).toList();
        var succeeded = pods.newlyEnded(JobPods::isSucceeded, listed);
        var failed = pods.newlyEnded(pods::isFailed, listed);
        int counted = (int) failed.stream().filter(pod -> FailurePolicy.counts(job, pod)).count();
        return new JobCounts(Counts.number(status.getSucceeded()) + succeeded.size() + listedSucceeded.size(),
                Counts.number(status.getFailed()) + counted + listedFailed.size(), succeeded, failed);
    }
}
