package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Volumes whose files the kubelet writes: configMap, secret, downwardAPI, projected.
record WrittenVolumes(PodDirectories directories, Payloads payloads) implements VolumePlugin {

    static boolean isWritten(Volume volume) {
        return volume.getConfigMap() != null || volume.getSecret() != null || volume.getDownwardAPI() != null || volume.getProjected() != null;
    }

    @Override
    public boolean supports(Volume volume) {
        return isWritten(volume);
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        var path = Objects.requireNonNull(directories.own(pod.getMetadata().getUid(), volume));
        Files.createDirectories(path);
        new AtomicWriter(path, Ownership.of(pod)).write(payloads.of(pod, volume));
        return path;
    }
}
