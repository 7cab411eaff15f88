package io.moka.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedPodBackoffTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FailedPodBackoff backoff = new FailedPodBackoff();

    private static DaemonSet set(long generation) {
        return new DaemonSetBuilder().withNewMetadata().withUid("set").endMetadata().withNewStatus().withObservedGeneration(generation).endStatus().build();
    }

    @Test
    void pauseDoublesFromASecondToAQuarterOfAnHour() {
        var now = START;
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
            assertNull(backoff.until(set(1), "n", now));
            backoff.deleted(set(1), "n", now);
            var over = now.plusSeconds(seconds);
            assertEquals(over, backoff.until(set(1), "n", now));
            now = over;
        }
    }

    @Test
    void otherNodesAndChangedSetsStartAnew() {
        backoff.deleted(set(1), "n", START);
        assertNull(backoff.until(set(1), "other", START));
        assertNull(backoff.until(set(2), "n", START));
    }

    @Test
    void halfAnHourWithoutFailuresIsANewStart() {
        backoff.deleted(set(1), "n", START);
        backoff.deleted(set(1), "n", START.plusSeconds(1));
        var later = START.plus(Duration.ofMinutes(31));
        backoff.deleted(set(1), "n", later);
        assertEquals(later.plusSeconds(1), backoff.until(set(1), "n", later));
    }

    @Test
    void deletedSetIsForgotten() {
        backoff.deleted(set(1), "n", START);
        backoff.forget(set(1));
        assertNull(backoff.until(set(1), "n", START));
    }
}
