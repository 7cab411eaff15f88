package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mounts an open file to a path below the pod's folder, which only the kubelet can reach: `pinned/<container>/<attempt>/<index>`.
///
/// The engine is given that path. A path within a volume would be resolved once more by the engine, and a container may have changed it meanwhile. A mount
/// lives as long as its container; mounts that an earlier kubelet left behind are found by their paths.
public final class PinnedMounts {

    private static final Logger log = LoggerFactory.getLogger(PinnedMounts.class);
    private static final String FOLDER = "pinned";
    private static final boolean RECURSIVE_READ_ONLY = Linux.restrictsMounts();

    private PinnedMounts() {
    }

    /// The direction in which later mounts are passed on between the node and a container.
    public enum Propagation {
        NONE, FROM_THE_NODE, BOTH;

        /// @param mode as in a volume mount; null for the default
        public static Propagation of(@Nullable String mode) {
            return switch (String.valueOf(mode)) {
                case "HostToContainer" -> FROM_THE_NODE;
                case "Bidirectional" -> BOTH;
                default -> NONE;
            };
        }
    }

    /// One mount of one container instance.
    ///
    /// @param index of the mount in the container
    public record Place(Path podDirectory, String container, int attempt, int index) {

        private Path folder() {
            return instance(podDirectory, container, attempt);
        }

        private Path path() {
            return folder().resolve(Integer.toString(index));
        }
    }

    /// Mounts a part of a volume.
    ///
    /// @param volume a path without links, as [PodVolumes] returns it
    public static Path subPath(Path volume, String subPath, Place place, Propagation propagation) throws IOException {
        try (var source = SubPaths.open(volume, subPath)) {
            return mount(source, place, propagation, Linux.MS_BIND);
        }
    }

    /// Whether the kernel can do what [#readOnly] does: Linux 5.12 or later.
    public static boolean supportsReadOnly() {
        return RECURSIVE_READ_ONLY;
    }

    /// Mounts a volume with all that is mounted below it, nothing of which can be written to.
    ///
    /// @param volume a path without links; may be a mount of this place already, as that of a sub-path
    public static Path readOnly(Path volume, Place place) throws IOException {
        var target = place.path();
        if (!volume.equals(target)) {
            try (var source = OpenPath.withoutLinks(volume)) {
                mount(source, place, Propagation.NONE, Linux.MS_BIND | Linux.MS_REC);
            }
        }
        Linux.restrict(target, Linux.MOUNT_ATTR_RDONLY);
        return target;
    }

    private static Path mount(OpenPath source, Place place, Propagation propagation, long flags) throws IOException {
        var target = place.path();
        Mounts.show(source, target, flags);
        if (propagation != Propagation.BOTH) {
            Linux.mount(null, target, (propagation == Propagation.NONE ? Linux.MS_PRIVATE : Linux.MS_SLAVE) | Linux.MS_REC);
        }
        return target;
    }

    /// The container instance has ended: its mounts are taken back. Safe to repeat; what fails is done when the pod goes.
    public static void release(Path podDirectory, String container, int attempt) {
        var folder = instance(podDirectory, container, attempt);
        try {
            if (Files.exists(folder)) {
                Mounts.unmountAll(folder);
                TreeDeletion.delete(folder);
            }
        } catch (IOException e) {
            log.warn("the mounts of {} at {} stay until the pod goes: {}", container, folder, e.getMessage());
        }
    }

    private static Path instance(Path podDirectory, String container, int attempt) {
        return podDirectory.resolve(FOLDER).resolve(container).resolve(Integer.toString(attempt));
    }
}
