/// Plugins for a pod's claims: they decide which nodes reach its volumes, which volumes its claims get, and how many volumes a node can take.
///
/// Promises:
/// - a pod is bound to a node only once its claims are bound to volumes that the node reaches: the claims that wait for a pod are bound before it ([VolumeBinding]);
/// - a volume that is chosen for a pod's claim is assumed as taken at once, so that the next cycle does not choose it for another claim;
/// - a pod whose volume takes long to provision holds no thread: it waits in the queue for its claim.
///
/// The answer for a pod with claims depends on more than its node, so it is never shared between equal pods.
///
/// Follows upstream's `volumebinding`, `volumerestrictions`, `volumezone` and `nodevolumelimits`, with their messages. Differs: storage capacity objects are
/// ignored; upstream waits in the binding for up to ten minutes. Read [VolumeBinding].
@NullMarked
package io.moka.scheduler.volumes;

import org.jspecify.annotations.NullMarked;
