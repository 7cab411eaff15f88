package io.moka.apiserver.core.storage;

import org.jspecify.annotations.Nullable;

/// The result of a compare-and-swap.
public sealed interface CasResult {

    /// The value was written; `revision` is its new revision.
    record Committed(long revision) implements CasResult {}

    /// Nothing was written, since the key's revision was not the expected one. `current` is the key's present value, null if it does not exist.
    record Conflict(Store.@Nullable Value current) implements CasResult {}

    /// Nothing was written, since another server has changed the guard or taken one of the claimed keys.
    ///
    /// @param revision      the store's revision at that time
    /// @param guardRevision the revision of the guard's last change; 0 without a guard
    record Outrun(long revision, long guardRevision) implements CasResult {}
}
