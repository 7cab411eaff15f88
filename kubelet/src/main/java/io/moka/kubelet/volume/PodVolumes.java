package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MissingSource;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// Sets up the volumes of pods, and brings them up to date later.
public final class PodVolumes {

    private static final int DEFAULT_DIRECTORY_MODE = 0777;

    private final PodDirectories directories;
    private final Payloads payloads;

    /// @param allocatable what the node has, for limits that are not set
    public PodVolumes(PodDirectories directories, ClusterObjects objects, Function<Pod, Addresses> addresses, Tokens tokens,
            Supplier<Map<String, Quantity>> allocatable) {
        this.directories = directories;
        this.payloads = new Payloads(objects, addresses, tokens, allocatable);
    }

    /// Where each volume of the pod is on the node.
    ///
    /// @throws VolumeFailure for the first volume that can't be set up now
    public Map<String, Path> setUp(Pod pod) {
        var paths = new HashMap<String, Path>();
        for (var volume : pod.getSpec().getVolumes()) {
            try {
                paths.put(volume.getName(), setUp(pod, volume));
            } catch (MissingSource | IOException e) {
                throw new VolumeFailure(volume.getName(), String.valueOf(e.getMessage()));
            }
        }
        return paths;
    }

    /// Whether the pod has volumes whose content may change while it runs.
    public static boolean hasLiveVolumes(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(v -> v.getConfigMap() != null || v.getSecret() != null
                || v.getDownwardAPI() != null || v.getProjected() != null);
    }

    private Path setUp(Pod pod, Volume volume) throws IOException {
        var uid = pod.getMetadata().getUid();
        var name = volume.getName();
        if (volume.getHostPath() != null) {
            return HostPaths.check(volume.getHostPath());
        } else if (volume.getEmptyDir() != null) {
            return emptyDir(pod, volume);
        } else if (volume.getConfigMap() != null) {
            return written(directories.volume(uid, "configmap", name), pod, volume);
        } else if (volume.getDownwardAPI() != null) {
            return written(directories.volume(uid, "downward-api", name), pod, volume);
        } else if (volume.getSecret() != null) {
            return written(directories.memoryVolume(uid, "secret", name), pod, volume);
        } else if (volume.getProjected() != null) {
            return written(directories.memoryVolume(uid, "projected", name), pod, volume);
        }
        throw new IOException("no volume plugin matched");
    }

    private Path written(Path path, Pod pod, Volume volume) throws IOException {
        Files.createDirectories(path);
        new AtomicWriter(path, Ownership.of(pod)).write(payloads.of(pod, volume));
        return path;
    }

    private Path emptyDir(Pod pod, Volume volume) throws IOException {
        var path = directories.volume(pod.getMetadata().getUid(), "empty-dir", volume.getName());
        boolean fresh = !Files.isDirectory(path);
        Files.createDirectories(path);
        if ("Memory".equals(volume.getEmptyDir().getMedium()) && !Mounts.isMountPoint(path)) {
            long size = Quantities.value(volume.getEmptyDir().getSizeLimit());
            Mounts.mountTmpfs(path, "mode=0777" + (size > 0 ? ",size=" + size : ""));
            fresh = true;
        }
        if (fresh) {
            Ownership.of(pod).share(path, DEFAULT_DIRECTORY_MODE);
        }
        return path;
    }
}
