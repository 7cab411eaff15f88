package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folders in which the kubelet keeps the files of pods: `pods/<uid>/…` on disk and `memory/<uid>/…` on a tmpfs.
public final class PodDirectories implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodDirectories.class);

    private final Path pods;
    private final Path memory;

    public PodDirectories(Path root) throws IOException {
        this.pods = privateDirectory(root.resolve("pods"));
        this.memory = privateDirectory(root.resolve("memory"));
    }

    private static Path privateDirectory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return path.toRealPath();
    }

    /// Puts a tmpfs under the folder for secrets, unless it is there already.
    public void mountMemory() {
        if (!Mounts.isMountPoint(memory)) {
            Mounts.mountTmpfs(memory, "mode=0700");
        }
    }

    /// The folder of all pods' folders.
    Path pods() {
        return pods;
    }

    public Path pod(String uid) {
        return pods.resolve(uid);
    }

    /// Returns the folder of an `emptyDir` of the pod that is not in memory.
    public Path emptyDir(String uid, String name) {
        return volume(uid, EmptyDirs.KIND, name);
    }

    /// Returns the folder of a volume that the kubelet fills (configMap, secret, downwardAPI, projected) or of an `emptyDir`; null for volumes of other kinds.
    public @Nullable Path own(String uid, Volume volume) {
        var name = volume.getName();
        if (volume.getEmptyDir() != null) {
            return emptyDir(uid, name);
        } else if (volume.getConfigMap() != null) {
            return volume(uid, "configmap", name);
        } else if (volume.getDownwardAPI() != null) {
            return volume(uid, "downward-api", name);
        } else if (volume.getSecret() != null) {
            return memoryVolume(uid, "secret", name);
        }
        return volume.getProjected() == null ? null : memoryVolume(uid, "projected", name);
    }

    Path volume(String uid, String kind, String name) {
        return pod(uid).resolve("volumes").resolve("kubernetes.io~" + kind).resolve(name);
    }

    private Path memoryVolume(String uid, String kind, String name) {
        return memory.resolve(uid).resolve("kubernetes.io~" + kind).resolve(name);
    }

    /// The uids of all pods that have left anything here.
    public Set<String> uids() throws IOException {
        var uids = new HashSet<String>();
        for (var root : new Path[] {pods, memory}) {
            try (var entries = Files.newDirectoryStream(root)) {
                entries.forEach(entry -> uids.add(entry.getFileName().toString()));
            }
        }
        return uids;
    }

    /// Unmounts and deletes everything of one pod. A mount that stays stops the deletion. Safe to repeat.
    public void remove(String uid) throws IOException {
        for (var folder : List.of(pod(uid), memory.resolve(uid))) {
            Mounts.unmountAll(folder);
            TreeDeletion.delete(folder);
        }
    }

    /// Unmounts the persistent volumes and paths of the node of a pod whose containers have all ended, so that they are no longer in use though the pod's object stays, and deletes its
    /// `emptyDir` volumes.
    public void releaseVolumes(String uid) throws IOException {
        for (var kind : List.of(ClaimVolumes.KIND, HostPathVolumes.KIND, EmptyDirs.KIND)) {
            var folder = volume(uid, kind, "any").getParent();
            if (Files.exists(folder)) {
                Mounts.unmountAll(folder);
                TreeDeletion.delete(folder);
            }
        }
    }

    /// Gives the tmpfs back when no pod uses it any more.
    @Override
    public void close() throws IOException {
        try (var entries = Files.list(memory)) {
            if (entries.findAny().isPresent() || !Mounts.isMountPoint(memory)) {
                return;
            }
        }
        Mounts.unmountAll(memory);
        log.debug("unmounted {}", memory);
    }
}
