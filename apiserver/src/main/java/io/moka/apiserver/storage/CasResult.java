package io.moka.apiserver.storage;

import org.jspecify.annotations.Nullable;

/// What became of a compare-and-swap.
public sealed interface CasResult {

    /// It was written, at this revision.
    record Committed(long revision) implements CasResult {}

    /// Nothing was written, since the key was not as expected; `current` is what it is, null if it does not exist.
    record Conflict(Store.@Nullable Value current) implements CasResult {}

    /// Nothing was written, since another has moved the guard or has what was to be taken.
    ///
    /// @param revision      of the store when it was seen
    /// @param guardRevision of the guard's last change; 0 without one
    record Outrun(long revision, long guardRevision) implements CasResult {}
}
