package io.moka.controllers.replicaset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.testing.Await;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaSetReconcilerTest {

    private static final ObjectKey KEY = new ObjectKey("n", "web");
    private static final ReplicaSet SET = new ReplicaSetBuilder().withNewMetadata().withNamespace("n").withName("web").withUid("set").withGeneration(1L).endMetadata()
            .withNewSpec().withReplicas(2).withNewSelector().withMatchLabels(Map.of("app", "web")).endSelector()
            .withNewTemplate().withNewMetadata().withLabels(Map.of("app", "web")).endMetadata().withNewSpec().endSpec().endTemplate().endSpec().build();

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.put(SET);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Pod pod(String name) {
        return new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid(name).withLabels(Map.of("app", "web"))
                .withOwnerReferences(Owners.controlledBy(SET)).endMetadata().withNewSpec().endSpec().withNewStatus().withPhase("Pending").endStatus().build();
    }

    private long created() {
        return api.writes().stream().filter("POST /api/v1/namespaces/n/pods"::equals).count();
    }

    private long statusWrites() {
        return api.writes().stream().filter("PUT /apis/apps/v1/namespaces/n/replicasets/web/status"::equals).count();
    }

    /// A status that is written over one that the cache does not show is a conflict, after which the key comes again.
    private static void reconcile(ReplicaReconciler<ReplicaSet> reconciler) throws Exception {
        try {
            reconciler.reconcile(KEY);
        } catch (ApiException e) {
            assertTrue(e.isConflict() || e.code() == 500, e.getMessage());
        }
    }

    @Test
    void aCacheThatLagsLeadsToNoSecondPair() throws Exception {
        var expectations = new Expectations(api.time());
        var reconciler = new ReplicaReconciler<>(api.context(), ReplicaSetController.KIND, expectations);
        api.start();
        reconcile(reconciler);
        reconcile(reconciler);
        assertEquals(2, created(), "the cache shows none of the two");
        expectations.created(KEY);
        reconcile(reconciler);
        assertEquals(2, created(), "it shows one");
    }

    @Test
    void aCrashBetweenTwoCreationsIsMadeGoodByTheNextProcess() throws Exception {
        var creations = new AtomicInteger();
        api.refuse((request, reply) -> {
            if (request.path().endsWith("/pods") && creations.incrementAndGet() == 2) {
                reply.status(500, "InternalError", "the process ends here");
                return true;
            }
            return false;
        });
        var context = api.context();
        var reconciler = new ReplicaReconciler<>(context, ReplicaSetController.KIND, new Expectations(api.time()));
        api.start();
        reconcile(reconciler);
        var first = pod("web-1");
        api.put(first);
        api.publish(first);
        Await.until("the next process has listed the first", () -> context.informers().of(Pod.class).lister().list().size() == 1);
        reconcile(new ReplicaReconciler<>(context, ReplicaSetController.KIND, new Expectations(api.time())));
        assertEquals(3, creations.get(), "one that worked, one that did not, one in its place");
    }

    /// A policy or quota refuses each pod, in words that name the pod by its random name.
    @Test
    void podsThatAreRefusedCauseOneStatusWriteAndFewAttempts() throws Exception {
        var attempts = new AtomicInteger();
        api.refuse((request, reply) -> {
            if (request.path().endsWith("/pods")) {
                reply.status(403, "Forbidden", "pods \\\"web-" + attempts.incrementAndGet() + "\\\" is forbidden: exceeded quota");
                return true;
            }
            return false;
        });
        var controller = ReplicaSetController.create(api.context());
        api.start();
        controller.start();
        try {
            Await.until("a condition", () -> api.get(SET).at("/status/conditions/0/type").asText().equals("ReplicaFailure"));
            // as the real server does, each status write is an event
            long until = System.nanoTime() + 5_000_000_000L;
            long seen = 0;
            while (System.nanoTime() < until) {
                if (statusWrites() > seen) {
                    seen = statusWrites();
                    api.publish(SET);
                }
                LockSupport.parkNanos(1_000_000);
            }
        } finally {
            controller.close();
        }
        assertTrue(statusWrites() <= 2, "writes of the status: " + statusWrites());
        assertTrue(attempts.get() <= 15, "attempts: " + attempts);
        assertTrue(api.get(SET).at("/status/conditions/0/message").asText().contains("exceeded quota"));
    }

    @Test
    void theSameStatusIsNotWrittenAgain() throws Exception {
        api.refuse((request, reply) -> {
            if (request.path().endsWith("/pods")) {
                reply.status(403, "Forbidden", "at " + System.nanoTime());
                return true;
            }
            return false;
        });
        var reconciler = new ReplicaReconciler<>(api.context(), ReplicaSetController.KIND, new Expectations(api.time()));
        api.start();
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        api.publish(SET);
        var sets = api.context().informers().of(ReplicaSet.class).lister();
        Await.until("the cache shows the condition", () -> sets.get(KEY).getStatus() != null && !sets.get(KEY).getStatus().getConditions().isEmpty());
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        assertEquals(1, statusWrites());
    }
}
