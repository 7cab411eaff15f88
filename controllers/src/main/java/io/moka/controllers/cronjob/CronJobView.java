package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The input of a cron job's plan.
///
/// @param jobs the jobs that the cron job controls, and those in `status.active` that the cache does not show yet
/// @param missing uids in `status.active` of jobs that the server does not have
/// @param localZone the time zone of schedules that name none
/// @param scheduledSince when the schedule or its time zone was seen to change; null where it was not
record CronJobView(CronJob cronJob, List<Job> jobs, Set<String> missing, ZoneId localZone, @Nullable Instant scheduledSince, Instant now) {
}
