package io.moka.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cases that the table of plans cannot show: caches that lag, processes that die between two writes, servers that refuse.
class JobReconcilerTest {

    private static final ObjectKey KEY = new ObjectKey("n", "pi");
    private static final Map<String, String> LABELS = Map.of("batch.kubernetes.io/controller-uid", "job");
    private static final Job JOB = new JobBuilder().withNewMetadata().withNamespace("n").withName("pi").withUid("job").withGeneration(1L).endMetadata()
            .withNewSpec().withCompletions(2).withParallelism(1).withBackoffLimit(6).withCompletionMode("NonIndexed").withPodReplacementPolicy("TerminatingOrFailed")
            .withNewSelector().withMatchLabels(LABELS).endSelector()
            .withNewTemplate().withNewMetadata().withLabels(LABELS).endMetadata().withNewSpec().withRestartPolicy("Never").endSpec().endTemplate().endSpec()
            .build();
    private static final Pod POD = new PodBuilder().withNewMetadata().withNamespace("n").withName("done").withUid("done").withLabels(LABELS)
            .withCreationTimestamp("2025-12-31T23:00:00Z").withFinalizers(JobPods.FINALIZER).withOwnerReferences(Owners.controlledBy(JOB)).endMetadata()
            .withNewSpec().endSpec().withNewStatus().withPhase("Succeeded").endStatus().build();
    private static final String STATUS = "PUT /apis/batch/v1/namespaces/n/jobs/pi/status";
    private static final String RELEASE = "PATCH /api/v1/namespaces/n/pods/done";

