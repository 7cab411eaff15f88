package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.volume.DiskUsage;
import io.moka.machinery.meta.Quantities;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds pods that use more of the node's disk than they may, by the `sizeLimit` of an `emptyDir` or by the `ephemeral-storage` limits of their containers.
/// Only volumes and containers with a limit are measured. Follows upstream's `localStorageEviction`, its order and its messages.
public final class LocalStorage {

    /// A pod's usage of the node's disk.
    ///
    /// @param containerBytes of the writable layer and the log of each container, by its name
    /// @param volumeBytes of its `emptyDir` volumes on disk
    /// @param volumeInodes of the same volumes
    public record Use(Map<String, Long> containerBytes, long volumeBytes, long volumeInodes) {
    }

    private static final String RESOURCE = "ephemeral-storage";

    private final NodeServices services;

    LocalStorage(NodeServices services) {
        this.services = services;
    }

    /// Returns the reason why the pod must be evicted, in upstream's words, or null while the pod keeps to its limits.
    @Nullable String excess(PodView view) {
        for (var volume : view.pod().getSpec().getVolumes()) {
            var limit = sizeLimit(volume);
            if (limit != null && emptyDirBytes(view, volume).orElse(0) > Quantities.value(limit)) {
                return "Usage of EmptyDir volume \"" + volume.getName() + "\" exceeds the limit \"" + limit + "\". ";
            }
        }
        var limits = limits(view);
        return limits.isEmpty() ? null : excess(view, limits);
    }

    private static @Nullable Quantity sizeLimit(Volume volume) {
        var source = volume.getEmptyDir();
        return source == null || "Memory".equals(source.getMedium()) || source.getSizeLimit() == null || Quantities.value(source.getSizeLimit()) <= 0
                ? null : source.getSizeLimit();
    }

    private OptionalLong emptyDirBytes(PodView view, Volume volume) {
        return DiskUsage.bytes(services.directories().emptyDir(view.pod().getMetadata().getUid(), volume.getName()));
    }

    private static Map<String, Quantity> limits(PodView view) {
        var limits = new HashMap<String, Quantity>();
        for (var container : view.pod().getSpec().getContainers()) {
            var limit = limit(container);
            if (limit != null) {
                limits.put(container.getName(), limit);
            }
        }
        return limits;
    }

    private static @Nullable Quantity limit(Container container) {
        var resources = container.getResources();
        return resources == null || resources.getLimits() == null ? null : resources.getLimits().get(RESOURCE);
    }

    /// The pod as a whole has a limit only where each of its containers has one.
    private @Nullable String excess(PodView view, Map<String, Quantity> limits) {
        var used = containerBytes(view);
        if (limits.keySet().containsAll(used.keySet())) {
            long total = used.values().stream().mapToLong(Long::longValue).sum() + onDisk(view).mapToLong(volume -> emptyDirBytes(view, volume).orElse(0)).sum();
            long limit = limits.values().stream().mapToLong(Quantities::value).sum();
            if (total > limit) {
                return "Pod ephemeral local storage usage exceeds the total limit of containers " + text(limits, limit) + ". ";
            }
        }
        return limits.entrySet().stream().filter(limit -> used.get(limit.getKey()) > Quantities.value(limit.getValue())).findFirst()
                .map(limit -> "Container " + limit.getKey() + " exceeded its local ephemeral storage limit \"" + limit.getValue() + "\". ").orElse(null);
    }

    /// Measures the pod, whether it has limits or not. An expensive call.
    Use use(PodView view) {
        long bytes = 0;
        long inodes = 0;
        for (var volume : onDisk(view).toList()) {
            var folder = services.directories().emptyDir(view.pod().getMetadata().getUid(), volume.getName());
            bytes += DiskUsage.bytes(folder).orElse(0);
            inodes += DiskUsage.inodes(folder).orElse(0);
        }
        return new Use(containerBytes(view), bytes, inodes);
    }

    /// The pod's `emptyDir` volumes that take disk.
    private static Stream<Volume> onDisk(PodView view) {
        return view.pod().getSpec().getVolumes().stream().filter(volume -> volume.getEmptyDir() != null && !"Memory".equals(volume.getEmptyDir().getMedium()));
    }

    private Map<String, Long> containerBytes(PodView view) {
        var used = new HashMap<String, Long>();
        view.pod().getSpec().getContainers().forEach(container -> {
            var latest = view.latest(container.getName());
            used.put(container.getName(), latest == null ? 0 : services.runtime().storageBytes(latest.id()));
        });
        return used;
    }

    private static String text(Map<String, Quantity> limits, long sum) {
        return limits.size() == 1 ? limits.values().iterator().next().toString() : Long.toString(sum);
    }
}
