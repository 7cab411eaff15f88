package io.moka.apiserver.core.storage;

import java.util.List;

/// Objects in their state at one revision.
///
/// @param more      whether the limit left out further objects
/// @param remaining the number of those, when it is known without applying a selector; otherwise 0
public record Listing(List<CachedObject> objects, long revision, boolean more, long remaining) {}
