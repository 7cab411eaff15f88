/// Gets a container's image onto the node before the container is created.
///
/// Promises:
/// - the pull policy is kept: `Always`, `IfNotPresent`, `Never`;
/// - pulls run beside the pods' workers, at most eight at a time and five of one registry; all pods that wait for an image share one pull;
/// - a pull that failed is not tried again for 10 s, then 20 s, up to 5 min ([ImageOutcome.Unavailable] says `ImagePullBackOff` meanwhile).
///
/// Upstream pulls in the pod's worker and by default one image at a time. Read [ImagePuller].
@NullMarked
package io.moka.kubelet.image;

import org.jspecify.annotations.NullMarked;
