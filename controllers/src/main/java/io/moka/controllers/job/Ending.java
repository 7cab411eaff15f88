package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The outcome of a job, once it is certain. It is written as the condition [#target()] at once and as [#condition()] when all pods have ended.
record Ending(boolean succeeds, @Nullable String reason, @Nullable String message) {

    static final Ending COMPLETIONS_REACHED = new Ending(true, "CompletionsReached", "Reached expected number of succeeded pods");

    String target() {
        return succeeds ? JobConditions.SUCCESS_CRITERIA_MET : JobConditions.FAILURE_TARGET;
    }

    String condition() {
        return succeeds ? JobConditions.COMPLETE : JobConditions.FAILED;
    }

    /// Returns the outcome that was written before, or else the one that follows from the ended pods or the elapsed time; null while the job goes on.
    ///
    /// @param indexes null for a job that is not Indexed
    static @Nullable Ending of(Job job, JobPods pods, JobCounts counts, @Nullable IndexProgress indexes, @Nullable Instant startTime, Instant now) {
        var ending = written(job);
        ending = ending != null ? ending : byFailurePolicy(job, pods);
        ending = ending != null ? ending : byLimits(job, pods, counts, startTime, now);
        if (ending != null || indexes == null) {
            return ending;
        }
        ending = byIndexes(job, indexes);
        return ending != null ? ending : SuccessPolicies.met(job, indexes.succeeded());
    }

    private static @Nullable Ending written(Job job) {
        var success = JobConditions.find(job, JobConditions.SUCCESS_CRITERIA_MET);
        return success != null ? of(true, success) : of(false, JobConditions.find(job, JobConditions.FAILURE_TARGET));
    }

    private static @Nullable Ending of(boolean succeeds, @Nullable JobCondition condition) {
        return condition == null ? null : new Ending(succeeds, condition.getReason(), condition.getMessage());
    }

    private static @Nullable Ending byFailurePolicy(Job job, JobPods pods) {
        if (job.getSpec().getPodFailurePolicy() == null) {
            return null;
        }
        return pods.all().stream().filter(pods::isFailed).map(pod -> FailurePolicy.judge(job, pod))
                .filter(FailurePolicy.Verdict.FailJob.class::isInstance).map(FailurePolicy.Verdict.FailJob.class::cast)
                .findFirst().map(verdict -> new Ending(false, "PodFailurePolicy", verdict.message())).orElse(null);
    }

    private static @Nullable Ending byLimits(Job job, JobPods pods, JobCounts counts, @Nullable Instant startTime, Instant now) {
        int limit = Objects.requireNonNullElse(job.getSpec().getBackoffLimit(), Integer.MAX_VALUE);
        if (counts.failed() > limit || restartsExceed(job, pods, limit)) {
            return new Ending(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        var deadline = deadline(job, startTime);
        return deadline != null && !deadline.isAfter(now) ? new Ending(false, "DeadlineExceeded", "Job was active longer than specified deadline") : null;
    }

    /// When the job has been active for too long; null where it has no deadline or does not run.
    static @Nullable Instant deadline(Job job, @Nullable Instant startTime) {
        var seconds = job.getSpec().getActiveDeadlineSeconds();
        return seconds == null || startTime == null || Boolean.TRUE.equals(job.getSpec().getSuspend()) ? null : startTime.plusSeconds(seconds);
    }

    /// Pods that restart their containers themselves do not fail; their restarts are counted instead.
    private static boolean restartsExceed(Job job, JobPods pods, int limit) {
        if (!"OnFailure".equals(job.getSpec().getTemplate().getSpec().getRestartPolicy())) {
            return false;
        }
        long restarts = pods.all().stream().mapToLong(Ending::restarts).sum();
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private static long restarts(Pod pod) {
        if (pod.getStatus() == null || !"Running".equals(pod.getStatus().getPhase()) && !"Pending".equals(pod.getStatus().getPhase())) {
            return 0;
        }
        return Stream.concat(pod.getStatus().getInitContainerStatuses().stream(), pod.getStatus().getContainerStatuses().stream())
                .mapToLong(container -> container.getRestartCount() == null ? 0 : container.getRestartCount()).sum();
    }

    private static @Nullable Ending byIndexes(Job job, IndexProgress indexes) {
        if (indexes.failures() == null) {
            return null;
        }
        int failed = indexes.failures().failed().size();
        var most = job.getSpec().getMaxFailedIndexes();
        if (most != null && failed > most) {
            return new Ending(false, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        return failed > 0 && failed + indexes.succeeded().size() >= job.getSpec().getCompletions() ? new Ending(false, "FailedIndexes", "Job has failed indexes") : null;
    }
}
