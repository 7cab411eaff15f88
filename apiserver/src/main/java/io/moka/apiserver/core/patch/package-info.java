/// The three kinds of patch that PATCH supports: JSON patch, merge patch, strategic merge patch.
///
/// - A patch is a function of two trees; it changes neither, and returns a new one.
/// - Only the strategic merge patch uses the schema: it merges lists by key where the field says so.
/// - A patch that cannot be applied throws a [PatchException]; nothing has changed then.
///
/// Upstream uses a library for the first two, and its strategic merge works on Go's reflected struct tags.
///
/// Read [MergePatch] first, then [StrategicMergePatch].
@NullMarked
package io.moka.apiserver.core.patch;

import org.jspecify.annotations.NullMarked;
