package io.moka.kubelet.eviction;

import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.stats.Readings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the signals of this machine. A signal that can't be read is left out.
public final class NodeSignals implements Supplier<Map<Signal, Observation>> {

    private static final Logger log = LoggerFactory.getLogger(NodeSignals.class);

    private final Machine machine;
    private final Path pods;
    private final Supplier<Path> images;
    private final LongSupplier memoryForPods;
    private final Readings readings;

    /// @param pods a folder on the file system of the pods' folders
    /// @param images a folder on that of the engine's images
    /// @param memoryForPods the memory that all pods together may use, in bytes
    public NodeSignals(Machine machine, Path pods, Supplier<Path> images, LongSupplier memoryForPods, Readings readings) {
        this.machine = machine;
        this.pods = pods;
        this.images = images;
        this.memoryForPods = memoryForPods;
        this.readings = readings;
    }

    @Override
    public Map<Signal, Observation> get() {
        var seen = new EnumMap<Signal, Observation>(Signal.class);
        seen.put(Signal.MEMORY, new Observation(machine.availableMemoryBytes(), machine.memoryBytes()));
        try {
            long capacity = memoryForPods.getAsLong();
            long used = readings.fresh().stream().mapToLong(reading -> reading.usage().workingSetBytes()).sum();
            seen.put(Signal.ALLOCATABLE_MEMORY, new Observation(Math.max(0, capacity - used), capacity));
        } catch (RuntimeFailure e) {
            log.warn("what all pods use together is not known: {}", e.getMessage());
        }
        long most = machine.mostProcesses();
        if (most > 0) {
            seen.put(Signal.PROCESS_IDS, new Observation(most - machine.processes(), most));
        }
        fileSystem(seen, () -> pods, Signal.NODE_DISK, Signal.NODE_INODES);
        fileSystem(seen, images, Signal.IMAGE_DISK, Signal.IMAGE_INODES);
        return seen;
    }

    /// Whether images and containers have a file system of their own.
    public boolean imagesAreApart() {
        try {
            return !Files.getFileStore(pods).equals(Files.getFileStore(images.get()));
        } catch (IOException | RuntimeFailure e) {
            log.debug("the engine's folder is not known: {}", e.getMessage());
            return false;
        }
    }

    private static void fileSystem(Map<Signal, Observation> seen, Supplier<Path> folder, Signal bytes, Signal inodes) {
        try {
            var space = FileSystemSpace.of(folder.get());
            seen.put(bytes, new Observation(space.availableBytes(), space.capacityBytes()));
            if (space.inodes() > 0) {
                seen.put(inodes, new Observation(space.freeInodes(), space.inodes()));
            }
        } catch (IOException | RuntimeFailure e) {
            log.debug("{} is not known: {}", bytes.flagName(), e.getMessage());
        }
    }
}
