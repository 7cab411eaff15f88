package io.moka.controllers.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnedObjectsTest {

    private static final ReplicaSet OWNER = new ReplicaSetBuilder().withNewMetadata().withNamespace("n").withName("web").withUid("owner").endMetadata()
            .withNewSpec().withNewSelector().withMatchLabels(Map.of("app", "web")).endSelector().endSpec().build();

    private TestApi api;
    private OwnedObjects<ReplicaSet, Pod> owned;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.put(OWNER);
        owned = new OwnedObjects<>(api.context(), ReplicaSet.class, Pod.class, new OwnedObjects.Claims<>(set -> LabelSelector.of(set.getSpec().getSelector()),
                (set, pod) -> !pod.getMetadata().getName().startsWith("stranger"), List.of("example.com/counted")));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static PodBuilder pod(String name, String app) {
        return new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid(name).withLabels(Map.of("app", app)).endMetadata();
    }

    private static Pod ofOwner(String name, String app) {
        return pod(name, app).editMetadata().withOwnerReferences(Owners.controlledBy(OWNER)).endMetadata().build();
    }

    private List<String> claimed() {
        return owned.claim(OWNER).stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    @Test
    void anOrphanThatIsSelectedIsAdoptedWithTheFinalizer() throws Exception {
        var orphan = pod("orphan", "web").build();
        api.put(orphan);
        api.put(pod("stranger", "web").build());
        api.put(pod("other", "db").build());
        api.put(pod("going", "web").editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build());
        api.start();
        assertEquals(List.of("orphan"), claimed());
        assertEquals("owner example.com/counted", api.get(orphan).at("/metadata/ownerReferences/0/uid").asText() + " " + api.get(orphan).at("/metadata/finalizers/0").asText());
        assertEquals(List.of("PATCH /api/v1/namespaces/n/pods/orphan"), api.writes());
    }

    @Test
    void anObjectThatIsNoLongerSelectedIsReleasedWithTheFinalizer() throws Exception {
        api.put(ofOwner("kept", "web"));
        api.put(ofOwner("lost", "db"));
        api.start();
        assertEquals(List.of("kept"), claimed());
        assertEquals(List.of("PATCH /api/v1/namespaces/n/pods/lost"), api.writes());
        var body = api.requests().stream().filter(request -> request.method().equals("PATCH")).findFirst().orElseThrow().body();
        assertTrue(body.contains("\"$patch\":\"delete\"") && body.contains("$deleteFromPrimitiveList/finalizers"), body);
    }

    @Test
    void anOwnerThatTheServerNoLongerHasAdoptsNothing() throws Exception {
        api.put(pod("orphan", "web").build());
        api.start();
        api.remove(OWNER);
        assertEquals(List.of(), claimed());
        assertEquals(List.of(), api.writes());
    }

    @Test
    void anOwnerThatIsBeingDeletedNeitherAdoptsNorReleases() throws Exception {
        api.put(pod("orphan", "web").build());
        api.put(ofOwner("lost", "db"));
        api.start();
        var going = new ReplicaSetBuilder(OWNER).editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build();
        assertTrue(owned.claim(going).isEmpty());
        assertFalse(owned.of(going).isEmpty());
        assertEquals(List.of(), api.writes());
    }

    @Test
    void anObjectThatIsGoneMeanwhileIsNotClaimed() throws Exception {
        var orphan = pod("orphan", "web").build();
        api.put(orphan);
        api.start();
        api.remove(orphan);
        assertEquals(List.of(), claimed());
    }
}
