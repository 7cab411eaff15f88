package io.moka.apiserver.core.storage;

import io.etcd.jetcd.Lease;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Shares leases between keys that expire. One lease serves many keys, as upstream's lease manager does: for at most [#REUSE]
/// and [#MAX_KEYS], so keys live up to that much longer than asked.
final class EtcdLeases {
    private static final Duration REUSE = Duration.ofSeconds(60);
    private static final int MAX_KEYS = 1000;

    private static final class Shared {
        final CompletableFuture<Long> id;
        /// The time before the request for the lease: etcd counts from some moment between it and the answer.
        final long askedNanos;
        // guarded by the leases
        int keys;

        Shared(CompletableFuture<Long> id, long askedNanos) {
            this.id = id;
            this.askedNanos = askedNanos;
        }

        /// @param patienceNanos how long an answer is waited for; a grant that is older and still pending is lost
        boolean usable(long nowNanos, long patienceNanos) {
            return keys < MAX_KEYS && nowNanos - askedNanos < (id.isDone() ? REUSE.toNanos() : patienceNanos) && !id.isCompletedExceptionally();
        }

        boolean is(long other) {
            return id.isDone() && !id.isCompletedExceptionally() && id.join() == other;
        }
    }

    /// Requests a lease of a number of seconds from etcd and returns its id.
    private final LongFunction<CompletableFuture<Long>> grant;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    // guarded by this: the lease in use for each time to live
    private final Map<Long, Shared> current = new HashMap<>();

    EtcdLeases(Lease client, Duration timeout) {
        this(ttlSeconds -> client.grant(ttlSeconds).thenApply(LeaseGrantResponse::getID), timeout, System::nanoTime);
    }

    EtcdLeases(LongFunction<CompletableFuture<Long>> grant, Duration timeout, LongSupplier nanoTime) {
        this.grant = grant;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /// Returns the lease for one more key. Callers during a grant share it; no caller waits for the lease of another time to live.
    long forTtl(long ttlSeconds) {
        return EtcdStore.await(shared(ttlSeconds).id, timeout);
    }

    private synchronized Shared shared(long ttlSeconds) {
        Shared shared = current.get(ttlSeconds);
        long now = nanoTime.getAsLong();
        if (shared == null || !shared.usable(now, timeout.toNanos())) {
            shared = new Shared(grant.apply(ttlSeconds + REUSE.toSeconds()), now);
            current.put(ttlSeconds, shared);
        }
        shared.keys++;
        return shared;
    }

    /// Stops using a lease that etcd no longer knows, as after this server was suspended for longer than the lease lived.
    synchronized void forget(long ttlSeconds, long id) {
        Shared shared = current.get(ttlSeconds);
        if (shared != null && shared.is(id)) {
            current.remove(ttlSeconds);
        }
    }
}
