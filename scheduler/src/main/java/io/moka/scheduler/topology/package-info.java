/// Computations that Filter and Score plugins share: which nodes a pod's selectors, affinities and tolerations match, and sums of counts of pods by topology domain.
///
/// Promises: a compiled selector answers without reading the pod again; the cost of a copy of counts depends on the changes made in it. Upstream has the same
/// in `component-helpers/scheduling` and in the packages of the plugins. Read [SpreadConstraint], then [TopologyCounts].
@NullMarked
package io.moka.scheduler.topology;

import org.jspecify.annotations.NullMarked;
