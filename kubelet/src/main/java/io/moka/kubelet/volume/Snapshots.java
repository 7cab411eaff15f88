package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.client.Json;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The snapshots of one volume: copies of its image, in a folder of their own that only root can enter, and a record beside each, which is written when the
/// copy is complete. They are deleted with the volume.
record Snapshots(Path folder) {

    private static final int MOST = 64;
    private static final String NAME = "[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?";
    private static final Pattern SOURCE = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)/(" + NAME + ")");
    private static final String DRAFT = ".new";

    /// One snapshot.
    ///
    /// @param order by which it was taken
    /// @param bytes the size of the file system
    record Snapshot(String name, Instant taken, String order, FileSystemType type, long bytes) {
    }

    static Snapshots of(VolumeRoot.Place place) {
        return new Snapshots(place.snapshots());
    }

    Path image(Snapshot snapshot) {
        return folder.resolve(snapshot.name + ".img");
    }

    private Path record(String name) {
        return folder.resolve(name + ".json");
    }

    private static void requireName(@Nullable String name) throws IOException {
        if (name == null || !name.matches(NAME)) {
            throw new IOException("\"" + name + "\" is no name for a snapshot: use up to 63 small letters, digits, dashes and dots");
        }
    }

    private @Nullable Snapshot find(String name) throws IOException {
        return Files.exists(record(name)) ? Json.mapper().readValue(record(name).toFile(), Snapshot.class) : null;
    }

    Snapshot get(@Nullable String name) throws IOException {
        requireName(name);
        var found = find(String.valueOf(name));
        if (found == null) {
            throw new IOException("there is no snapshot " + name);
        }
        return found;
    }

    /// The snapshots, the oldest first.
    List<Snapshot> all() throws IOException {
        var all = new ArrayList<Snapshot>();
        if (Files.isDirectory(folder)) {
            try (var records = Files.newDirectoryStream(folder, "*.json")) {
                for (var file : records) {
                    all.add(Json.mapper().readValue(file.toFile(), Snapshot.class));
                }
            }
        }
        all.sort(Comparator.comparing(Snapshot::taken).thenComparing(Snapshot::name));
        return all;
    }

    List<VolumeState.Snapshot> states() throws IOException {
        return all().stream().map(one -> new VolumeState.Snapshot(one.name, one.taken, one.bytes)).toList();
    }

    /// Takes a snapshot; once more by the same order, does nothing.
    void take(@Nullable String name, String order, VolumeRoot.Place place, VolumeRecord volume, Instant now) throws IOException {
        requireName(name);
        var existing = find(String.valueOf(name));
        if (existing != null && existing.order.equals(order)) {
            return;
        } else if (existing != null) {
            throw new IOException("there is a snapshot " + name + " already, of " + existing.taken);
        } else if (all().size() >= MOST) {
            throw new IOException("there are " + MOST + " snapshots already");
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        deleteDrafts();
        var snapshot = new Snapshot(String.valueOf(name), now, order, volume.type(), volume.bytes());
        var draft = Files.createFile(folder.resolve(name + ".img" + DRAFT));
        try {
            if (Mounts.isMountPoint(place.data())) {
                ImageCopy.copyMounted(place.image(), place.data(), draft);
            } else {
                ImageCopy.copy(place.image(), draft);
            }
            Files.move(draft, image(snapshot), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        var record = folder.resolve(name + ".json" + DRAFT);
        Files.write(record, Json.bytes(snapshot));
        Files.move(record, record(snapshot.name), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Does nothing where there is none.
    void delete(@Nullable String name) throws IOException {
        requireName(name);
        Files.deleteIfExists(record(String.valueOf(name)));
        Files.deleteIfExists(folder.resolve(name + ".img"));
    }

    /// Copies all snapshots to another folder.
    void copyTo(Path target) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        TreeDeletion.delete(target);
        Files.createDirectory(target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (var snapshot : all()) {
            ImageCopy.copy(image(snapshot), target.resolve(snapshot.name + ".img"));
            Files.copy(record(snapshot.name), target.resolve(snapshot.name + ".json"));
        }
    }

    /// A copy that was broken off, perhaps while the file system was frozen for it.
    boolean hasDraft() throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var drafts = Files.newDirectoryStream(folder, "*" + DRAFT)) {
            return drafts.iterator().hasNext();
        }
    }

    void deleteDrafts() throws IOException {
        try (var drafts = Files.newDirectoryStream(folder, "*" + DRAFT)) {
            for (var draft : drafts) {
                Files.delete(draft);
            }
        }
    }

    /// A snapshot from which a volume's content is to be made.
    record Source(Path image, Snapshot snapshot) {

        /// Returns the source of a volume's content; null for a volume that starts empty.
        static @Nullable Source of(PersistentVolume volume, VolumeRoot.Place place) throws IOException {
            var named = StorageNames.annotation(volume, LocalPath.SOURCE);
            if (named.isEmpty()) {
                return null;
            }
            var parts = SOURCE.matcher(named);
            if (!parts.matches()) {
                throw new IOException("\"" + named + "\" is no volume and snapshot");
            }
            var snapshots = new Snapshots(place.snapshots().resolveSibling(parts.group(1) + ".snapshots"));
            var snapshot = snapshots.get(parts.group(2));
            return new Source(snapshots.image(snapshot), snapshot);
        }
    }
}
