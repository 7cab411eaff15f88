package io.moka.apiserver.storage;

import java.util.List;

/// Objects as they were together at one revision.
///
/// @param more      whether objects follow that the limit left out
/// @param remaining how many those are, when it is known without applying a selector; else 0
public record Listing(List<CachedObject> objects, long revision, boolean more, long remaining) {}
