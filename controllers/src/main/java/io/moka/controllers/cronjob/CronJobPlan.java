package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.job.JobConditions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Times;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Plans one step of a cron job: forget jobs that ended, delete old ones, start the job that is due.
///
/// Old jobs are deleted before one is created, so that a quota that is full of them does not keep the cron job from going on. The reference of a
/// created job is added to `status.active` by [CronJobWriter], as the server gives its uid.
final class CronJobPlan {

    private static final int MANY_MISSED = 100;
    private static final DateTimeFormatter MAIL_TIME = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final CronJobView view;
    private final CronJob cronJob;
    private final CronJobStatus status;
    private final List<ObjectReference> active;
    private final Plan.Draft draft = new Plan.Draft();
    private final List<Write> events = new ArrayList<>();

    private CronJobPlan(CronJobView view) {
        this.view = view;
        this.cronJob = view.cronJob();
        this.status = cronJob.getStatus() == null ? new CronJobStatus() : new CronJobStatusBuilder(cronJob.getStatus()).build();
        this.active = new ArrayList<>(status.getActive());
    }

    /// Events about what was found come after the status that records it, and so once.
    static Plan of(CronJobView view) {
        return new CronJobPlan(view).plan();
    }

    private Plan plan() {
        noteJobs();
        if (cronJob.getMetadata().getDeletionTimestamp() == null) {
            deleteOld("Complete", cronJob.getSpec().getSuccessfulJobsHistoryLimit());
            deleteOld("Failed", cronJob.getSpec().getFailedJobsHistoryLimit());
            var schedule = Boolean.TRUE.equals(cronJob.getSpec().getSuspend()) ? null : schedule();
            if (schedule != null) {
                startDue(schedule);
            }
        }
        status.setActive(active);
        if (!status.equals(cronJob.getStatus() == null ? new CronJobStatus() : cronJob.getStatus())) {
            var changed = Json.copy(cronJob);
            changed.setStatus(status);
            draft.add(new Write.UpdateStatus(changed));
        }
        events.forEach(draft::add);
        return draft.plan();
    }

    /// Brings the status up to date with the jobs that there are.
    private void noteJobs() {
        var present = new HashSet<String>();
        for (var job : view.jobs()) {
            present.add(job.getMetadata().getUid());
            var finished = JobConditions.finished(job);
            boolean listed = active.stream().anyMatch(reference -> job.getMetadata().getUid().equals(reference.getUid()));
            if (finished == null && !listed && ScheduledJobs.due(job) != null) {
                noteStart(job, ScheduledJobs.due(job));
            } else if (finished == null && !listed) {
                events.add(Write.warning(cronJob, "UnexpectedJob", "Saw a job that the controller did not create or forgot: " + job.getMetadata().getName()));
            } else if (finished != null) {
                if (listed) {
                    forget(job.getMetadata().getUid());
                    events.add(Write.normal(cronJob, "SawCompletedJob", "Saw completed job: " + job.getMetadata().getName() + ", condition: " + finished.getType()));
                }
                noteSuccess(job);
            }
        }
        for (var reference : status.getActive()) {
            if (!present.contains(reference.getUid()) && view.missing().contains(reference.getUid())) {
                forget(reference.getUid());
                events.add(Write.normal(cronJob, "MissingJob", "Active job went missing: " + reference.getName()));
            }
        }
    }

    /// The process that started the job died before it recorded that.
    private void noteStart(Job job, Instant due) {
        active.add(ScheduledJobs.reference(job));
        var last = Times.parse(status.getLastScheduleTime());
        if (last == null || due.isAfter(last)) {
            status.setLastScheduleTime(Times.format(due));
        }
    }

    private void forget(String uid) {
        active.removeIf(reference -> uid.equals(reference.getUid()));
    }

    private void noteSuccess(Job job) {
        var completed = Times.parse(job.getStatus().getCompletionTime());
        var last = Times.parse(status.getLastSuccessfulTime());
        if (JobConditions.finished(job).getType().equals(JobConditions.COMPLETE) && completed != null && (last == null || completed.isAfter(last))) {
            status.setLastSuccessfulTime(job.getStatus().getCompletionTime());
        }
    }

