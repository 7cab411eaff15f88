package io.moka.kubelet.volume;

import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// The node's record of a volume that it stores; a file beside the volume's image.
///
/// @param uid of the volume's object
/// @param keeper the pods' folder of the kubelet that keeps the volume: several kubelets of a machine may share a folder for volumes, and a node's name
/// @param data where the volume is mounted
/// @param type of its file system
/// @param bytes size of its file system; 0 while that is being made
/// @param pending the order that replaces or moves the content now: the volume may not be mounted until that is done
/// @param done the last order that was carried out
/// @param project of a shared folder whose size its file system limits ([ProjectQuota]); 0 for none
record VolumeRecord(String volume, String uid, String keeper, String data, FileSystemType type, long bytes, @Nullable String pending, @Nullable String done, int project) {

    VolumeRecord(String volume, String uid, String keeper, String data, FileSystemType type) {
        this(volume, uid, keeper, data, type, 0, null, null, ProjectQuota.NONE);
    }

    static @Nullable VolumeRecord read(Path file) throws IOException {
        return Files.exists(file) ? Json.mapper().readValue(file.toFile(), VolumeRecord.class) : null;
    }

    /// The file has either the record before or this one.
    void write(Path file) throws IOException {
        var draft = draft(file);
        Files.write(draft, Json.bytes(this));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Returns the path where a record is written before it replaces the file.
    static Path draft(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    VolumeRecord withBytes(long size) {
        return new VolumeRecord(volume, uid, keeper, data, type, size, pending, done, project);
    }

    VolumeRecord withKeeper(String pods) {
        return new VolumeRecord(volume, uid, pods, data, type, bytes, pending, done, project);
    }

    VolumeRecord withData(Path place) {
        return new VolumeRecord(volume, uid, keeper, place.toString(), type, bytes, pending, done, project);
    }

    VolumeRecord withPending(@Nullable String order) {
        return new VolumeRecord(volume, uid, keeper, data, type, bytes, order, done, project);
    }

    VolumeRecord withDone(String order) {
        return new VolumeRecord(volume, uid, keeper, data, type, bytes, null, order, project);
    }
}