    private TestApi api;
    private Expectations expectations;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi();
        expectations = new Expectations(api.time());
    }

    @AfterEach
    void close() {
        api.close();
    }

    private JobReconciler reconciler() {
        return new JobReconciler(api.context(), expectations, new ReleasedPods());
    }

    private int succeeded() {
        return api.get(JOB).at("/status/succeeded").asInt();
    }

    private List<String> countingWrites() {
        return api.writes().stream().filter(write -> !write.startsWith("POST")).toList();
    }

    /// The job as the server has it now is in the caches.
    private void publishJob(Lister<Job> cache) {
        var version = api.get(JOB).at("/metadata/resourceVersion").asText();
        api.publish(JOB);
        Await.until("the cache shows the job", () -> cache.get(KEY).getMetadata().getResourceVersion().equals(version));
    }

    @Test
    void cachesThatLagCountNothingTwice() throws Exception {
        api.put(JOB);
        api.put(POD);
        var reconciler = reconciler();
        var cache = api.context().informers().of(Job.class).lister();
        api.start();
        reconciler.reconcile(KEY);
        assertEquals(1, succeeded());
        assertEquals(List.of(STATUS, RELEASE, STATUS), countingWrites());
        reconciler.reconcile(KEY);
        assertEquals(3, countingWrites().size(), "the cache shows neither the status nor the pod without its finalizer");
        publishJob(cache);
        reconciler.reconcile(KEY);
        assertEquals(1, succeeded(), "the cache shows the status alone");
        assertEquals(3, countingWrites().size());
    }

    @Test
    void processThatDiesBeforeTheFinalizerIsTakenLeavesThePodListed() throws Exception {
        api.put(JOB);
        api.put(POD);
        api.refuse((request, reply) -> {
            boolean refused = request.method().equals("PATCH");
            if (refused) {
                reply.status(500, "InternalError", "not now");
            }
            return refused;
        });
        var first = reconciler();
        var cache = api.context().informers().of(Job.class).lister();
        api.start();
        assertThrows(ApiException.class, () -> first.reconcile(KEY));
        assertEquals("[\"done\"]", api.get(JOB).at("/status/uncountedTerminatedPods/succeeded").toString());
        assertEquals(0, succeeded());
        api.refuse((request, reply) -> false);
        publishJob(cache);
        reconciler().reconcile(KEY);
        assertEquals(1, succeeded());
    }

    @Test
    void processThatDiesBeforeTheCounterGrowsIsMadeGoodByTheNext() throws Exception {
        var listed = Json.copy(JOB);
        listed.setStatus(new JobBuilder(JOB).withNewStatus().withNewUncountedTerminatedPods().addToSucceeded("done").endUncountedTerminatedPods().endStatus().build().getStatus());
        api.put(listed);
        var reconciler = reconciler();
        api.start();
        reconciler.reconcile(KEY);
        assertEquals(1, succeeded(), "the pod is gone, and so is its finalizer");
        assertEquals(0, api.get(JOB).at("/status/uncountedTerminatedPods/succeeded").size());
    }

    @Test
    void jobThatMayNotHaveItsPodsSaysWhatItHas() throws Exception {
        api.put(JOB);
        api.refuse((request, reply) -> {
            boolean refused = request.method().equals("POST") && request.path().endsWith("/pods");
            if (refused) {
                reply.status(403, "Forbidden", "exceeded quota");
            }
            return refused;
        });
        var reconciler = reconciler();
        api.start();
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        assertEquals(0, api.get(JOB).at("/status/active").asInt());
        assertEquals("2026-01-01T00:00:00Z", api.get(JOB).at("/status/startTime").asText());
    }

    @Test
    void podThatNoJobAccountsForIsLetGo() throws Exception {
        api.put(POD);
        var orphans = new OrphanReconciler(api.context());
        api.start();
        orphans.reconcile(ObjectKey.of(POD));
        assertEquals(List.of(RELEASE), api.writes());
    }

    @Test
    void podWhoseJobTheCacheLacksIsKept() throws Exception {
        api.put(POD);
        var orphans = new OrphanReconciler(api.context());
        api.start();
        api.put(JOB);
        orphans.reconcile(ObjectKey.of(POD));
        assertEquals(List.of(), api.writes());
    }

    @Test
    void pauseAfterFailuresOutlivesTheProcess() throws Exception {
        api.put(JOB);
        for (int i = 0; i < 3; i++) {
            api.put(new PodBuilder(POD).editMetadata().withName("bad-" + i).withUid("bad-" + i).withFinalizers().withCreationTimestamp("2025-12-31T23:59:30Z").endMetadata()
                    .editStatus().withPhase("Failed").endStatus().build());
        }
        var creations = new AtomicInteger();
        api.refuse((request, reply) -> {
            if (request.method().equals("POST") && request.path().endsWith("/pods")) {
                creations.incrementAndGet();
            }
            return false;
        });
        var reconciler = reconciler();
        api.start();
        assertEquals(Outcome.requeueAt(Instant.parse("2026-01-01T00:00:10Z")), reconciler.reconcile(KEY));
        assertEquals(0, creations.get());
    }

    @Test
    void deadlineFollowsAClockThatJumps() throws Exception {
        api.put(new JobBuilder(JOB).editSpec().withParallelism(0).withActiveDeadlineSeconds(3600L).endSpec().build());
        var controllers = JobController.create(api.context());
        var cache = api.context().informers().of(Job.class).lister();
        api.start();
        controllers.forEach(Controller::start);
        try {
            Await.until("the job has started", () -> api.get(JOB).at("/status/startTime").asText().equals("2026-01-01T00:00:00Z"));
            publishJob(cache);
            api.time().setWallClock(Instant.parse("2025-12-31T12:00:00Z"));
            api.time().pass(Duration.ofSeconds(3_601));
            assertEquals(0, api.get(JOB).at("/status/conditions").size(), "an hour has passed, but not on the wall clock");
            api.time().setWallClock(Instant.parse("2026-01-01T01:00:00Z"));
            Await.until("the job has failed", () -> api.get(JOB).at("/status/conditions/1/type").asText().equals("Failed"));
            assertEquals("DeadlineExceeded", api.get(JOB).at("/status/conditions/1/reason").asText());
        } finally {
            controllers.forEach(Controller::close);
        }
    }
}
