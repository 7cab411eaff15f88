package io.moka.controllers.job;

import io.moka.machinery.meta.ObjectKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The pods whose finalizer was removed while the cache may still show it. Without this record they would be counted again from a lagging cache.
///
/// Follows upstream's `uidTrackingExpectations`. Bounded by the pods of unfinished jobs.
final class ReleasedPods {

    // guarded by this: uids by job
    private final Map<ObjectKey, Set<String>> released = new HashMap<>();

    /// Called before the finalizer is taken.
    synchronized void add(ObjectKey job, String uid) {
        released.computeIfAbsent(job, key -> new HashSet<>()).add(uid);
    }

    /// The finalizer was not taken, or the cache shows that it was.
    synchronized void remove(ObjectKey job, String uid) {
        var uids = released.get(job);
        if (uids != null && uids.remove(uid) && uids.isEmpty()) {
            released.remove(job);
        }
    }

    /// @param present uids of all pods of the job in the cache; of others nothing needs to be known
    synchronized Set<String> of(ObjectKey job, Set<String> present) {
        var uids = released.get(job);
        if (uids == null) {
            return Set.of();
        }
        uids.retainAll(present);
        return Set.copyOf(uids);
    }

    synchronized void forget(ObjectKey job) {
        released.remove(job);
    }
}
