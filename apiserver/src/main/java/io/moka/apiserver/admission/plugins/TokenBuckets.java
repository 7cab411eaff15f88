package io.moka.apiserver.admission.plugins;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Token buckets, one for each key, refilled at a steady rate. When there are too many keys, the least recently used one is forgotten,
/// and starts with a full bucket when it is used again.
final class TokenBuckets {
    private final InstantSource clock;
    private final int perSecond;
    private final int burst;

    // guarded by this
    private final Map<String, Bucket> buckets;

    private record Bucket(double tokens, Instant filledAt) {}

    TokenBuckets(InstantSource clock, int perSecond, int burst, int most) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.burst = burst;
        buckets = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > most;
            }
        };
    }

    /// Takes a token; false when the key's bucket is empty.
    synchronized boolean take(String key) {
        Instant now = clock.instant();
        Bucket before = buckets.get(key);
        double tokens = before == null ? burst : Math.min(burst, before.tokens() + perSecond * seconds(before.filledAt(), now));
        boolean taken = tokens >= 1;
        buckets.put(key, new Bucket(taken ? tokens - 1 : tokens, now));
        return taken;
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, (to.toEpochMilli() - from.toEpochMilli()) / 1000.0);
    }
}
