package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/// A folder that the administrator has released for volumes by creating the folder `.moka-local-path` in it. So no volume object can name any other folder of
/// the node, and an empty mount point whose disk is missing is not used in place of the disk.
///
/// @param path the real path
record VolumeRoot(Path path) {

    static final String BOOKS = ".moka-local-path";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /// The paths of one volume's content.
    ///
    /// @param data the folder that containers see
    /// @param image the file with the volume's file system
    /// @param record the file with the volume's [VolumeRecord]
    /// @param snapshots the folder of its snapshots, which is not there before the first
    record Place(VolumeRoot root, Path data, Path image, Path record, Path snapshots) {

        /// An image that is not complete.
        Path draft() {
            return image.resolveSibling(image.getFileName() + ".new");
        }
    }

    /// Releases a folder for volumes, and creates it if it is missing.
    static void prepare(Path folder) throws IOException {
        boolean fresh = !Files.exists(folder);
        Files.createDirectories(folder.resolve(BOOKS));
        if (fresh) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        Files.setPosixFilePermissions(folder.resolve(BOOKS), PosixFilePermissions.fromString("rwx------"));
    }

    /// @throws IOException where the root is not given for volumes, or the volume's path does not lie below it
    static Place place(PersistentVolume volume) throws IOException {
        return place(volume, LocalPath.root(volume));
    }

    /// The place of the volume below another folder that is given for volumes.
    static Place place(PersistentVolume volume, String folder) throws IOException {
        var named = StorageNames.annotation(volume, LocalPath.ROOT);
        var wanted = LocalPath.isShared(volume) ? volume.getSpec().getHostPath().getPath() : volume.getSpec().getLocal().getPath();
        if (named.isEmpty() || !wanted.startsWith(named + "/")) {
            throw new IOException("path \"" + wanted + "\" does not lie below the root \"" + named + "\"");
        }
        var root = new VolumeRoot(real(Path.of(folder)));
        var data = root.path;
        for (var name : wanted.substring(named.length() + 1).split("/", -1)) {
            if (!NAME.matcher(name).matches()) {
                throw new IOException("path \"" + wanted + "\" is no plain path");
            }
            data = data.resolve(name);
        }
        var books = root.path.resolve(BOOKS);
        var name = volume.getMetadata().getName();
        return new Place(root, data, books.resolve(name + ".img"), books.resolve(name + ".json"), books.resolve(name + ".snapshots"));
    }

    private static Path real(Path named) throws IOException {
        if (!named.isAbsolute() || !Files.isDirectory(named.resolve(BOOKS), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("the folder " + named + " is not given for volumes on this node: is its disk mounted? To give it: mkdir -p " + named.resolve(BOOKS));
        }
        return named.toRealPath();
    }
}
