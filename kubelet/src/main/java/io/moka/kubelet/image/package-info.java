/// Sees to it that a container's image is on the node before the container is made.
///
/// Promises:
/// - the pull policy is kept: `Always`, `IfNotPresent`, `Never`;
/// - pulls run beside the pods' workers, at most five at a time, and one image is never pulled twice at once;
/// - a pull that failed is not tried again for 10 s, then 20 s, up to 5 min ([ImageOutcome.Unavailable] says `ImagePullBackOff` meanwhile).
///
/// Upstream pulls in the pod's worker and one at a time unless told otherwise. Read [ImagePuller].
@NullMarked
package io.moka.kubelet.image;

import org.jspecify.annotations.NullMarked;
