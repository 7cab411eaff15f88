package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Path;

/// Volumes of type `hostPath`: paths of the node itself; see [HostPaths].
final class HostPathVolumes implements VolumePlugin {

    @Override
    public boolean supports(Volume volume) {
        return volume.getHostPath() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        return HostPaths.check(volume.getHostPath());
    }
}
