package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads and changes the conditions of jobs.
public final class JobConditions {

    public static final String COMPLETE = "Complete";
    public static final String FAILED = "Failed";
    static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";
    static final String FAILURE_TARGET = "FailureTarget";
    static final String SUSPENDED = "Suspended";

    private JobConditions() {
    }

    /// The condition `Complete` or `Failed` that says that the job is over; null while it is not.
    public static @Nullable JobCondition finished(Job job) {
        var complete = find(job, COMPLETE);
        return complete != null ? complete : find(job, FAILED);
    }

    /// The condition of this type if it is true.
    static @Nullable JobCondition find(Job job, String type) {
        return job.getStatus() == null ? null : job.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus())).findFirst().orElse(null);
    }

    /// The list with this condition in place of the one of its type, or at the end. A condition that says the same already keeps its times, and one
    /// that would only say that something never was is not added.
    static List<JobCondition> with(List<JobCondition> present, String type, boolean holds, @Nullable String reason, @Nullable String message, Instant now) {
        var wanted = new JobConditionBuilder().withType(type).withStatus(holds ? "True" : "False").withReason(reason).withMessage(message)
                .withLastProbeTime(Times.format(now)).withLastTransitionTime(Times.format(now)).build();
        var changed = new ArrayList<>(present);
        for (int i = 0; i < changed.size(); i++) {
            if (type.equals(changed.get(i).getType())) {
                if (!saysTheSame(changed.get(i), wanted)) {
                    changed.set(i, wanted);
                }
                return changed;
            }
        }
        if (holds) {
            changed.add(wanted);
        }
        return changed;
    }

    private static boolean saysTheSame(JobCondition a, JobCondition b) {
        return a.getStatus().equals(b.getStatus()) && text(a.getReason()).equals(text(b.getReason())) && text(a.getMessage()).equals(text(b.getMessage()));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
