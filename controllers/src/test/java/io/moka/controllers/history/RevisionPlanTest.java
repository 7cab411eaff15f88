package io.moka.controllers.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RevisionPlanTest {

    private static RevisionedKind<StatefulSet> kind(String hashLabel) {
        return new RevisionedKind<>(StatefulSet.class, hashLabel, set -> LabelSelector.of(set.getSpec().getSelector()),
                set -> set.getSpec().getTemplate(), set -> set.getStatus() == null ? null : set.getStatus().getCollisionCount());
    }

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(RevisionPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsExpected(PlanTable.Case row) {
        row.verify(plan(row));
    }

    private static Plan plan(PlanTable.Case row) {
        var options = row.options();
        var kind = kind(options.path("label").asText("controller.kubernetes.io/hash"));
        var set = row.object(StatefulSet.class);
        var revisions = row.objects(ControllerRevision.class);
        var owned = revisions.stream().filter(revision -> Owners.isControlledBy(revision, set)).toList();
        switch (options.path("step").asText()) {
            case "truncate" -> {
                var live = new HashSet<String>();
                options.path("live").forEach(name -> live.add(name.asText()));
                return RevisionPlan.truncate(revisions, revision -> live.contains(revision.getMetadata().getName()), set.getSpec().getRevisionHistoryLimit());
            }
            default -> {
                return new Plan(RevisionPlan.update(kind, set, owned, options.path("collisions").asInt()).writes(), null);
            }
        }
    }

    private static final PodTemplateSpec TEMPLATE = new PodTemplateSpecBuilder().withNewMetadata().withLabels(Map.of("b", "1", "a", "2")).endMetadata()
            .withNewSpec().withTerminationGracePeriodSeconds(30L).addNewContainer().withName("c").withImage("i").endContainer().endSpec().build();

    @Test
    void dataIsThePatchThatPutsTheTemplateBackWithItsKeysInOrder() {
        assertEquals("{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":{\"labels\":{\"a\":\"2\",\"b\":\"1\"}},"
                + "\"spec\":{\"containers\":[{\"image\":\"i\",\"name\":\"c\"}],\"terminationGracePeriodSeconds\":30}}}}", Snapshot.of(TEMPLATE).toString());
    }

    @Test
    void templateComesBackAsItWas() {
        var revision = new ControllerRevisionBuilder().withNewMetadata().withName("r").endMetadata().withData(Snapshot.of(TEMPLATE)).build();
        assertEquals(TEMPLATE, Snapshot.template(revision));
    }

    /// FNV-1 of nothing is its offset, 2166136261; the digits become letters and figures.
    @Test
    void hashChangesWithDataAndWithCollisions() {
        var data = Snapshot.of(TEMPLATE);
        assertEquals(Snapshot.hash(data, 0), Snapshot.hash(Snapshot.of(new PodTemplateSpecBuilder(TEMPLATE).build()), 0));
        assertNotEquals(Snapshot.hash(data, 0), Snapshot.hash(data, 1));
        var other = Snapshot.of(new PodTemplateSpecBuilder(TEMPLATE).editMetadata().addToLabels("c", "3").endMetadata().build());
        assertNotEquals(Snapshot.hash(data, 0), Snapshot.hash(other, 0));
    }

    @Test
    void twinsAreTheOtherRevisionsOfTheTemplate() {
        var set = new StatefulSetBuilder().withNewMetadata().withName("web").endMetadata().withNewSpec().withTemplate(TEMPLATE).endSpec().build();
        var kept = new ControllerRevisionBuilder().withNewMetadata().withName("kept").endMetadata().withRevision(3L).withData(Snapshot.of(TEMPLATE)).build();
        var twin = new ControllerRevisionBuilder(kept).editMetadata().withName("twin").endMetadata().withRevision(1L).build();
        var other = new ControllerRevisionBuilder(kept).editMetadata().withName("other").endMetadata().withRevision(2L)
                .withData(Map.of("spec", Map.of("template", Map.of()))).build();
        assertEquals(new RevisionPlan.Update.Kept(kept, List.of(twin)), RevisionPlan.update(kind("hash"), set, List.of(other, twin, kept), 0));
    }

    @Test
    void dataOfAnotherSortIsNoTemplate() {
        var foreign = new ControllerRevisionBuilder().withNewMetadata().withName("foreign").endMetadata().withData(Map.of("a", "b")).build();
        assertThrows(IllegalArgumentException.class, () -> Snapshot.template(foreign));
    }
}
