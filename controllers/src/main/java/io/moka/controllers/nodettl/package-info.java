/// Writes for each node's kubelet how many seconds it may cache secrets and config maps, by the number of nodes: the annotation `node.alpha.kubernetes.io/ttl`.
///
/// Watches nodes, patches their annotations.
///
/// Invariant: the steps overlap, so that one node that comes and goes does not change all others.
///
/// Follows upstream's `pkg/controller/ttl`. Read [TtlSteps].
@NullMarked
package io.moka.controllers.nodettl;

import org.jspecify.annotations.NullMarked;
