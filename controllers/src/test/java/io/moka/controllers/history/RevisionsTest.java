package io.moka.controllers.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server has revisions that the cache does not show.
class RevisionsTest {

    private static final StatefulSet SET = new StatefulSetBuilder().withNewMetadata().withNamespace("n").withName("web").withUid("set").endMetadata()
            .withNewSpec().withNewSelector().withMatchLabels(Map.of("app", "web")).endSelector()
            .withNewTemplate().withNewMetadata().withLabels(Map.of("app", "web")).endMetadata()
            .withNewSpec().addNewContainer().withName("c").withImage("i").endContainer().endSpec().endTemplate().endSpec().build();
    private static final RevisionedKind<StatefulSet> KIND = new RevisionedKind<>(StatefulSet.class, "controller.kubernetes.io/hash",
            set -> LabelSelector.of(set.getSpec().getSelector()), set -> set.getSpec().getTemplate(), set -> null);

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.put(SET);
        api.refuse((request, reply) -> {
            if (request.method().equals("POST") && request.path().endsWith("/controllerrevisions")) {
                JsonNode metadata = Json.mapper().readTree(request.body()).path("metadata");
                if (!api.get(revision(metadata.path("name").asText(), Map.of())).isMissingNode()) {
                    reply.status(409, "AlreadyExists", "there is one");
                    return true;
                }
            }
            return false;
        });
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static ControllerRevision revision(String name, Object data) {
        return new ControllerRevisionBuilder().withNewMetadata().withNamespace("n").withName(name).withUid(name).withLabels(Map.of("app", "web"))
                .withOwnerReferences(Owners.controlledBy(SET)).endMetadata().withRevision(1L).withData(data).build();
    }

    /// Reads the cache now; what is put afterwards is on the server alone.
    private Revisions<StatefulSet> revisions() throws Exception {
        var context = api.context();
        var revisions = new Revisions<>(context, KIND, new PlanWriter(context.client(), context.events().apply("test")));
        api.start();
        return revisions;
    }

    private String name() {
        return ((RevisionPlan.Update.New) RevisionPlan.update(KIND, SET, List.of(), 0)).revision().getMetadata().getName();
    }

    @Test
    void revisionOfTheSameTemplateIsTakenOver() throws Exception {
        var revisions = revisions();
        api.put(revision(name(), Snapshot.of(SET.getSpec().getTemplate())));
        var history = revisions.of(SET);
        assertEquals(name(), history.update().getMetadata().getName());
        assertEquals(0, history.collisions());
    }

    @Test
    void nameOfAnotherTemplatesRevisionIsACollision() throws Exception {
        var revisions = revisions();
        api.put(revision(name(), Map.of("spec", Map.of("template", Map.of()))));
        var history = revisions.of(SET);
        assertNotEquals(name(), history.update().getMetadata().getName());
        assertEquals(1, history.collisions());
        assertEquals(2, api.writes().stream().filter("POST /apis/apps/v1/namespaces/n/controllerrevisions"::equals).count());
    }

    @Test
    void orphanIsAdoptedOnlyByAnOwnerThatStillExists() throws Exception {
        var orphan = new ControllerRevisionBuilder(revision("orphan", Snapshot.of(SET.getSpec().getTemplate()))).editMetadata().withOwnerReferences().endMetadata().build();
        api.put(orphan);
        api.remove(SET);
        assertNotEquals("orphan", revisions().of(SET).update().getMetadata().getName());
        assertEquals(0, api.writes().stream().filter(write -> write.startsWith("PATCH")).count());
    }

    @Test
    void adoptedOrphanIsUsed() throws Exception {
        api.put(new ControllerRevisionBuilder(revision("orphan", Snapshot.of(SET.getSpec().getTemplate()))).editMetadata().withOwnerReferences().endMetadata().build());
        assertEquals("orphan", revisions().of(SET).update().getMetadata().getName());
        assertEquals(1, api.writes().stream().filter("PATCH /apis/apps/v1/namespaces/n/controllerrevisions/orphan"::equals).count());
    }
}
