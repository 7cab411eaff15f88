package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.client.Json;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Volumes that are folders of a file system which all nodes have mounted at the same path. The node that the object's label names creates and deletes the
/// folder; any node mounts it. Where the file system has project quotas on that node, the volume's capacity is the folder's limit ([ProjectQuota]); elsewhere the
/// folder can grow to the size of its file system.
final class SharedFolders {

    private static final Logger log = LoggerFactory.getLogger(SharedFolders.class);
    private static final int MODE = 0777;

    /// The owner of a folder: the fields of [VolumeRecord] that apply to a folder.
    record Owner(String volume, String uid, String data, int project) {
    }

    private SharedFolders() {
    }

    /// Makes the folder, unless it is there.
    static void make(PersistentVolume volume) throws IOException {
        var place = VolumeRoot.place(volume);
        var metadata = volume.getMetadata();
        var record = VolumeRecord.read(place.record());
        if (record != null && !record.uid().equals(metadata.getUid())) {
            throw new IOException("the folder of an earlier volume " + metadata.getName() + " is in the way: " + place.data());
        }
        if (StorageNames.hasAnnotation(volume, LocalPath.MADE)) {
            throw new IOException("the folder of the volume is missing: " + place.data());
        }
        if (record == null) {
            LocalPathStore.requireFree(place);
        }
        int project = record == null ? ProjectQuota.unused(place.root().path(), metadata.getUid()) : record.project();
        if (record == null) {
            var draft = VolumeRecord.draft(place.record());
            Files.write(draft, Json.bytes(new Owner(metadata.getName(), metadata.getUid(), place.data().toString(), project)));
            Files.move(draft, place.record(), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.createDirectories(place.data());
        Files.setAttribute(place.data(), "unix:mode", MODE);
        if (project != ProjectQuota.NONE) {
            ProjectQuota.begin(place.data(), project, LocalPathStore.bytes(volume));
        }
        log.info("made the shared folder {}", place.data());
    }

    /// Limits a folder that has been made to the volume's capacity, where its file system can.
    static void limit(PersistentVolume volume) throws IOException {
        var place = VolumeRoot.place(volume);
        var record = VolumeRecord.read(place.record());
        if (record != null && record.project() != ProjectQuota.NONE && record.uid().equals(volume.getMetadata().getUid())) {
            ProjectQuota.limit(place.root().path(), record.project(), LocalPathStore.bytes(volume));
        }
    }

    /// Shows the folder at the target.
    ///
    /// @throws IOException also where it is not made yet, or is another volume's
    static void mount(PersistentVolume volume, Path target) throws IOException {
        var place = VolumeRoot.place(volume);
        var record = VolumeRecord.read(place.record());
        if (record == null || !record.uid().equals(volume.getMetadata().getUid()) || !Files.isDirectory(place.data())) {
            throw new IOException("the shared folder " + place.data() + " is not made yet");
        }
        Mounts.bind(place.data(), target);
    }
}
