package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.NFSVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Volumes of type `nfs`: folders of an NFS server, mounted by the kernel's client through the system's `mount` (package nfs-common), below the pod's folder.
record NfsVolumes(PodDirectories directories) implements VolumePlugin {

    @Override
    public boolean supports(Volume volume) {
        return volume.getNfs() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        var target = directories.volume(pod.getMetadata().getUid(), "nfs", volume.getName());
        mount(volume.getNfs(), List.of(), target);
        return target;
    }

    /// @param options of the persistent volume
    static void mount(NFSVolumeSource source, List<String> options, Path target) throws IOException {
        if (Mounts.isMountPoint(target)) {
            return;
        }
        Files.createDirectories(target);
        var all = new ArrayList<>(options);
        if (Boolean.TRUE.equals(source.getReadOnly())) {
            all.add("ro");
        }
        var server = source.getServer().contains(":") && !source.getServer().startsWith("[") ? "[" + source.getServer() + "]" : source.getServer();
        Mounts.mount("nfs", String.join(",", all), server + ":" + source.getPath(), target);
    }
}
