/// Keeps every pod of this node as its specification says: one worker, a virtual thread, for each.
///
/// Promises:
/// - level-triggered: a worker compares the pod with the containers that exist and does what is missing; it may be killed anywhere;
/// - a sync is caused by what happened (the API, the engine's events, a probe, a timer), never by polling;
/// - workers share no lock on the way from a pod's arrival to its running containers;
/// - ephemeral containers start once, beside the others, and see the processes of their target;
/// - other amounts of cpu and memory are given to running containers, where the node has room; until then the pod says why not;
/// - nothing of a pod is left when its object is gone: containers, network, mounts, folders, whether or not a kubelet was there to see.
///
/// Upstream has a relist of one second (PLEG), a status loop and a sync loop between these; here the worker reports directly. Read
/// [PodWorker] first, then [PodPlan], which decides, and [PodStart], [PodResize] and [PodEnd], which do.
@NullMarked
package io.moka.kubelet.pod;

import org.jspecify.annotations.NullMarked;
