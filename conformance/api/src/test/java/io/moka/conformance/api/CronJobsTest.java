package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "CronJob": concurrency policies, suspension and history for jobs of two scheduled times in a row.
///
/// The schedule of two minutes counts from the last start in the status. The test writes that field, so a scheduled time comes without waiting.
final class CronJobsTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final Duration INTERVAL = Duration.ofMinutes(2);

    private final String namespace = API.namespace("cronjobs");
    private final String group = namespace.replace("/api/v1/", "/apis/batch/v1/");
    /// The times of both jobs are in the past and less than an interval ago. They lie in different minutes, as a job's name contains the minute.
    private final Instant second = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Instant first = second.minusSeconds(15);

    private void create(String name, String spec) {
        API.post(group + "/cronjobs", """
                {metadata: {name: %s}, spec: {schedule: "@every 2m", %s, jobTemplate: {metadata: {labels: {cron: %s}},
                  spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: none}]}}}}}}""".formatted(name, spec, name)).expect(201);
    }

    private void makeDue(String name, Instant due) {
        API.update(group + "/cronjobs/" + name, group + "/cronjobs/" + name + "/status",
                cronJob -> cronJob.withObject("status").put("lastScheduleTime", due.minus(INTERVAL).toString()));
    }

    private static String job(String cronJob, Instant due) {
        return cronJob + "-" + due.getEpochSecond() / 60;
    }

    private List<String> jobs(String cronJob) {
        return API.get(group + "/jobs?labelSelector=cron%3D" + cronJob).expect(200).names();
    }

    private List<String> active(String cronJob) {
        return API.get(group + "/cronjobs/" + cronJob).expect(200).at("status", "active").valueStream().map(reference -> reference.path("name").asText()).toList();
    }

    private void awaitActive(String cronJob, Instant... due) {
        var expected = java.util.Arrays.stream(due).map(time -> job(cronJob, time)).toList();
        Eventually.holds(expected + " are active", () -> active(cronJob).equals(expected));
    }

    private void awaitEvent(String cronJob, String reason) {
        Eventually.holds("an event " + reason, () -> API.get(namespace + "/events?fieldSelector=involvedObject.name%3D" + cronJob + ",reason%3D" + reason)
                .expect(200).at("items").size() > 0);
    }

    @Test
    void jobsRunBesideEachOther() {
        create("allow", "concurrencyPolicy: Allow");
        makeDue("allow", first);
        awaitActive("allow", first);
        makeDue("allow", second);
        awaitActive("allow", first, second);
        assertEquals(second.toString(), API.get(group + "/cronjobs/allow").text("status", "lastScheduleTime"));
        JsonNode job = API.get(group + "/jobs/" + job("allow", second)).expect(200).at("metadata");
        assertEquals(second, Instant.parse(job.path("annotations").path("batch.kubernetes.io/cronjob-scheduled-timestamp").asText()));
        Eventually.holds("both have a pod", () -> API.get(namespace + "/pods").names().size() == 2);
    }

    @Test
    void jobIsNotStartedWhileAnotherRuns() {
        create("forbid", "concurrencyPolicy: Forbid");
        makeDue("forbid", first);
        awaitActive("forbid", first);
        makeDue("forbid", second);
        awaitEvent("forbid", "JobAlreadyActive");
        assertEquals(List.of(job("forbid", first)), jobs("forbid"));
        API.delete(group + "/jobs/" + job("forbid", first), "{propagationPolicy: Background}").expect(200);
        awaitActive("forbid", second);
    }

    @Test
    void jobReplacesTheOneThatRuns() {
        create("replace", "concurrencyPolicy: Replace");
        makeDue("replace", first);
        awaitActive("replace", first);
        makeDue("replace", second);
        awaitActive("replace", second);
        Eventually.holds("the first is gone", () -> jobs("replace").equals(List.of(job("replace", second))));
    }

    @Test
    void suspendedCronJobStartsNothing() {
        create("suspended", "suspend: true");
        makeDue("suspended", first);
        create("witness", "concurrencyPolicy: Allow");
        makeDue("witness", first);
        awaitActive("witness", first);
        assertEquals(List.of(), jobs("suspended"));
        assertEquals(List.of(), active("suspended"));
        API.merge(group + "/cronjobs/suspended", "spec: {suspend: false}").expect(200);
        awaitActive("suspended", first);
    }

    @Test
    void oldJobsAreDeleted() {
        create("history", "successfulJobsHistoryLimit: 0");
        makeDue("history", first);
        awaitActive("history", first);
        Eventually.holds("the pod is there", () -> API.get(namespace + "/pods").names().size() == 1);
        API.merge(namespace + "/pods/" + API.get(namespace + "/pods").names().getFirst() + "/status", "status: {phase: Succeeded}").expect(200);
        Eventually.holds("job and pod are gone", () -> jobs("history").isEmpty() && API.get(namespace + "/pods").names().isEmpty());
        assertTrue(API.get(group + "/cronjobs/history").at("status").has("lastSuccessfulTime"));
        assertEquals(List.of(), active("history"));
    }
}
