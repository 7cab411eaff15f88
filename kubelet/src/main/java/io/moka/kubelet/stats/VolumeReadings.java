package io.moka.kubelet.stats;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.source.MissingSource;
import io.moka.kubelet.volume.ClaimVolumes.MountedClaim;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures the file systems of the pods' claims, by one system call each. A result is kept for a minute, as upstream does. Volumes without a mount of their
/// own, such as those of the type hostPath, are left out.
final class VolumeReadings {

    private static final Logger log = LoggerFactory.getLogger(VolumeReadings.class);
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Supplier<Collection<PodView>> pods;
    private final BiFunction<Pod, Volume, @Nullable MountedClaim> claims;
    private final Snapshot<List<ClaimSpace>> snapshot;

    VolumeReadings(Supplier<Collection<PodView>> pods, BiFunction<Pod, Volume, @Nullable MountedClaim> claims, InstantSource clock) {
        this.pods = pods;
        this.claims = claims;
        this.snapshot = new Snapshot<>(this::read, KEPT, Readings.DEADLINE, clock);
    }

    /// A claim that a pod uses.
    ///
    /// @param volume its name in the pod
    record ClaimSpace(String podUid, String volume, String namespace, String claim, FileSystemSpace space) {
    }

    /// Returns readings that are at most a minute old; empty while nothing could be measured, as when the server of an NFS volume does not answer.
    List<ClaimSpace> now() {
        try {
            return snapshot.get();
        } catch (RuntimeFailure e) {
            log.warn("the space of claims is not known: {}", e.getMessage());
            return List.of();
        }
    }

    private List<ClaimSpace> read() {
        var spaces = new ArrayList<ClaimSpace>();
        for (var view : pods.get()) {
            for (var volume : view.pod().getSpec().getVolumes()) {
                var space = space(view.pod(), volume);
                if (space != null) {
                    spaces.add(space);
                }
            }
        }
        return List.copyOf(spaces);
    }

    private @Nullable ClaimSpace space(Pod pod, Volume volume) {
        try {
            var mounted = claims.apply(pod, volume);
            var metadata = pod.getMetadata();
            return mounted == null ? null : new ClaimSpace(metadata.getUid(), volume.getName(), metadata.getNamespace(), mounted.claim(), FileSystemSpace.of(mounted.path()));
        } catch (MissingSource | IOException e) {
            log.debug("the space of volume {} of pod {} is not known: {}", volume.getName(), pod.getMetadata().getName(), e.getMessage());
            return null;
        }
    }

    /// Writes upstream's metrics `kubelet_volume_stats_*`, in Prometheus' text form: one value for each claim, however many pods use it.
    void metrics(PrometheusText text) {
        var byClaim = now().stream().collect(Collectors.toMap(VolumeReadings::labels, ClaimSpace::space, (one, other) -> one, LinkedHashMap::new));
        gauge(text, "available_bytes", byClaim, FileSystemSpace::availableBytes);
        gauge(text, "capacity_bytes", byClaim, FileSystemSpace::capacityBytes);
        gauge(text, "inodes", byClaim, FileSystemSpace::inodes);
        gauge(text, "inodes_free", byClaim, FileSystemSpace::freeInodes);
        gauge(text, "inodes_used", byClaim, FileSystemSpace::usedInodes);
        gauge(text, "used_bytes", byClaim, FileSystemSpace::usedBytes);
    }

    private static Map<String, String> labels(ClaimSpace space) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("namespace", space.namespace);
        labels.put("persistentvolumeclaim", space.claim);
        return labels;
    }

    private static void gauge(PrometheusText text, String name, Map<Map<String, String>, FileSystemSpace> spaces, ToLongFunction<FileSystemSpace> value) {
        text.gauge("kubelet_volume_stats_" + name);
        spaces.forEach((labels, space) -> text.value(LabelSet.of(labels), value.applyAsLong(space), null));
    }
}
