package io.moka.kubelet.image;

import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes images that no container uses when the engine's disk is full, the least recently used first. One thread, `image-collector`.
///
/// Only images that this kubelet fetched from a registry are removed ([PulledImages]), by the name under which they were fetched, and only while that name
/// still refers to the same image. So the sandbox image, images that were loaded, built or tagged on the node, and other users' images of the same engine stay.
/// Follows upstream's `imageGCManager`.
public final class ImageCollector implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ImageCollector.class);
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private final ContainerRuntime runtime;
    private final PulledImages pulled;
    private final Supplier<Path> images;
    private final Limits limits;
    private final BiConsumer<String, String> nodeEvents;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Thread thread = NeededThread.unstarted("image-collector", this::run);

    /// When to begin and when to stop, in percent of the disk that is in use.
    ///
    /// @param minimumAge how long an image must have been unused
    public record Limits(int highPercent, int lowPercent, Duration minimumAge) {

        public static final Limits STANDARD = new Limits(85, 80, Duration.ofMinutes(2));

        /// @throws IllegalArgumentException with upstream's words
        public Limits {
            if (highPercent < 0 || highPercent > 100) {
                throw new IllegalArgumentException("invalid HighThresholdPercent " + highPercent + ", must be in range [0-100]");
            }
            if (lowPercent < 0 || lowPercent > 100) {
                throw new IllegalArgumentException("invalid LowThresholdPercent " + lowPercent + ", must be in range [0-100]");
            }
            if (lowPercent > highPercent) {
                throw new IllegalArgumentException("LowThresholdPercent " + lowPercent + " can not be higher than HighThresholdPercent " + highPercent);
            }
        }

        /// Returns the number of bytes to free now; 0 for none.
        long excess(FileSystemSpace disk) {
            if (highPercent == 100 || disk.capacityBytes() == 0 || 100 - disk.availableBytes() * 100 / disk.capacityBytes() < highPercent) {
                return 0;
            }
            return Math.max(0, disk.capacityBytes() / 100 * (100 - lowPercent) - disk.availableBytes());
        }
    }

    /// An image that no container uses.
    record Unused(PulledImages.Pulled image, long sizeBytes) {
    }

    /// @param images a folder on the file system of the engine's images
    /// @param nodeEvents gets reason and message of warnings about the node
    public ImageCollector(ContainerRuntime runtime, PulledImages pulled, Supplier<Path> images, Limits limits, BiConsumer<String, String> nodeEvents,
            InstantSource clock, Sleeper sleeper) {
        this.runtime = runtime;
        this.pulled = pulled;
        this.images = images;
        this.limits = limits;
        this.nodeEvents = nodeEvents;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    public ImageCollector start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (true) {
                try {
                    collect(FileSystemSpace.of(images.get()));
                } catch (RuntimeFailure | IOException e) {
                    log.warn("unused images stay for now: {}", e.getMessage());
                } catch (RuntimeException e) {
                    log.error("unused images stay for now", e);
                }
                sleeper.sleep(PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes note of the images in use, and removes others if the disk is fuller than it may be.
    void collect(FileSystemSpace disk) {
        var unused = unused();
        long wanted = limits.excess(disk);
        if (wanted > 0) {
            long freed = remove(planned(unused, wanted, clock.instant(), limits.minimumAge));
            if (freed < wanted) {
                nodeEvents.accept("FreeDiskSpaceFailed", "Failed to garbage collect required amount of images. Attempted to free " + wanted
                        + " bytes, but only found " + freed + " bytes eligible to free.");
            }
        }
    }

    /// Removes every image that may be removed, however much of the disk is free.
    public void removeUnused() {
        remove(planned(unused(), Long.MAX_VALUE, clock.instant(), limits.minimumAge));
    }

    private List<Unused> unused() {
        var used = runtime.usedImages();
        var unused = new ArrayList<Unused>();
        for (var image : pulled.all()) {
            var present = runtime.image(image.name());
            if (present == null || !present.id().equals(image.id())) {
                pulled.remove(image);
            } else if (used.contains(image.id())) {
                pulled.touch(image, clock.instant());
            } else {
                unused.add(new Unused(image, present.sizeBytes()));
            }
        }
        return unused;
    }

    /// Returns the images to remove to free this number of bytes, the least recently used first. Decides only.
    static List<Unused> planned(List<Unused> unused, long bytes, Instant now, Duration minimumAge) {
        var planned = new ArrayList<Unused>();
        long freed = 0;
        for (var candidate : unused.stream().sorted(Comparator.comparing((Unused one) -> one.image().lastUsed()).thenComparing(one -> one.image().name())).toList()) {
            if (freed >= bytes) {
                break;
            }
            if (!candidate.image().lastUsed().plus(minimumAge).isAfter(now)) {
                planned.add(candidate);
                freed += candidate.sizeBytes();
            }
        }
        return planned;
    }

    private long remove(List<Unused> condemned) {
        long freed = 0;
        for (var image : condemned) {
            try {
                runtime.removeImage(image.image().name());
                pulled.remove(image.image());
                freed += image.sizeBytes();
                log.info("removed the unused image {}", image.image().name());
            } catch (RuntimeFailure e) {
                log.warn("the unused image {} stays: {}", image.image().name(), e.getMessage());
            }
        }
        return freed;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
