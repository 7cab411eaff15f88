/// Subresources that are no part of their object (`scale`, `binding`, `eviction`, `token`, `finalize`), connections to pods, and resources that are answered and not
/// stored.
///
/// - A handler uses the verbs' own parts (`Verbs`), so that the rules of a write are the same for a subresource.
/// - Admission sees the subresource's own kind: an `Eviction`, a `Scale`, the parameters of `exec`.
///
/// Subresources that are a part of their object (`status`, `approval`, `ephemeralcontainers`) are served by the verbs themselves.
///
/// Read `Subresources` first, then `EvictionSubresource`.
@NullMarked
package io.moka.apiserver.kinds.subresource;

import org.jspecify.annotations.NullMarked;
