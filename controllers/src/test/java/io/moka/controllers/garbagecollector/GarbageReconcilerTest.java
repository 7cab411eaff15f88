package io.moka.controllers.garbagecollector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.controller.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The reconciler over a graph that shows the objects as they were, and a server on which they have changed meanwhile.
class GarbageReconcilerTest {

    private static final ResourceType<GenericKubernetesResource> PODS = ResourceType.generic("", "v1", "pods", "Pod", true);
    private static final ResourceType<GenericKubernetesResource> SETS = ResourceType.generic("apps", "v1", "replicasets", "ReplicaSet", true);
    private static final String PATH = "/api/v1/namespaces/n/pods/";

    private final Graph graph = new Graph(uid -> { });
    private TestApi api;
    private GarbageReconciler reconciler;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.document("/api", discovery("", "pods", "Pod"));
        api.document("/apis", discovery("apps", "replicasets", "ReplicaSet"));
        reconciler = new GarbageReconciler(api.context(), graph);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String discovery(String group, String plural, String kind) {
        return """
                {"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": "%s"}, "versions": [{"version": "v1", "resources": [
                  {"resource": "%s", "responseKind": {"kind": "%s"}, "scope": "Namespaced"}]}]}]}""".formatted(group, plural, kind);
    }

    private static ObjectMeta metadata(String name, String uid, List<String> finalizers, String... owners) {
        return new ObjectMetaBuilder().withNamespace("n").withName(name).withUid(uid).withFinalizers(finalizers)
                .withDeletionTimestamp(finalizers.isEmpty() ? null : "2026-01-01T00:00:00Z")
                .withOwnerReferences(Arrays.stream(owners).map(owner -> new OwnerReferenceBuilder().withApiVersion("apps/v1").withKind("ReplicaSet")
                        .withName(owner).withUid("uid-" + owner).withBlockOwnerDeletion(true).build()).toList()).build();
    }

    private static HasMetadata pod(String name, String uid, String... owners) {
        return new PodBuilder().withMetadata(metadata(name, uid, List.of(), owners)).build();
    }

    private static HasMetadata set(String name, String uid, String... finalizers) {
        return new ReplicaSetBuilder().withMetadata(metadata(name, uid, List.of(finalizers))).build();
    }

    /// The object as the graph has it.
    private void seen(ResourceType<GenericKubernetesResource> type, HasMetadata object) {
        graph.put(GraphNode.of(type, Json.mapper().convertValue(object, GenericKubernetesResource.class)));
    }

    private void onServerAndSeen(ResourceType<GenericKubernetesResource> type, HasMetadata object) {
        api.put(object);
        seen(type, object);
    }

    private String body(String method) {
        return api.requests().stream().filter(request -> request.method().equals(method)).findFirst().orElseThrow().body();
    }

    @Test
    void anObjectWithoutItsOwnerIsDeletedAsItWasLookedAt() {
        onServerAndSeen(PODS, pod("p", "u1", "gone"));
        assertEquals(Outcome.requeueAfter(Duration.ofSeconds(10)), reconciler.reconcile("u1"));
        assertEquals(List.of("DELETE " + PATH + "p"), api.writes());
        assertTrue(body("DELETE").contains("\"uid\":\"u1\"") && body("DELETE").contains("\"resourceVersion\":\"101\""), body("DELETE"));
    }

    @Test
    void anOwnerThatTheGraphHasNotSeenYetIsAnOwner() {
        onServerAndSeen(PODS, pod("p", "u1", "new"));
        api.put(set("new", "uid-new"));
        assertNotEquals(Outcome.DONE, reconciler.reconcile("u1"), "looked at again, in case the owner goes before it is followed");
        assertEquals(List.of(), api.writes());
    }

    @Test
    void anOwnerOfTheSameNameIsAnotherOne() {
        onServerAndSeen(PODS, pod("p", "u1", "again"));
        api.put(set("again", "another-uid"));
        reconciler.reconcile("u1");
        assertEquals(List.of("DELETE " + PATH + "p"), api.writes());
    }

