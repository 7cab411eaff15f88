package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.Volumes;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores the content of `moka.io/local-path` volumes on this node. Each volume is a file system in a file ([LoopImage]), so that it is exactly as large as its
/// claim, and is mounted at the volume's path while pods use it. Safe for any number of threads.
///
/// The state is on the disk and in the kernel's mount table, never in memory alone: a record beside the image names the volume that it belongs to, and the
/// pods' folders show which pods use it. Each call continues the work of an earlier call that was interrupted.
public final class LocalPathStore {

    private static final Logger log = LoggerFactory.getLogger(LocalPathStore.class);
    private static final int LOCKS = 64;
    private static final long MEBIBYTE = 1 << 20;
    private static final int MODE = 0777;

    private final Path pods;
    // by the hash of a volume's name: each call that creates, mounts, grows, unmounts or deletes a volume holds its lock
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /// @param directories the folders of pods, which show the volumes that they use
    public LocalPathStore(PodDirectories directories) {
        this.pods = directories.pods();
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// Gives a folder of this node for volumes.
    public void prepareRoot(Path folder) throws IOException {
        VolumeRoot.prepare(folder);
    }

    interface Action<T> {
        T run() throws IOException;
    }

    /// Keeps all other calls for the volume waiting meanwhile.
    <T> T locked(String volume, Action<T> action) throws IOException {
        var lock = locks[Math.floorMod(volume.hashCode(), LOCKS)];
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    static long bytes(PersistentVolume volume) {
        long wanted = Math.max(LoopImage.SMALLEST, Volumes.capacityBytes(volume));
        return (wanted + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE;
    }

    /// Makes the content, unless it is there.
    public void make(PersistentVolume volume) throws IOException {
        locked(volume.getMetadata().getName(), () -> {
            if (LocalPath.isShared(volume)) {
                SharedFolders.make(volume);
            } else {
                made(volume, VolumeRoot.place(volume));
            }
            return volume;
        });
    }

    private VolumeRecord made(PersistentVolume volume, VolumeRoot.Place place) throws IOException {
        var name = volume.getMetadata().getName();
        var record = VolumeRecord.read(place.record());
        if (record != null && !record.uid().equals(volume.getMetadata().getUid())) {
            throw new IOException("the content of an earlier volume " + name + " is in the way: " + place.image());
        }
        if (record != null && !record.keeper().equals(pods.toString())) {
            record = record.withKeeper(pods.toString());
            record.write(place.record());
        }
        if (record != null && record.pending() != null) {
            throw new IOException("the content of volume " + name + " is being restored or moved");
        }
        if (record != null && record.bytes() > 0) {
            return record;
        }
        if (StorageNames.hasAnnotation(volume, LocalPath.MADE)) {
            throw new IOException("the content of the volume is missing: " + place.image());
        }
        var source = Snapshots.Source.of(volume, place);
        if (record == null) {
            requireFree(place);
            var type = source == null ? FileSystemType.forNew(bytes(volume)) : source.snapshot().type();
            record = new VolumeRecord(name, volume.getMetadata().getUid(), pods.toString(), place.data().toString(), type);
            record.write(place.record());
        }
        Files.createDirectories(place.data());
        if (Mounts.isMountPoint(place.data())) {
            Linux.unmountNow(place.data());
        }
        if (source == null) {
            new LoopImage(place.image(), record.type()).make(bytes(volume));
            mountImage(place, record);
            deleteLostAndFound(place);
            Files.setAttribute(place.data(), "unix:mode", MODE);
        } else {
            Files.deleteIfExists(place.image());
            ImageCopy.copy(source.image(), place.image());
        }
        record = record.withBytes(source == null ? bytes(volume) : source.snapshot().bytes());
        record.write(place.record());
        log.info("made volume {} of {} MiB at {}", name, record.bytes() / MEBIBYTE, place.data());
        return record;
    }

    /// Programs that want an empty folder would stumble over it; a repair makes it again. One that holds files stays.
    private static void deleteLostAndFound(VolumeRoot.Place place) throws IOException {
        try {
            Files.deleteIfExists(place.data().resolve("lost+found"));
        } catch (DirectoryNotEmptyException e) {
            log.warn("{} has files in lost+found", place.data());
        }
    }

    /// Neither another volume's, nor within one, nor around one.
    static void requireFree(VolumeRoot.Place place) throws IOException {
        if (Files.exists(place.data()) || Files.exists(place.image())) {
            throw new IOException("path \"" + place.data() + "\" exists already, and is not this volume's");
        }
        try (var records = Files.newDirectoryStream(place.record().getParent(), "*.json")) {
            for (var file : records) {
                var other = VolumeRecord.read(file);
                if (other != null && (place.data().startsWith(other.data()) || Path.of(other.data()).startsWith(place.data()))) {
                    throw new IOException("path \"" + place.data() + "\" overlaps that of volume " + other.volume());
                }
            }
        }
    }

    /// The record of the volume's content.
    ///
    /// @throws IOException where there is none yet
    static VolumeRecord requireOwn(PersistentVolume volume, VolumeRoot.Place place) throws IOException {
        var record = VolumeRecord.read(place.record());
        if (record == null || record.bytes() == 0 || !record.uid().equals(volume.getMetadata().getUid())) {
            throw new IOException("the volume has no content at " + place.data());
        }
        return record;
    }

    private static void mountImage(VolumeRoot.Place place, VolumeRecord record) throws IOException {
        if (!Mounts.isMountPoint(place.data())) {
            new LoopImage(place.image(), record.type()).mount(place.data());
        }
    }

    /// Makes what is missing of the volume, grows it to its capacity and shows it at the target.
    ///
    /// @return whether it has its capacity; where not, it grows when no pod uses it
    boolean mount(PersistentVolume volume, Path target) throws IOException {
        return locked(volume.getMetadata().getName(), () -> {
            var place = VolumeRoot.place(volume);
            var record = made(volume, place);
            boolean large = grow(volume, place, record);
            mountImage(place, record);
            Mounts.bind(place.data(), target);
            return large;
        });
    }

    /// Limits a shared folder that has been made to the volume's capacity, where its file system can.
    void limitShared(PersistentVolume volume) throws IOException {
        locked(volume.getMetadata().getName(), () -> {
            SharedFolders.limit(volume);
            return volume;
        });
    }

    /// Grows the file system to the volume's capacity while pods use it; an unused file system grows when it is mounted the next time.
    ///
    /// @return whether the file system has that size now
    public boolean growIfMounted(PersistentVolume volume) throws IOException {
        return locked(volume.getMetadata().getName(), () -> {
            var place = VolumeRoot.place(volume);
            var record = VolumeRecord.read(place.record());
            boolean ours = record != null && record.bytes() > 0 && record.uid().equals(volume.getMetadata().getUid());
            if (!ours || !Mounts.isMountPoint(place.data())) {
                return false;
            }
            return grow(volume, place, record);
        });
    }

    /// @return false where that has to wait until no pod uses the volume
    private static boolean grow(PersistentVolume volume, VolumeRoot.Place place, VolumeRecord record) throws IOException {
        if (record.bytes() >= bytes(volume)) {
            return true;
        }
        var image = new LoopImage(place.image(), record.type());
        boolean mounted = Mounts.isMountPoint(place.data());
        if (record.type().growsMounted()) {
            mountImage(place, record);
            image.growMounted(bytes(volume), place.data());
        } else if (mounted) {
            log.info("volume {} grows when no pod uses it: this process may not grow a mounted ext4", record.volume());
            return false;
        } else {
            image.growUnmounted(bytes(volume));
            mountImage(place, record);
            deleteLostAndFound(place);
        }
        record.withBytes(bytes(volume)).write(place.record());
        log.info("volume {} has grown from {} to {} MiB", record.volume(), record.bytes() / MEBIBYTE, bytes(volume) / MEBIBYTE);
        return true;
    }

    /// Unmounts the volumes of this kubelet that no pod uses any more.
    ///
    /// @throws IOException when one of them stays mounted
    public void releaseUnused() throws IOException {
        forEachMounted((mount, image, volume) -> locked(volume, () -> {
            thaw(mount, image, volume);
            if (!isUsed(mount.source())) {
                Linux.unmountNow(mount.point());
            }
            return mount;
        }));
    }

    /// A copy that is under way holds the volume's lock, so a draft is that of a process which was killed.
    private static void thaw(Mounts.Mount mount, Path image, String volume) throws IOException {
        var snapshots = new Snapshots(image.resolveSibling(volume + ".snapshots"));
        if (snapshots.hasDraft()) {
            ImageCopy.thaw(mount.point());
            snapshots.deleteDrafts();
        }
    }

    /// Lets the pods go on whose volume was frozen for a snapshot by a process that was killed meanwhile.
    public void thaw() {
        try {
            forEachMounted((mount, image, volume) -> locked(volume, () -> {
                thaw(mount, image, volume);
                return mount;
            }));
        } catch (IOException e) {
            log.warn("volumes may still be frozen for a snapshot that was broken off: {}", e.getMessage());
        }
    }

    private interface MountedVolume {
        void accept(Mounts.Mount mount, Path image, String volume) throws IOException;
    }

    /// Calls for all volumes of this kubelet that are mounted at their place, and throws what failed at the end.
    private void forEachMounted(MountedVolume action) throws IOException {
        var failures = new ArrayList<String>();
        for (var mount : Mounts.table()) {
            if (mount.source().startsWith("/dev/loop")) {
                var image = Path.of(LoopImage.backing(mount.source().substring("/dev/".length())));
                try {
                    if (image.getNameCount() > 1 && image.getParent().endsWith(VolumeRoot.BOOKS)) {
                        var volume = image.getFileName().toString().replaceFirst("\\.img$", "");
                        if (isOwn(mount, VolumeRecord.read(image.resolveSibling(volume + ".json")))) {
                            action.accept(mount, image, volume);
                        }
                    }
                } catch (IOException e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures));
        }
    }

    private boolean isOwn(Mounts.Mount mount, @Nullable VolumeRecord record) {
        return record != null && record.keeper().equals(pods.toString()) && mount.point().toString().equals(record.data());
    }

    /// @param device such as `/dev/loop3`
    private boolean isUsed(String device) {
        return Mounts.table().stream().anyMatch(mount -> mount.source().equals(device) && mount.point().startsWith(pods));
    }

    /// Deletes the content, and nothing but what this node has made for this very volume.
    ///
    /// @throws IOException while a pod uses it, or when something of it stays
    public void delete(PersistentVolume volume) throws IOException {
        locked(volume.getMetadata().getName(), () -> {
            if (StorageNames.hasAnnotation(volume, LocalPath.LEFT)) {
                deleteOwn(volume, StorageNames.annotation(volume, LocalPath.LEFT));
            }
            deleteOwn(volume, LocalPath.root(volume));
            return volume;
        });
    }

    /// Deletes the volume's content below a folder, if it is this very volume's.
    void deleteOwn(PersistentVolume volume, String folder) throws IOException {
        var place = VolumeRoot.place(volume, folder);
        var record = VolumeRecord.read(place.record());
        if (record != null && record.uid().equals(volume.getMetadata().getUid())) {
            delete(place, record);
        }
    }

    /// @throws IOException while a pod uses the volume
    void unmountUnused(VolumeRoot.Place place) throws IOException {
        var device = LoopImage.device(place.image());
        if (device != null && isUsed(device)) {
            throw new IOException("volume at " + place.data() + " is still used by a pod");
        }
        if (device != null && Mounts.table().stream().anyMatch(mount -> mount.point().equals(place.data()) && mount.source().equals(device))) {
            Linux.unmountNow(place.data());
        }
    }

    private void delete(VolumeRoot.Place place, VolumeRecord record) throws IOException {
        unmountUnused(place);
        deleteUnmounted(place, record);
    }

    static void deleteUnmounted(VolumeRoot.Place place, VolumeRecord record) throws IOException {
        if (!Mounts.under(place.data()).isEmpty()) {
            throw new IOException("still mounted: " + Mounts.under(place.data()));
        }
        TreeDeletion.delete(place.snapshots());
        Files.deleteIfExists(place.draft());
        Files.deleteIfExists(VolumeRecord.draft(place.record()));
        Files.deleteIfExists(place.image());
        TreeDeletion.delete(place.data());
        if (record.project() != ProjectQuota.NONE) {
            ProjectQuota.limit(place.root().path(), record.project(), 0);
        }
        deleteEmptyParents(place);
        Files.delete(place.record());
        log.info("deleted the content of the volume at {}", place.data());
    }

    /// The folders that the volume's path pattern has made.
    private static void deleteEmptyParents(VolumeRoot.Place place) throws IOException {
        try {
            for (var folder = Objects.requireNonNull(place.data().getParent()); !folder.equals(place.root().path()); folder = Objects.requireNonNull(folder.getParent())) {
                Files.delete(folder);
            }
        } catch (DirectoryNotEmptyException e) {
            log.trace("{} holds other volumes", place.data().getParent());
        }
    }
}
