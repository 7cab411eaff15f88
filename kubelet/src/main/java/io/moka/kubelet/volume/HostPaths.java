package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// Opens a folder, file or device of the node itself and checks that it is of the type that the pod expects.
///
/// A path that exists may lead through links, as upstream allows. When a folder or file has to be created, only links directly in `/` and `/var` are followed,
/// which distributions create (`/var/run`): any other link may have been created by a pod that has the folder mounted.
public final class HostPaths {

    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private static final Set<Path> SYSTEM_FOLDERS = Set.of(Path.of("/"), Path.of("/var"));

    private HostPaths() {
    }

    /// Whether such a volume is made where it is missing.
    public static boolean creates(HostPathVolumeSource source) {
        return Set.of("", "DirectoryOrCreate", "FileOrCreate").contains(type(source));
    }

    /// @return the real path
    static Path check(HostPathVolumeSource source) throws IOException {
        var path = Path.of(source.getPath()).normalize();
        switch (type(source)) {
            case "" -> make(path, path.getNameCount());
            case "DirectoryOrCreate" -> {
                make(path, path.getNameCount());
                require(Files.isDirectory(path), path, "a directory");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "a directory");
            case "FileOrCreate" -> {
                make(path, 0);
                require(Files.isRegularFile(path), path, "a file");
            }
            case "File" -> require(Files.isRegularFile(path), path, "a file");
            case "Socket" -> require(isType(path, SOCKET), path, "a socket file");
            case "CharDevice" -> require(isType(path, CHARACTER_DEVICE), path, "a character device");
            case "BlockDevice" -> require(isType(path, BLOCK_DEVICE), path, "a block device");
            default -> throw new IOException(source.getType() + " is an invalid volume type");
        }
        try (var open = OpenPath.of(path)) {
            return open.realPath();
        }
    }

    private static String type(HostPathVolumeSource source) {
        return source.getType() == null ? "" : source.getType();
    }

    /// Makes what is missing of the path.
    ///
    /// @param directories how many of its names may be made as directories; what is left is an empty file
    private static void make(Path path, int directories) throws IOException {
        if (Files.exists(path)) {
            return;
        }
        var current = OpenPath.of(path.getRoot());
        try {
            for (int i = 0; i < path.getNameCount(); i++) {
                try (var parent = current) {
                    current = step(parent, path.getName(i).toString(), i < directories, i == path.getNameCount() - 1);
                }
            }
        } finally {
            current.close();
        }
    }

    private static OpenPath step(OpenPath parent, String name, boolean directory, boolean last) throws IOException {
        try {
            return parent.entry(name);
        } catch (Linux.Forbidden e) {
            if (!SYSTEM_FOLDERS.contains(parent.realPath())) {
                throw new IOException(parent.realPath().resolve(name) + " is a symbolic link; what lies behind it is not made. Make it, or name the real path");
            }
            return parent.behindLink(name);
        } catch (Linux.Missing e) {
            if (directory) {
                return parent.directory(name, 0755);
            } else if (!last) {
                throw e;
            }
            Linux.makeFile(parent.descriptor(), name, 0644);
            return parent.entry(name);
        }
    }

    private static boolean isType(Path path, int type) throws IOException {
        return Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == type;
    }

    private static void require(boolean fits, Path path, String what) throws IOException {
        if (!fits) {
            throw new IOException("hostPath type check failed: " + path + " is not " + what);
        }
    }
}
