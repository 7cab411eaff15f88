package io.moka.controllers.cronjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cases that the table of plans cannot show: a process that died after it started a job, caches that lag, the clock.
class CronJobReconcilerTest {

    private static final ObjectKey KEY = new ObjectKey("n", "hello");
    private static final CronJob CRON_JOB = new CronJobBuilder().withNewMetadata().withNamespace("n").withName("hello").withUid("cron")
            .withCreationTimestamp("2025-12-31T23:30:00Z").endMetadata()
            .withNewSpec().withSchedule("0 * * * *").withConcurrencyPolicy("Allow").withTimeZone("Etc/UTC")
            .withNewJobTemplate().withNewSpec().withNewTemplate().withNewSpec().withRestartPolicy("Never").endSpec().endTemplate().endSpec().endJobTemplate().endSpec()
            .build();
    /// Named for the virtual clock's start.
    private static final Job JOB = ScheduledJobs.create(CRON_JOB, Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final String CREATE = "POST /apis/batch/v1/namespaces/n/jobs";
    private static final String STATUS = "PUT /apis/batch/v1/namespaces/n/cronjobs/hello/status";

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi();
        api.put(CRON_JOB);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private CronJobReconciler started() throws InterruptedException {
        var reconciler = new CronJobReconciler(api.context(), ZoneOffset.UTC);
        api.start();
        return reconciler;
    }

    private void refuseCreation(int code, String reason) {
        api.refuse((request, reply) -> {
            boolean refused = request.method().equals("POST") && request.path().endsWith("/jobs");
            if (refused) {
                reply.status(code, reason, reason);
            }
            return refused;
        });
    }

    @Test
    void startedJobIsActiveAndACacheThatLagsStartsNoOther() throws Exception {
        var reconciler = started();
        reconciler.reconcile(KEY);
        reconciler.reconcile(KEY);
        assertEquals(List.of(CREATE, STATUS), api.writes());
        assertEquals(JOB.getMetadata().getName(), api.get(CRON_JOB).at("/status/active/0/name").asText());
        assertEquals(api.get(JOB).at("/metadata/uid").asText(), api.get(CRON_JOB).at("/status/active/0/uid").asText());
    }

    @Test
    void jobOfAProcessThatDiedIsTakenAsStarted() throws Exception {
        var reconciler = started();
        var present = Json.copy(JOB);
        present.getMetadata().setUid("first");
        api.put(present);
        refuseCreation(409, "AlreadyExists");
        reconciler.reconcile(KEY);
        assertEquals("first", api.get(CRON_JOB).at("/status/active/0/uid").asText());
        assertEquals("2026-01-01T00:00:00Z", api.get(CRON_JOB).at("/status/lastScheduleTime").asText());
    }

    @Test
    void jobOfSomebodyElseUnderTheNameIsLeftAlone() throws Exception {
        var reconciler = started();
        var foreign = Json.copy(JOB);
        foreign.getMetadata().setUid("foreign");
        foreign.getMetadata().setOwnerReferences(List.of());
        api.put(foreign);
        refuseCreation(409, "AlreadyExists");
        reconciler.reconcile(KEY);
        assertEquals(0, api.get(CRON_JOB).at("/status/active").size());
    }

    @Test
    void refusedJobIsTriedAgain() throws Exception {
        var reconciler = started();
        refuseCreation(403, "Forbidden");
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        assertEquals("", api.get(CRON_JOB).at("/status/lastScheduleTime").asText());
        api.refuse((request, reply) -> false);
        reconciler.reconcile(KEY);
        assertEquals("2026-01-01T00:00:00Z", api.get(CRON_JOB).at("/status/lastScheduleTime").asText());
    }

    @Test
    void replacedJobThatTheCacheLacksIsDeletedAllTheSame() throws Exception {
        var replacing = new CronJobBuilder(CRON_JOB).editSpec().withConcurrencyPolicy("Replace").endSpec()
                .withNewStatus().addNewActive().withKind("Job").withNamespace("n").withName("hello-1").withUid("running").endActive().endStatus().build();
        api.put(replacing);
        var reconciler = started();
        var running = Json.copy(JOB);
        running.getMetadata().setName("hello-1");
        running.getMetadata().setUid("running");
        running.getMetadata().setOwnerReferences(List.of(Owners.controlledBy(CRON_JOB)));
        api.put(running);
        reconciler.reconcile(KEY);
        assertEquals(List.of("DELETE /apis/batch/v1/namespaces/n/jobs/hello-1", CREATE, STATUS), api.writes());
        assertEquals(1, api.get(CRON_JOB).at("/status/active").size());
    }

    /// The clock is set back over a time that was started, and then reaches it once more.
    @Test
    void clockThatJumpsStartsEachTimeOnce() throws Exception {
        var cache = api.context().informers().of(CronJob.class).lister();
        try (var controller = CronJobController.create(api.context())) {
            api.start();
            controller.start();
            Await.until("midnight's job is started", () -> api.get(CRON_JOB).at("/status/lastScheduleTime").asText().equals("2026-01-01T00:00:00Z"));
            api.publish(CRON_JOB);
            // after five minutes a cache that lags is believed, and the job's creation would be tried in vain
            Await.until("the cache shows it", () -> cache.get(KEY) instanceof CronJob cached && cached.getStatus() != null && cached.getStatus().getLastScheduleTime() != null);
            api.time().setWallClock(Instant.parse("2025-12-31T23:59:00Z"));
            api.time().pass(Duration.ofMinutes(2));
            api.time().setWallClock(Instant.parse("2026-01-01T01:00:00Z"));
            Await.until("the next job is started", () -> api.get(CRON_JOB).at("/status/lastScheduleTime").asText().equals("2026-01-01T01:00:00Z"));
            assertEquals(2, api.writes().stream().filter(CREATE::equals).count());
        }
    }
}
