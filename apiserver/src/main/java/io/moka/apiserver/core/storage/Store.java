package io.moka.apiserver.core.storage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The store of the cluster's state: keys and values, with one revision that counts all changes.
/// Every call blocks, and throws [StoreUnavailableException] when the store does not answer in time.
public interface Store extends AutoCloseable {

    /// A value and the revision of its last change.
    record Value(String key, byte[] bytes, long revision) {}

    /// A page of keys in order. `revision` is the store's revision when they were read; `more` tells whether further keys follow.
    record Page(List<Value> values, long revision, boolean more, long remaining) {}

    @Nullable Value get(String key);

    /// Returns the keys that start with `prefix`, from `fromKey` on (inclusive; equal to `prefix` for the first page), in their state
    /// at `revision` (0: now).
    ///
    /// @throws CompactedException when that revision has been compacted away
    Page range(String prefix, String fromKey, int limit, long revision);

    /// Writes a key that must not exist. `ttlSeconds` 0 means for ever.
    CasResult create(String key, byte[] bytes, long ttlSeconds);

    /// Replaces the value that was last changed at `expectedRevision`.
    CasResult update(String key, byte[] bytes, long expectedRevision, long ttlSeconds);

    /// Creates (`expectedRevision` 0) or replaces a value together with its reservations, all or nothing.
    CasResult put(String key, byte[] bytes, long expectedRevision, Reservations reservations);

    /// Keys that are taken and released together with the write of a value. A taken key belongs to one value only.
    ///
    /// @param taken    keys to create, which must not exist yet
    /// @param released keys to delete, if they exist
    /// @param guard    a key that the write touches; the write fails when the guard's last change was not at the expected revision
    record Reservations(Map<String, byte[]> taken, Set<String> released, @Nullable Guard guard) {

        boolean isEmpty() {
            return taken.isEmpty() && released.isEmpty() && guard == null;
        }
    }

    /// A key whose only content is its revision. Writes that must not happen at the same time on different servers share one guard.
    record Guard(String key, long expectedRevision) {}

    default CasResult delete(String key, long expectedRevision) {
        return delete(key, expectedRevision, Set.of());
    }

    /// Deletes a value together with the keys that it had claimed, as far as they exist.
    CasResult delete(String key, long expectedRevision, Set<String> released);

    /// Whether the value is stored in an outdated form, such that writing the same object again changes the stored bytes.
    default boolean stale(String key) {
        return false;
    }

    /// Returns the store's current revision: every write acknowledged before this call is at or below it. Overlapping calls share one request.
    long currentRevision();

    /// Makes one round of compaction. One of several servers does it: the one that counts the round.
    ///
    /// @param round    the number of rounds as this server has last seen it, 0 at first
    /// @param revision the revision to compact to; 0 for no compaction in this round
    Compaction compact(long round, long revision);

    /// The outcome of a round.
    ///
    /// @param round     the number of rounds now; 0 when none has been counted, as after etcd was replaced by an empty one
    /// @param revision  the store's revision now, for the next round
    /// @param compacted the last revision that any server has compacted to, as far as this call has shown; 0 when it has not
    record Compaction(long round, long revision, long compacted) {}

    /// Watches all changes below `prefix` from `fromRevision` on, in order, without duplicates or gaps.
    StoreWatch watch(String prefix, long fromRevision);

    @Override
    void close();
}
