package io.moka.kubelet.stats;

import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerFiles;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.volume.DiskUsage;
import io.moka.kubelet.volume.PodDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures the disk usage of running containers and of volumes whose files are the kubelet's or the pod's alone (`emptyDir`, configMap, secret and the like).
/// Walking through their files takes time, so a result is kept for a minute, as upstream does; two runs of `du` measure all of them.
final class DiskReadings {

    private static final Logger log = LoggerFactory.getLogger(DiskReadings.class);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Supplier<Collection<PodView>> pods;
    private final ContainerRuntime runtime;
    private final PodDirectories directories;
    private final Snapshot<Taken> snapshot;

    // of containers that run, by their ids
    private final Map<String, ContainerFiles> files = new ConcurrentHashMap<>();

    DiskReadings(Supplier<Collection<PodView>> pods, ContainerRuntime runtime, PodDirectories directories, InstantSource clock) {
        this.pods = pods;
        this.runtime = runtime;
        this.directories = directories;
        this.snapshot = new Snapshot<>(this::read, KEPT, DEADLINE, clock);
    }

    /// Bytes and inodes of a folder.
    record Use(long bytes, long inodes) {
    }

    /// The use of a volume.
    ///
    /// @param memory the file system of a volume that is in memory; null for one on the node's disk
    record VolumeUse(Use use, @Nullable FileSystemSpace memory) {
    }

    /// @param layers the writable layer of each container, by its id
    /// @param logBytes likewise
    /// @param volumes by the pod's uid and the volume's name
    record Taken(Map<String, Use> layers, Map<String, Long> logBytes, Map<String, Map<String, VolumeUse>> volumes) {
    }

    /// Returns readings that are at most a minute old; empty while nothing could be measured.
    Taken now() {
        try {
            return snapshot.get();
        } catch (RuntimeFailure e) {
            log.warn("what containers take of the disk is not known: {}", e.getMessage());
            return new Taken(Map.of(), Map.of(), Map.of());
        }
    }

    private Taken read() {
        var folders = new HashMap<Path, String>();
        var volumes = new HashMap<Path, OwnVolume>();
        var logs = new HashMap<String, Long>();
        var running = pods.get().stream().flatMap(view -> view.containers().stream()).filter(record -> record.isRunning()).map(record -> record.id()).collect(Collectors.toSet());
        files.keySet().retainAll(running);
        for (var id : running) {
            var known = files(id);
            logs.put(id, known.logBytes());
            if (known.layer() != null) {
                folders.put(known.layer(), id);
            }
        }
        for (var view : pods.get()) {
            var uid = view.pod().getMetadata().getUid();
            for (var volume : view.pod().getSpec().getVolumes()) {
                var folder = directories.own(uid, volume);
                if (folder != null) {
                    volumes.put(folder, new OwnVolume(uid, volume));
                }
            }
        }
        var all = new ArrayList<>(folders.keySet());
        all.addAll(volumes.keySet());
        var bytes = DiskUsage.bytes(all);
        var inodes = DiskUsage.inodes(all);
        var layers = new HashMap<String, Use>();
        folders.forEach((folder, id) -> {
            var use = use(folder, bytes, inodes);
            if (use != null) {
                layers.put(id, use);
            }
        });
        var uses = new HashMap<String, Map<String, VolumeUse>>();
        volumes.forEach((folder, own) -> {
            var use = use(folder, bytes, inodes);
            var memory = own.isInMemory() ? space(folder) : null;
            if (use != null && (memory != null || !own.isInMemory())) {
                uses.computeIfAbsent(own.pod, unseen -> new TreeMap<>()).put(own.volume.getName(), new VolumeUse(use, memory));
            }
        });
        return new Taken(layers, logs, uses);
    }

    /// @param pod its uid
    private record OwnVolume(String pod, Volume volume) {

        boolean isInMemory() {
            return volume.getSecret() != null || volume.getProjected() != null || volume.getEmptyDir() != null && "Memory".equals(volume.getEmptyDir().getMedium());
        }
    }

    private static @Nullable FileSystemSpace space(Path folder) {
        try {
            return FileSystemSpace.of(folder);
        } catch (IOException e) {
            log.debug("the file system of {} is not known: {}", folder, e.getMessage());
            return null;
        }
    }

    private static @Nullable Use use(Path folder, Map<Path, Long> bytes, Map<Path, Long> inodes) {
        return bytes.containsKey(folder) ? new Use(bytes.get(folder), inodes.getOrDefault(folder, 0L)) : null;
    }

    private ContainerFiles files(String id) {
        try {
            return files.computeIfAbsent(id, runtime::files);
        } catch (RuntimeFailure e) {
            log.debug("the files of container {} are not known: {}", id, e.getMessage());
            return ContainerFiles.UNKNOWN;
        }
    }
}