    private void deleteOld(String condition, @Nullable Integer limit) {
        var finished = view.jobs().stream().filter(job -> job.getMetadata().getDeletionTimestamp() == null
                && JobConditions.finished(job) != null && JobConditions.finished(job).getType().equals(condition)).toList();
        if (limit == null || finished.size() <= limit) {
            return;
        }
        finished.stream().sorted(Comparator.comparing((Job job) -> job.getStatus().getStartTime(), Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(job -> job.getMetadata().getName())).limit(finished.size() - limit).forEach(job -> draft.add(new Write.Delete(job)));
    }

    /// Returns null and adds an event if the spec has no valid schedule.
    private @Nullable Schedule schedule() {
        var zone = cronJob.getSpec().getTimeZone();
        ZoneId zoneId;
        try {
            zoneId = zone == null ? view.localZone() : ZoneId.of(zone);
        } catch (DateTimeException e) {
            events.add(Write.warning(cronJob, "UnknownTimeZone", "invalid timeZone: \"" + zone + "\": unknown time zone " + zone));
            return null;
        }
        try {
            return Schedule.parse(cronJob.getSpec().getSchedule(), zoneId);
        } catch (IllegalArgumentException e) {
            events.add(Write.warning(cronJob, "UnparseableSchedule", "unparseable schedule: \"" + cronJob.getSpec().getSchedule() + "\" : " + e.getMessage()));
            return null;
        }
    }

    /// Returns the time from which scheduled times count as missed; earlier ones are not made up for.
    private Instant since() {
        var last = Instant.parse(status.getLastScheduleTime() == null ? cronJob.getMetadata().getCreationTimestamp() : status.getLastScheduleTime());
        return view.scheduledSince() != null && view.scheduledSince().isAfter(last) ? view.scheduledSince() : last;
    }

    private void startDue(Schedule schedule) {
        var due = schedule.latest(since(), view.now());
        var next = schedule.next(due == null ? since() : due);
        if (next != null) {
            draft.lookAgain(next);
        } else if (due == null) {
            events.add(Write.warning(cronJob, "InvalidSchedule", "invalid schedule: " + cronJob.getSpec().getSchedule()
                    + " : time difference between two schedules is less than 1 second"));
        }
        if (due == null || isProcessed(due)) {
            return;
        }
        var deadline = cronJob.getSpec().getStartingDeadlineSeconds();
        if (deadline != null && due.plusSeconds(deadline).isBefore(view.now())) {
            events.add(Write.warning(cronJob, "MissSchedule", "Missed scheduled time to start a job: " + MAIL_TIME.format(due)));
            return;
        }
        if (missedMany(schedule, deadline)) {
            events.add(Write.warning(cronJob, "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"));
        }
        start(due);
    }

    private boolean isProcessed(Instant due) {
        return due.equals(Times.parse(status.getLastScheduleTime()))
                || active.stream().anyMatch(reference -> ScheduledJobs.name(cronJob, due).equals(reference.getName()));
    }

    /// Times before the deadline are not counted: they are given up on purpose.
    private boolean missedMany(Schedule schedule, @Nullable Long deadline) {
        var limit = deadline == null ? Instant.MIN : view.now().minusSeconds(deadline);
        int missed = 0;
        var start = limit.isAfter(since()) ? limit : since();
        for (var due = schedule.next(start); due != null && !due.isAfter(view.now()); due = schedule.next(due)) {
            if (++missed > MANY_MISSED) {
                return true;
            }
        }
        return false;
    }

    private void start(Instant due) {
        var policy = cronJob.getSpec().getConcurrencyPolicy();
        if ("Forbid".equals(policy) && !active.isEmpty()) {
            events.add(Write.normal(cronJob, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"));
            return;
        }
        if ("Replace".equals(policy)) {
            view.jobs().stream().filter(job -> active.stream().anyMatch(reference -> job.getMetadata().getUid().equals(reference.getUid())))
                    .forEach(job -> draft.add(new Write.Delete(job)));
            active.clear();
        }
        draft.add(new Write.Create(ScheduledJobs.create(cronJob, due, view.localZone())));
        status.setLastScheduleTime(Times.format(due));
    }
}
