/// Keeps every pod of this node in step with its specification: each pod has one worker, a virtual thread.
///
/// Promises:
/// - level-triggered: a worker compares the pod with the existing containers and makes the missing changes; the kubelet may be killed at any point;
/// - a sync is caused by an event (a change in the API, an event of the engine, a probe result, a timer), never by polling;
/// - workers share no lock between a pod's arrival and the start of its containers;
/// - ephemeral containers start once, beside the others, and see the processes of their target;
/// - changed requests and limits of cpu and memory are applied to running containers if the node has room; until then the pod's status says why they are not;
/// - nothing of a pod is left when its object is gone: containers, network, mounts and folders are removed, even if no kubelet ran when the object was deleted.
///
/// Upstream has a relist of one second (PLEG), a status loop and a sync loop between these; here the worker reports directly. Read [PodWorker] first, then [PodSync],
/// [PodPlan], which decides, and [PodStart], [PodResize] and [PodEnd], which act.
@NullMarked
package io.moka.kubelet.pod;

import org.jspecify.annotations.NullMarked;