    @Test
    void anObjectThatWasAdoptedMeanwhileStays() {
        seen(PODS, pod("p", "u1", "gone"));
        api.put(pod("p", "u1", "keeper"));
        onServerAndSeen(SETS, set("keeper", "uid-keeper"));
        reconciler.reconcile("u1");
        assertEquals(List.of(), api.writes());
    }

    @Test
    void anObjectThatTookTheNameStays() {
        seen(PODS, pod("p", "u1", "gone"));
        api.put(pod("p", "u2", "gone"));
        reconciler.reconcile("u1");
        assertEquals(List.of(), api.writes());
    }

    /// Between the look and the deletion the object is made anew: the precondition refuses, and the next look finds nothing to do.
    @Test
    void anObjectThatIsReplacedAtTheLastMomentStays() {
        onServerAndSeen(PODS, pod("p", "u1", "gone"));
        api.refuse((request, reply) -> {
            if (request.method().equals("DELETE")) {
                api.put(pod("p", "u2"));
            }
            return false;
        });
        assertTrue(assertThrows(ApiException.class, () -> reconciler.reconcile("u1")).isConflict());
        api.refuse((request, reply) -> false);
        reconciler.reconcile("u1");
        assertEquals("u2", api.get(pod("p", "u2")).at("/metadata/uid").asText());
        assertEquals(1, api.writes().size());
    }

    @Test
    void ofTwoOwnersTheGoneOneIsTakenOff() {
        onServerAndSeen(PODS, pod("p", "u1", "gone", "keeper"));
        onServerAndSeen(SETS, set("keeper", "uid-keeper"));
        reconciler.reconcile("u1");
        assertEquals(List.of("PATCH " + PATH + "p"), api.writes());
        assertEquals(List.of("uid-keeper"), api.get(pod("p", "u1")).at("/metadata/ownerReferences").findValuesAsText("uid"));
    }

    /// The finalizer goes last: an owner whose dependents still name it is not gone.
    @Test
    void orphansAreReleasedBeforeTheirOwnerGoes() {
        onServerAndSeen(SETS, set("owner", "uid-owner", "orphan"));
        onServerAndSeen(PODS, pod("a", "u1", "owner"));
        onServerAndSeen(PODS, pod("b", "u2", "owner"));
        reconciler.reconcile("uid-owner");
        var writes = api.writes();
        assertEquals(List.of("PATCH " + PATH + "a", "PATCH " + PATH + "b"), writes.subList(0, 2).stream().sorted().toList());
        assertEquals("PATCH /apis/apps/v1/namespaces/n/replicasets/owner", writes.get(2));
        assertTrue(api.get(pod("a", "u1")).at("/metadata/ownerReferences").isEmpty());
    }

    @Test
    void aReleaseThatFailsKeepsTheOwner() {
        onServerAndSeen(SETS, set("owner", "uid-owner", "orphan"));
        onServerAndSeen(PODS, pod("a", "u1", "owner"));
        api.refuse((request, reply) -> {
            boolean release = request.path().endsWith("/pods/a");
            if (release) {
                reply.status(500, "InternalError", "later");
            }
            return release;
        });
        assertThrows(ApiException.class, () -> reconciler.reconcile("uid-owner"));
        assertEquals("orphan", api.get(set("owner", "uid-owner")).at("/metadata/finalizers/0").asText());
    }

    @Test
    void aForegroundDeletionEndsWithTheLastDependentThatBlocksIt() {
        onServerAndSeen(SETS, set("owner", "uid-owner", "foregroundDeletion"));
        onServerAndSeen(PODS, pod("a", "u1", "owner"));
        reconciler.reconcile("uid-owner");
        assertEquals(List.of(), api.writes());
        reconciler.reconcile("u1");
        assertEquals(List.of("DELETE " + PATH + "a"), api.writes());
        graph.remove("u1");
        reconciler.reconcile("uid-owner");
        assertTrue(api.get(set("owner", "uid-owner")).at("/metadata/finalizers").isEmpty());
    }
}
