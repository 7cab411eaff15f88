package io.moka.controllers.ttlafterfinished;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.job.JobConditions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides whether a finished job is deleted now, and when to check again.
final class TtlPlan {

    private TtlPlan() {
    }

    static Plan of(Job job, Instant now) {
        var expiry = expiry(job);
        if (expiry == null) {
            return Plan.NOTHING;
        }
        return expiry.isAfter(now) ? new Plan(List.of(), expiry) : new Plan(List.of(new Write.Delete(job)), null);
    }

    /// Returns null for a job that is not finished, has no TTL, or is being deleted already.
    private static @Nullable Instant expiry(Job job) {
        var ttl = job.getSpec().getTtlSecondsAfterFinished();
        var finished = JobConditions.finished(job);
        if (ttl == null || finished == null || job.getMetadata().getDeletionTimestamp() != null) {
            return null;
        }
        var at = Times.parse(finished.getLastTransitionTime());
        return at == null ? null : at.plusSeconds(ttl);
    }
}
