/// The Score plugins, which rank the nodes that fit: one class for each of upstream's, by the same name and with the same weight. The seeds call
/// them priorities.
///
/// | the seeds | here |
/// |---|---|
/// | `LeastRequestedPriority`, `MostRequestedPriority`, `RequestedToCapacityRatio` | [NodeResourcesFitScore] |
/// | `BalancedResourceAllocation` | [NodeResourcesBalancedAllocation] |
/// | `SelectorSpreadPriority`, `EvenPodsSpreadPriority` | [PodTopologySpreadScore] |
/// | `InterPodAffinityPriority` | [InterPodAffinityScore] |
/// | `NodeAffinityPriority` | [NodeAffinityScore] |
/// | `TaintTolerationPriority` | [TaintTolerationScore] |
/// | `ImageLocalityPriority` | [ImageLocality] |
///
/// Promises: normalized scores are whole numbers from 0 to 100; the same pod and snapshot give the same scores. Read [NodeResourcesFitScore] as the
/// example.
@NullMarked
package io.moka.scheduler.scores;

import org.jspecify.annotations.NullMarked;
