/// Minimum, maximum and default resources of pods and claims, from the LimitRanges of a namespace.
///
/// - Defaults are set when a pod is created, and never later; an amount that a container names is kept.
/// - All problems that one LimitRange finds are reported at once.
/// - A namespace without LimitRanges costs a request at most a comparison of revisions and a look-up.
///
/// Upstream asks the store when its cache knows no LimitRange of a namespace; this cache is at most a moment behind.
///
/// Read `LimitRanger` first.
@NullMarked
package io.moka.apiserver.admission.limits;

import org.jspecify.annotations.NullMarked;
