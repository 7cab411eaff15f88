package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Path;

/// One kind of volume on this node. Both calls are idempotent: a repeated call finishes the work that an earlier one, perhaps of an earlier process, has begun.
interface VolumePlugin {

    boolean supports(Volume volume);

    /// Makes the volume usable for the pod's containers, and brings up to date what has changed.
    ///
    /// @return the path to mount into containers. It has no links, and no container can change a folder on the way to it: it lies in the pod's folder or
    ///         contains the kubelet's own folder; but for a path of the node that a privileged container mounts with propagation to the node
    /// @throws IOException when that is not possible now; it is tried again
    Path setUp(Pod pod, Volume volume) throws IOException;

    /// Takes back what pods that are gone have left outside of their folders. Their folders are [PodDirectories]'.
    ///
    /// @throws IOException when something of it stays; it is tried again
    default void tearDown() throws IOException {
    }
}
