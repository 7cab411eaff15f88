package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Volumes of type `hostPath`: paths of the node itself; see [HostPaths].
///
/// The descriptor that was checked is mounted at `host-path/<volume>` in the pod's folder, with all that is mounted below it. That path, which only the
/// kubelet can reach, is the volume for sub-paths, read-only mounts and the engine alike: none of them resolves the node's path again.
///
/// Such a mount is a slave of the mount that the path lies on: where that is shared (systemd's default) later mounts and unmounts on the node arrive in it, and
/// so in containers with `HostToContainer`, but the end of the pod takes no mount of the node away. Where it is private, what is mounted below the path later is
/// seen by containers that are started later.
///
/// A volume of which a container has a `Bidirectional` mount is given as it is: it would have to be a peer of the node's mount, and a mount that the node makes on
/// the very path could then not be told from the pod's. Such containers are privileged, so they reach the whole node anyway.
record HostPathVolumes(PodDirectories directories) implements VolumePlugin {

    static final String KIND = "host-path";

    @Override
    public boolean supports(Volume volume) {
        return volume.getHostPath() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        return mount(pod, volume, volume.getHostPath());
    }

    /// Mounts the path as it is now; what an earlier call has mounted is replaced.
    ///
    /// A folder that contains the kubelet's own folder (`/`, `/var`) is returned as it is. Its mount would contain the mounts of all pods, twice as many with
    /// each such pod; and a pod that can exchange it can exchange the kubelet's folder, too.
    ///
    /// @param volume the pod's volume, also of a claim whose persistent volume has the path
    /// @return a path without links
    Path mount(Pod pod, Volume volume, HostPathVolumeSource source) throws IOException {
        try (var open = HostPaths.open(source)) {
            var real = open.realPath();
            if (directories.pods().startsWith(real) || isBidirectional(pod, volume)) {
                return real;
            }
            var target = directories.volume(pod.getMetadata().getUid(), KIND, volume.getName());
            Mounts.show(open, target, Linux.MS_BIND | Linux.MS_REC);
            Linux.mount(null, target, Linux.MS_SLAVE | Linux.MS_REC);
            return target;
        }
    }

    private static boolean isBidirectional(Pod pod, Volume volume) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream()).flatMap(container -> container.getVolumeMounts().stream())
                .anyMatch(mount -> mount.getName().equals(volume.getName()) && PinnedMounts.Propagation.of(mount.getMountPropagation()) == PinnedMounts.Propagation.BOTH);
    }
}
