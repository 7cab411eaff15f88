package io.moka.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Pods with the target's labels that are not its own.
class TargetPodsTest {

    private static final Map<String, HasMetadata> SETS = Map.of("mine", set("mine", "target"), "foreign", set("foreign", "other"), "free", set("free", null));

    @Test
    void onlyPodsWhoseOwnersLeadToTheTargetAreItsOwn() {
        var pods = List.of(pod("of-my-set", "ReplicaSet", "mine"), pod("of-a-foreign-set", "ReplicaSet", "foreign"), pod("of-a-free-set", "ReplicaSet", "free"),
                pod("of-a-lost-set", "ReplicaSet", "lost"), pod("of-nobody", null, ""), pod("of-the-target", "Rollout", "target"), pod("of-an-unknown-kind", "Rollout", "x"));
        assertEquals(List.of("of-my-set", "of-the-target", "of-an-unknown-kind"), names(TargetPods.of("target", pods, TargetPodsTest::find)));
    }

    @Test
    void ownersInACircleEnd() {
        var circle = new ReplicaSetBuilder().withNewMetadata().withName("mine").withUid("mine").withOwnerReferences(owner("ReplicaSet", "mine")).endMetadata().build();
        assertEquals(List.of(), names(TargetPods.of("target", List.of(pod("p", "ReplicaSet", "mine")), owner -> new TargetPods.Found(true, circle))));
    }

    private static TargetPods.Found find(OwnerReference owner) {
        return new TargetPods.Found(!owner.getKind().equals("Rollout"), SETS.get(owner.getUid()));
    }

    private static List<String> names(TargetPods pods) {
        var names = new ArrayList<String>();
        pods.own().forEach(pod -> names.add(pod.getMetadata().getName()));
        return names;
    }

    private static HasMetadata set(String uid, @Nullable String owner) {
        return new ReplicaSetBuilder().withNewMetadata().withName(uid).withUid(uid).withOwnerReferences(owner == null ? List.of() : List.of(owner("Deployment", owner))).endMetadata().build();
    }

    private static Pod pod(String name, @Nullable String kind, String owner) {
        return new PodBuilder().withNewMetadata().withName(name).withOwnerReferences(kind == null ? List.of() : List.of(owner(kind, owner))).endMetadata().build();
    }

    private static OwnerReference owner(String kind, String uid) {
        return new OwnerReferenceBuilder().withKind(kind).withName(uid).withUid(uid).withController(true).build();
    }
}
