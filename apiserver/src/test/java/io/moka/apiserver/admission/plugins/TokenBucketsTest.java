package io.moka.apiserver.admission.plugins;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TokenBuckets buckets = new TokenBuckets(() -> now, 2, 3, 2);

    private void pass(long millis) {
        now = now.plus(Duration.ofMillis(millis));
    }

    private void takeAll(String key) {
        for (int i = 0; i < 3; i++) {
            assertTrue(buckets.take(key));
        }
        assertFalse(buckets.take(key));
    }

    @Test
    void aBurstIsTakenAtOnceAndThenOneAtATime() {
        takeAll("a");
        pass(250);
        assertFalse(buckets.take("a"));
        pass(250);
        assertTrue(buckets.take("a"));
        assertFalse(buckets.take("a"));
    }

    @Test
    void aBucketNeverHoldsMoreThanItsBurst() {
        takeAll("a");
        pass(3_600_000);
        takeAll("a");
    }

    @Test
    void keysHaveBucketsOfTheirOwn() {
        takeAll("a");
        takeAll("b");
    }

    @Test
    void ofTooManyKeysTheOneNotSeenLongestIsForgotten() {
        takeAll("a");
        takeAll("b");
        assertFalse(buckets.take("a"));
        takeAll("c");
        assertFalse(buckets.take("a"), "it was asked for later than b");
        assertTrue(buckets.take("b"), "it was forgotten");
    }

    @Test
    void aClockThatGoesBackGivesNothing() {
        takeAll("a");
        pass(-5_000);
        assertFalse(buckets.take("a"));
    }
}
