package io.moka.controllers.statefulset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.testing.Await;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatefulSetReconcilerTest {

    private static final ObjectKey KEY = new ObjectKey("n", "web");
    private static final StatefulSet SET = new StatefulSetBuilder().withNewMetadata().withNamespace("n").withName("web").withUid("set").withGeneration(1L).endMetadata()
            .withNewSpec().withReplicas(8).withPodManagementPolicy("Parallel").withNewSelector().withMatchLabels(Map.of("app", "web")).endSelector()
            .withNewTemplate().withNewMetadata().withLabels(Map.of("app", "web")).endMetadata().withNewSpec().endSpec().endTemplate()
            .withVolumeClaimTemplates(new PersistentVolumeClaimBuilder().withNewMetadata().withName("data").endMetadata().withNewSpec().endSpec().build())
            .endSpec().build();

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

    private long created(String plural) {
        return api.writes().stream().filter(("POST /api/v1/namespaces/n/" + plural)::equals).count();
    }

    /// A status that is written over one that the cache does not show is a conflict, after which the key comes again.
    private static void reconcile(StatefulSetReconciler reconciler) {
        try {
            reconciler.reconcile(KEY);
        } catch (ApiException e) {
            assertTrue(e.isConflict(), e.getMessage());
        }
    }

    @Test
    void cacheThatLagsLeadsToNoSecondAttempt() throws Exception {
        var reconciler = new StatefulSetReconciler(api.context(), new Expectations(api.time()));
        api.start();
        reconcile(reconciler);
        assertEquals(8, created("pods"));
        reconcile(reconciler);
        assertEquals(8, created("pods"), "the cache shows none of the eight");
        assertEquals(8, created("persistentvolumeclaims"));
    }

    @Test
    void templateThatIsRefusedCostsOneAttemptAndTellsWhy() throws Exception {
        api.refuse((request, reply) -> {
            if (request.method().equals("POST") && request.path().endsWith("/pods")) {
                reply.status(403, "Forbidden", "exceeded quota");
                return true;
            }
            return false;
        });
        var reconciler = new StatefulSetReconciler(api.context(), new Expectations(api.time()));
        api.start();
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        assertEquals(1, created("pods"), "the first batch is of one");
        Await.until("an event tells", () -> api.requests().stream().anyMatch(request -> request.path().endsWith("/events")
                && request.body().contains("create Pod web-0 in StatefulSet web failed error: exceeded quota")));
        assertThrows(ApiException.class, () -> reconciler.reconcile(KEY));
        assertEquals(2, created("pods"), "what was refused is not expected");
    }

    /// The process may end between the claim and its pod.
    @Test
    void claimThatIsThereAlreadyIsNoFailure() throws Exception {
        api.refuse((request, reply) -> {
            if (request.method().equals("POST") && request.path().endsWith("/persistentvolumeclaims")) {
                reply.status(409, "AlreadyExists", "there is one");
                return true;
            }
            return false;
        });
        var reconciler = new StatefulSetReconciler(api.context(), new Expectations(api.time()));
        api.start();
        reconcile(reconciler);
        assertEquals(8, created("pods"));
    }

    @Test
    void setThatIsBeingDeletedIsLeftToTheGarbageCollector() throws Exception {
        api.put(new StatefulSetBuilder(SET).editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build());
        var reconciler = new StatefulSetReconciler(api.context(), new Expectations(api.time()));
        api.start();
        reconcile(reconciler);
        assertEquals(List.of(), api.writes());
    }
}
