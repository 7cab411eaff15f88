package io.moka.controllers.garbagecollector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.moka.controllers.podowner.Expectations;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphTest {

    private final Set<String> attention = new HashSet<>();
    private final Graph graph = new Graph(attention::add);

    private static OwnerReference owner(String uid, boolean blocks) {
        return new OwnerReferenceBuilder().withUid(uid).withName(uid).withKind("ReplicaSet").withApiVersion("apps/v1").withBlockOwnerDeletion(blocks).build();
    }

    private static GraphNode node(String uid, boolean deleting, List<String> finalizers, String... owners) {
        return new GraphNode(uid, ResourceType.generic("", "v1", "pods", "Pod", true), new ObjectKey("n", uid),
                Arrays.stream(owners).map(owner -> owner(owner, true)).toList(), finalizers, deleting);
    }

    private Set<String> attention() {
        var seen = Set.copyOf(attention);
        attention.clear();
        return seen;
    }

    @Test
    void dependentsAreKnownEvenBeforeTheirOwner() {
        graph.put(node("child", false, List.of(), "owner"));
        assertEquals(Set.of("child"), attention());
        graph.put(node("owner", false, List.of()));
        assertEquals(Set.of(), attention(), "an object without owners that lives needs no attention");
        assertEquals(List.of("child"), graph.dependentsOf("owner").stream().map(GraphNode::uid).toList());
    }

    @Test
    void whenAnOwnerGoesItsDependentsAreLookedAt() {
        graph.put(node("owner", false, List.of()));
        graph.put(node("a", false, List.of(), "owner"));
        graph.put(node("b", false, List.of(), "owner"));
        attention();
        graph.remove("owner");
        assertEquals(Set.of("a", "b"), attention());
        assertNull(graph.get("owner"));
    }

    @Test
    void anOwnerThatWaitsIsLookedAtAsItsDependentsGo() {
        graph.put(node("a", false, List.of(), "owner"));
        graph.put(node("owner", true, List.of("foregroundDeletion")));
        assertEquals(Set.of("a", "owner"), attention());
        assertTrue(graph.get("owner").waitsForDependents());
        graph.remove("a");
        assertTrue(attention().contains("owner"));
        assertEquals(List.of(), graph.dependentsOf("owner"));
    }

    @Test
    void aReleasedDependentIsNoDependent() {
        graph.put(node("a", false, List.of(), "owner", "other"));
        graph.put(node("a", false, List.of(), "other"));
        assertEquals(List.of(), graph.dependentsOf("owner"));
        assertEquals(1, graph.dependentsOf("other").size());
    }

    @Test
    void finalizersSayWhatADeletionMeans() {
        var node = node("a", true, List.of("orphan", "mine"), "owner");
        assertTrue(node.orphansDependents());
        assertTrue(!node.waitsForDependents());
        assertEquals(List.of("mine"), node.withoutOrphan());
        assertTrue(node.blocks("owner"));
        assertTrue(!node.blocks("stranger"));
        assertTrue(!node("a", false, List.of("orphan")).orphansDependents(), "not before the deletion has begun");
    }

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void nothingIsDoneTwiceWhileItIsExpected() {
        var expectations = new Expectations(() -> now);
        var key = new ObjectKey("n", "set");
        assertTrue(expectations.areMet(key));
        expectations.expectCreation(key);
        expectations.expectCreation(key);
        expectations.expectDeletion(key, "u1");
        expectations.created(key);
        expectations.deleted(key, "u1");
        expectations.deleted(key, "u1");
        assertTrue(!expectations.areMet(key));
        expectations.created(key);
        assertTrue(expectations.areMet(key));
        expectations.expectCreation(key);
        now = now.plus(Duration.ofMinutes(5)).plusSeconds(1);
        assertTrue(expectations.areMet(key), "what has not come in five minutes does not come");
    }
}
