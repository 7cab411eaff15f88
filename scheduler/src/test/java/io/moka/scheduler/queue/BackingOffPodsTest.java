package io.moka.scheduler.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.queue.BackingOffPods.Delayed;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The order in which pods leave backoffQ: those that were refused, and those whose attempt failed.
class BackingOffPodsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private final BackingOffPods pods = new BackingOffPods();

    private Delayed add(String name, int seconds, boolean afterError) {
        var delayed = new Delayed(QueuedPod.arriving(Fixtures.info(Fixtures.pod(name)), NOW), NOW.plusSeconds(seconds), afterError);
        pods.add(delayed);
        return delayed;
    }

    /// The names of the pods that are due at this time, in their order; they leave the queue.
    private String due(int seconds) {
        var names = new StringBuilder();
        for (var due = pods.due(NOW.plusSeconds(seconds), LONGEST); due != null; due = pods.due(NOW.plusSeconds(seconds), LONGEST)) {
            pods.remove(due);
            names.append(due.pod().pod().key().name()).append(' ');
        }
        return names.toString().strip();
    }

    @Test
    void podsAreDueInTheOrderOfTheirTimesAndAtOneTimeInThatOfTheirUids() {
        add("late", 9, false);
        add("b", 3, false);
        add("a", 3, false);
        add("soon", 1, false);
        assertEquals("", due(0));
        assertEquals("soon a b", due(3));
        assertEquals(1, pods.size());
        assertEquals("late", due(9));
    }

    @Test
    void podsOfBothKindsAreDue() {
        add("failed", 2, true);
        add("refused", 2, false);
        assertEquals("refused failed", due(2));
    }

    @Test
    void onlyARefusedPodGoesOnEarly() {
        add("failed", 1, true);
        assertNull(pods.early(), "an error is not over because nothing else is to be done");
        add("refused", 8, false);
        var first = add("first", 4, false);
        assertEquals(first, pods.early());
    }

    @Test
    void theQueueIsWokenForFailedPodsOnly() {
        add("refused", 1, false);
        assertNull(pods.next(), "a refused pod is taken at once where nothing else waits");
        add("failed", 5, true);
        add("sooner", 4, true);
        assertEquals(NOW.plusSeconds(4), pods.next());
    }

    @Test
    void aPauseBeyondTheLongestIsOver() {
        add("refused", 11, false);
        add("failed", 12, true);
        add("waits", 10, true);
        assertEquals("refused failed", due(0), "the clock was set back");
        assertEquals("waits", due(10));
    }
}
