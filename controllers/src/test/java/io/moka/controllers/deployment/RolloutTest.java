package io.moka.controllers.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest {

    private static IntOrString value(String text) {
        return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.parseInt(text));
    }

    private static Deployment deployment(int replicas, String surge, String unavailable) {
        return new DeploymentBuilder().withNewMetadata().withName("web").endMetadata().withNewSpec().withReplicas(replicas)
                .withNewStrategy().withType("RollingUpdate").withNewRollingUpdate().withMaxSurge(value(surge)).withMaxUnavailable(value(unavailable))
                .endRollingUpdate().endStrategy().endSpec().build();
    }

    private static ReplicaSet set(String name, int replicas, int available) {
        return new ReplicaSetBuilder().withNewMetadata().withName(name).withCreationTimestamp("2026-01-01T00:00:0" + name.length() + "Z").endMetadata()
                .withNewSpec().withReplicas(replicas).endSpec().withNewStatus().withAvailableReplicas(available).withReplicas(replicas).endStatus().build();
    }

    @ParameterizedTest
    @CsvSource({"10, 25%, 25%, 3, 2", "3, 25%, 25%, 1, 0", "1, 25%, 25%, 1, 0", "4, 0, 0, 0, 1", "4, 0%, 10%, 0, 1", "5, 2, 9, 2, 5", "0, 1, 1, 1, 0", "100, 100%, 50%, 100, 50"})
    void sharesAreRoundedUpForSurgeAndDownForUnavailable(int replicas, String surge, String unavailable, int maxSurge, int maxUnavailable) {
        var rollout = new Rollout(deployment(replicas, surge, unavailable), null, List.of());
        assertEquals(maxSurge, rollout.maxSurge());
        assertEquals(maxUnavailable, rollout.maxUnavailable());
    }

    @ParameterizedTest
    @CsvSource({"10, 25%, 10, 3", "10, 25%, 0, 10", "10, 25%, 5, 8", "3, 1, 5, 0", "3, 1, 3, 1"})
    void theFirstSizeFillsTheSurge(int replicas, String surge, int old, int first) {
        assertEquals(first, RollingUpdate.firstSize(new Rollout(deployment(replicas, surge, "25%"), null, List.of(set("old", old, old)))));
    }

    @Test
    void recreateStartsOnlyWhenTheOldAreGone() {
        var recreate = new DeploymentBuilder(deployment(3, "1", "1")).editSpec().withNewStrategy().withType("Recreate").endStrategy().endSpec().build();
        assertEquals(0, RollingUpdate.firstSize(new Rollout(recreate, null, List.of(set("old", 3, 3)))));
        assertEquals(3, RollingUpdate.firstSize(new Rollout(recreate, null, List.of(set("old", 0, 0)))));
        assertEquals(0, new Rollout(recreate, null, List.of()).maxSurge());
    }

    @Test
    void podsAreCountedOverAllSetsAndTheOldestComesFirst() {
        var rollout = new Rollout(deployment(3, "1", "1"), set("new", 2, 1), List.of(set("oldest", 1, 1), set("old", 4, 3), set("empty", 0, 0)));
        assertEquals(7, rollout.desiredPods());
        assertEquals(5, rollout.availablePods());
        assertEquals(List.of("old", "oldest"), rollout.oldWithPods().stream().map(set -> set.getMetadata().getName()).toList());
        assertEquals(4, rollout.all().size());
    }

    private static PodTemplateSpec template(String image) {
        return new PodTemplateSpecBuilder().withNewMetadata().addToLabels("a", "b").endMetadata().withNewSpec().addNewContainer().withName("c").withImage(image)
                .endContainer().endSpec().build();
    }

    @Test
    void theSameTemplateHasTheSameHashAndAnotherAnother() {
        assertEquals(TemplateHash.of(template("x"), null), TemplateHash.of(template("x"), 0));
        assertNotEquals(TemplateHash.of(template("x"), 0), TemplateHash.of(template("y"), 0));
        assertNotEquals(TemplateHash.of(template("x"), 0), TemplateHash.of(template("x"), 1), "a collision is evaded");
        var hashes = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            hashes.add(TemplateHash.of(template("image:" + i), 0));
        }
        assertEquals(1_000, hashes.size());
        assertTrue(hashes.stream().allMatch(hash -> hash.matches("[bcdfghjklmnpqrstvwxz2456789]{1,10}")));
    }

    @Test
    void theHashLabelIsNoDifference() {
        var labelled = new PodTemplateSpecBuilder(template("x")).editMetadata().addToLabels(TemplateHash.LABEL, "abc").endMetadata().build();
        assertTrue(TemplateHash.same(template("x"), labelled));
        assertTrue(!TemplateHash.same(template("x"), template("y")));
        var annotated = new PodTemplateSpecBuilder(template("x")).editMetadata().addToAnnotations("restartedAt", "now").endMetadata().build();
        assertTrue(!TemplateHash.same(template("x"), annotated), "a restart is a change");
        assertEquals(0, new ArrayList<>(new Rollout(deployment(1, "1", "1"), null, List.of()).all()).size());
    }
}
