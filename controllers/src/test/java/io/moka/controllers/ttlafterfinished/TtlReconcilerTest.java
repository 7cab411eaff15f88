package io.moka.controllers.ttlafterfinished;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TtlReconcilerTest {

    private final TestApi api = new TestApi();
    private final Job job = job("one", 60);

    TtlReconcilerTest() throws IOException {
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static Job job(String uid, int ttl) {
        return new JobBuilder().withNewMetadata().withName("pi").withNamespace("n").withUid(uid).endMetadata()
                .withNewSpec().withTtlSecondsAfterFinished(ttl).endSpec()
                .withNewStatus().addNewCondition().withType("Complete").withStatus("True").withLastTransitionTime("2026-01-01T00:00:00Z").endCondition().endStatus().build();
    }

    private TtlReconciler started(Job cached) throws InterruptedException {
        api.put(cached);
        var reconciler = new TtlReconciler(api.context());
        api.start();
        return reconciler;
    }

    @Test
    void expiredJobIsDeletedInTheForegroundByItsUid() throws InterruptedException {
        var reconciler = started(job);
        assertEquals(Outcome.requeueAt(Instant.parse("2026-01-01T00:01:00Z")), reconciler.reconcile(ObjectKey.of(job)));
        api.time().pass(Duration.ofSeconds(60));
        assertEquals(Outcome.DONE, reconciler.reconcile(ObjectKey.of(job)));
        assertEquals(List.of("DELETE /apis/batch/v1/namespaces/n/jobs/pi"), api.writes());
        var options = api.requests().stream().filter(request -> request.method().equals("DELETE")).findFirst().orElseThrow().body();
        assertTrue(options.contains("\"propagationPolicy\":\"Foreground\"") && options.contains("\"uid\":\"one\""), options);
    }

    @Test
    void jobThatReplacedItStays() throws InterruptedException {
        var reconciler = started(job);
        api.put(job("two", 0));
        api.time().pass(Duration.ofSeconds(60));
        assertEquals(Outcome.DONE, reconciler.reconcile(ObjectKey.of(job)));
        assertEquals(List.of(), api.writes());
    }

    @Test
    void jobWhoseTimeWasProlongedMeanwhileWaitsAgain() throws InterruptedException {
        var reconciler = started(job);
        api.put(job("one", 3600));
        api.time().pass(Duration.ofSeconds(60));
        assertEquals(Outcome.requeueAt(Instant.parse("2026-01-01T01:00:00Z")), reconciler.reconcile(ObjectKey.of(job)));
        assertEquals(List.of(), api.writes());
    }

    @Test
    void clockThatJumpsIsFollowed() throws Exception {
        api.put(job);
        try (var controller = TtlAfterFinishedController.create(api.context())) {
            api.start();
            controller.start();
            api.time().setWallClock(Instant.parse("2025-12-31T00:00:00Z"));
            api.time().pass(Duration.ofSeconds(61));
            assertEquals(List.of(), api.writes());
            api.time().setWallClock(Instant.parse("2026-01-01T00:01:01Z"));
            Await.until("the job is deleted", () -> api.writes().equals(List.of("DELETE /apis/batch/v1/namespaces/n/jobs/pi")));
        }
    }
}
