/// The Filter plugins, which refuse unfit nodes: one class for each of upstream's, by the same name. The seeds call them predicates.
///
/// | the seeds | here |
/// |---|---|
/// | `PodFitsResources` | [NodeResourcesFit] |
/// | `PodFitsHostPorts` | [NodePorts] |
/// | `HostName` | [NodeName] |
/// | `MatchNodeSelector` | [NodeAffinity] |
/// | `PodToleratesNodeTaints` | [TaintToleration] |
/// | `CheckNodeUnschedulable` | [NodeUnschedulable] |
/// | `MatchInterPodAffinity` | [InterPodAffinity] |
/// | `EvenPodsSpread` | [PodTopologySpread] |
///
/// Promises: the reasons are worded as upstream's, since users search for them; a refusal that preemption cannot change is unresolvable where it is
/// so upstream. Volumes are not checked. Read [NodeResourcesFit] as the example, then [PodTopologySpread].
@NullMarked
package io.moka.scheduler.filters;

import org.jspecify.annotations.NullMarked;
