package io.moka.controllers.cronjob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.plan.Write;
import io.moka.machinery.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A year of cron jobs under a virtual clock: each is planned anew when its last plan said so, the plan starts its jobs, and what was started is compared with a walk
/// through every minute of the year. The zones change their clocks on other days, one of them in the other half of the year.
class YearOfCronJobsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final List<String> ZONES = List.of("America/New_York", "Europe/Berlin", "Australia/Sydney");
    private static final List<String> SCHEDULES = List.of("0 * * * *", "30 2 * * *", "15 1 * * *", "0 0 1 * *", "45 2 * * sun", "0 9-17/4 * * mon-fri",
            "0 12 13 * fri", "59 23 31 dec *", "10 0 29 2 *", "*/20 1-3 8 3,11 *");

    private final VirtualTime time = new VirtualTime();
    private final Map<String, Instant> wakeUps = new HashMap<>();
    private final Map<String, CronJob> cronJobs = new HashMap<>();
    private final Map<String, List<Instant>> started = new HashMap<>();

    @Test
    void everyTimeIsStartedOnce() {
        for (var zone : ZONES) {
            for (var schedule : SCHEDULES) {
                var name = zone + " " + schedule;
                cronJobs.put(name, cronJob(zone, schedule));
                started.put(name, new ArrayList<>());
                wakeUps.put(name, START);
            }
        }
        while (!time.instant().isAfter(END)) {
            for (var name : cronJobs.keySet()) {
                if (!wakeUps.get(name).isAfter(time.instant())) {
                    reconcile(name);
                }
            }
            time.pass(Duration.ofMinutes(1));
        }
        for (var zone : ZONES) {
            for (var schedule : SCHEDULES) {
                assertEquals(MinuteByMinute.of(schedule, ZoneId.of(zone), START, END), started.get(zone + " " + schedule), zone + " " + schedule);
            }
        }
    }

    private void reconcile(String name) {
        var cronJob = cronJobs.get(name);
        var plan = CronJobPlan.of(new CronJobView(cronJob, List.of(), Set.of(), ZoneOffset.UTC, null, time.instant()));
        for (var write : plan.writes()) {
            switch (write) {
                case Write.Create(Job job) -> {
                    var minutes = job.getMetadata().getName().replaceFirst(".*-", "");
                    started.get(name).add(Instant.ofEpochSecond(Long.parseLong(minutes) * 60));
                }
                case Write.UpdateStatus(CronJob changed) -> cronJobs.put(name, changed);
                default -> throw new AssertionError(name + " at " + time.instant() + ": " + write);
            }
        }
        wakeUps.put(name, plan.lookAgain() == null ? Instant.MAX : plan.lookAgain());
    }

    private static CronJob cronJob(String zone, String schedule) {
        return new CronJobBuilder().withNewMetadata().withName("c").withNamespace("n").withUid("u").withCreationTimestamp(START.toString()).endMetadata()
                .withNewSpec().withSchedule(schedule).withTimeZone(zone).withConcurrencyPolicy("Allow")
                .withNewJobTemplate().withNewSpec().withNewTemplate().withNewSpec().withRestartPolicy("Never").endSpec().endTemplate().endSpec().endJobTemplate()
                .endSpec().build();
    }
}
