package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Volumes of type `emptyDir`: folders on disk or in memory that are deleted with their pod. A volume in memory is as large as its `sizeLimit`, and never
/// larger than the pod's memory limit if all of its containers have one. A volume on disk is measured, and a pod that exceeds the limit is evicted.
record EmptyDirs(PodDirectories directories) implements VolumePlugin {

    static final String KIND = "empty-dir";
    private static final int MODE = 0777;

    @Override
    public boolean supports(Volume volume) {
        return volume.getEmptyDir() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        var medium = volume.getEmptyDir().getMedium() == null ? "" : volume.getEmptyDir().getMedium();
        if (!medium.isEmpty() && !medium.equals("Memory")) {
            throw new IOException("medium " + medium + " of emptyDir is not supported");
        }
        var path = directories.emptyDir(pod.getMetadata().getUid(), volume.getName());
        boolean fresh = !Files.isDirectory(path);
        Files.createDirectories(path);
        if (medium.equals("Memory") && !Mounts.isMountPoint(path)) {
            long size = memoryBytes(pod, volume);
            Mounts.mountTmpfs(path, "mode=0777" + (size > 0 ? ",size=" + size : ""));
            fresh = true;
        }
        if (fresh) {
            Ownership.of(pod).share(path, MODE);
        }
        return path;
    }

    /// 0 for the kernel's own choice.
    static long memoryBytes(Pod pod, Volume volume) {
        long limit = Quantities.value(volume.getEmptyDir().getSizeLimit());
        var limits = pod.getSpec().getContainers().stream().mapToLong(EmptyDirs::memoryLimit).toArray();
        long ofPod = 0;
        for (long one : limits) {
            if (one == 0) {
                return limit;
            }
            ofPod += one;
        }
        return limit == 0 ? ofPod : Math.min(limit, ofPod);
    }

    private static long memoryLimit(Container container) {
        var resources = container.getResources();
        return resources == null || resources.getLimits() == null ? 0 : Quantities.value(resources.getLimits().get("memory"));
    }
}
