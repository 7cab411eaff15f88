package io.moka.apiserver.storage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys and values that the cluster's state is made of, with one revision that counts all changes.
/// Every call blocks; a store that does not answer in time makes it throw [StoreUnavailableException].
public interface Store extends AutoCloseable {

    /// A value and the revision of its last change.
    record Value(String key, byte[] bytes, long revision) {}

    /// Some keys in order. `revision` is the store's revision when they were read; `more` tells that further keys follow.
    record Page(List<Value> values, long revision, boolean more, long remaining) {}

    @Nullable Value get(String key);

    /// The keys that start with `prefix`, from `fromKey` on (inclusive; equal to `prefix` for the first page), as they were
    /// at `revision` (0: now).
    ///
    /// @throws CompactedException when that revision has been compacted away
    Page range(String prefix, String fromKey, int limit, long revision);

    /// Writes a key that must not exist. `ttlSeconds` 0 means for ever.
    CasResult create(String key, byte[] bytes, long ttlSeconds);

    /// Replaces the value that was last changed at `expectedRevision`.
    CasResult update(String key, byte[] bytes, long expectedRevision, long ttlSeconds);

    /// Creates (`expectedRevision` 0) or replaces a value and settles its claims with it, all or nothing.
    CasResult put(String key, byte[] bytes, long expectedRevision, Claims claims);

    /// What comes and goes with a value, and may be one value's only.
    ///
    /// @param taken    keys that nobody may have yet
    /// @param released keys that go, if they exist
    /// @param guard    moved by the write, which fails when it was not last changed when expected
    record Claims(Map<String, byte[]> taken, Set<String> released, @Nullable Guard guard) {

        boolean isEmpty() {
            return taken.isEmpty() && released.isEmpty() && guard == null;
        }
    }

    /// A key whose only content is its revision. Writes that must not happen at the same time, by whichever server, share one.
    record Guard(String key, long expectedRevision) {}

    default CasResult delete(String key, long expectedRevision) {
        return delete(key, expectedRevision, Set.of());
    }

    /// Removes a value, and with it the keys that it had taken, those that exist.
    CasResult delete(String key, long expectedRevision, Set<String> released);

    /// Whether the value is kept in a form that it would not be written in today, so that writing it again makes a difference.
    default boolean stale(String key) {
        return false;
    }

    /// The store's revision now: every write acknowledged before this call is at or below it. Calls that overlap share one request.
    long currentRevision();

    /// All changes below `prefix` from `fromRevision` on, in order, none twice and none left out.
    StoreWatch watch(String prefix, long fromRevision);

    @Override
    void close();
}
