package io.moka.apiserver.storage;

import io.etcd.jetcd.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Leases for keys that expire. One lease serves many keys, as upstream's lease manager does: for at most [#REUSE]
/// and [#MAX_KEYS], so keys live up to that much longer than asked.
final class EtcdLeases {
    private static final Duration REUSE = Duration.ofSeconds(60);
    private static final int MAX_KEYS = 1000;

    private static final class Shared {
        final long id;
        final long grantedNanos;
        int keys;

        Shared(long id, long grantedNanos) {
            this.id = id;
            this.grantedNanos = grantedNanos;
        }

        boolean usable(long nowNanos) {
            return keys < MAX_KEYS && nowNanos - grantedNanos < REUSE.toNanos();
        }
    }

    private final Lease client;
    private final Duration timeout;
    // guarded by this: the lease in use for each time to live
    private final Map<Long, Shared> current = new HashMap<>();

    EtcdLeases(Lease client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    synchronized long forTtl(long ttlSeconds) {
        Shared shared = current.get(ttlSeconds);
        if (shared == null || !shared.usable(System.nanoTime())) {
            long id = EtcdStore.await(client.grant(ttlSeconds + REUSE.toSeconds()), timeout).getID();
            shared = new Shared(id, System.nanoTime());
            current.put(ttlSeconds, shared);
        }
        shared.keys++;
        return shared.id;
    }
}
