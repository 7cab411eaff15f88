package io.moka.kubelet.eviction;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.stats.Readings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Measures each pod's usage of a resource that is short on the node.
public final class PodMeasure {

    private final PodWorkers workers;
    private final Readings readings;
    private final BooleanSupplier imagesAreApart;

    /// @param imagesAreApart whether containers' layers and logs lie on another file system than volumes
    public PodMeasure(PodWorkers workers, Readings readings, BooleanSupplier imagesAreApart) {
        this.workers = workers;
        this.readings = readings;
        this.imagesAreApart = imagesAreApart;
    }

    /// The pods that could be evicted for the signal: all that have neither finished nor been evicted. For disk signals this takes time.
    List<PodUsage> of(Signal signal) {
        return workers.evictable().stream().map(view -> usage(signal, view)).toList();
    }

    private PodUsage usage(Signal signal, PodView view) {
        return switch (signal) {
            case MEMORY, ALLOCATABLE_MEMORY -> {
                var containers = new HashMap<String, Long>();
                of(view).forEach(reading -> containers.merge(reading.container().name(), reading.usage().workingSetBytes(), Long::sum));
                yield summed(view, containers, 0);
            }
            case PROCESS_IDS -> new PodUsage(view.pod(), readings.processes(view), Map.of());
            case NODE_INODES, IMAGE_INODES -> new PodUsage(view.pod(), workers.storage(view).volumeInodes(), Map.of());
            case NODE_DISK, IMAGE_DISK -> {
                var use = workers.storage(view);
                boolean apart = imagesAreApart.getAsBoolean();
                yield summed(view, apart && signal == Signal.NODE_DISK ? Map.of() : use.containerBytes(), apart && signal == Signal.IMAGE_DISK ? 0 : use.volumeBytes());
            }
        };
    }

    private List<Readings.Reading> of(PodView view) {
        var uid = view.pod().getMetadata().getUid();
        return readings.now().stream().filter(reading -> reading.pod().pod().getMetadata().getUid().equals(uid)).toList();
    }

    private static PodUsage summed(PodView view, Map<String, Long> containers, long others) {
        return new PodUsage(view.pod(), others + containers.values().stream().mapToLong(Long::longValue).sum(), containers);
    }
}
