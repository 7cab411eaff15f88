/// Least, most and default resources of pods and claims, as the LimitRanges of a namespace say.
///
/// - Defaults are set when a pod is made, and never later; a container that names an amount keeps it.
/// - All problems that one LimitRange finds are told at once.
/// - A namespace without LimitRanges costs one look at a number.
///
/// Upstream asks the store when its cache knows no LimitRange of a namespace; this cache is at most a moment behind.
///
/// Read `LimitRanger` first.
@NullMarked
package io.moka.apiserver.limits;

import org.jspecify.annotations.NullMarked;
