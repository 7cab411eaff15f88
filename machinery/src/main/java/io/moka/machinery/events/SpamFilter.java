package io.moka.machinery.events;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Limits events by a token bucket for each object: 25 at once, one more each five minutes. Used by one thread.
final class SpamFilter {

    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);
    private static final int REMEMBERED = 4_096;

    private record Bucket(double tokens, Instant at) {
    }

    private final InstantSource clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    };

    SpamFilter(InstantSource clock) {
        this.clock = clock;
    }

    boolean admit(String object) {
        var now = clock.instant();
        var bucket = buckets.getOrDefault(object, new Bucket(BURST, now));
        double grown = (double) Duration.between(bucket.at, now).toMillis() / REFILL.toMillis();
        double tokens = Math.min(BURST, bucket.tokens + grown);
        boolean admitted = tokens >= 1;
        buckets.put(object, new Bucket(admitted ? tokens - 1 : tokens, now));
        return admitted;
    }
}
