package io.moka.kubelet.stats;

import io.moka.kubelet.pod.LocalStorage;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.ContainerFiles;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.volume.DiskUsage;
import io.moka.kubelet.volume.PodDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures the disk usage of running containers and `emptyDir` volumes. Walking through their files takes time, so a result is kept for a minute, as upstream
/// does; two runs of `du` measure all of them.
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

    /// @param layers the writable layer of each container, by its id
    /// @param logBytes likewise
    /// @param volumes by the pod's uid and the volume's name
    record Taken(Map<String, Use> layers, Map<String, Long> logBytes, Map<String, Map<String, Use>> volumes) {
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
        var volumes = new HashMap<String, Map<String, Path>>();
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
            LocalStorage.onDisk(view).forEach(volume -> volumes.computeIfAbsent(uid, unseen -> new HashMap<>()).put(volume.getName(), directories.emptyDir(uid, volume.getName())));
        }
        var all = new ArrayList<>(folders.keySet());
        volumes.values().forEach(ofPod -> all.addAll(ofPod.values()));
        var bytes = DiskUsage.bytes(all);
        var inodes = DiskUsage.inodes(all);
        var layers = new HashMap<String, Use>();
        folders.forEach((folder, id) -> put(layers, id, use(folder, bytes, inodes)));
        var uses = new HashMap<String, Map<String, Use>>();
        volumes.forEach((uid, ofPod) -> ofPod.forEach((name, folder) -> put(uses.computeIfAbsent(uid, unseen -> new HashMap<>()), name, use(folder, bytes, inodes))));
        return new Taken(layers, logs, uses);
    }

    private static void put(Map<String, Use> uses, String key, @Nullable Use use) {
        if (use != null) {
            uses.put(key, use);
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
