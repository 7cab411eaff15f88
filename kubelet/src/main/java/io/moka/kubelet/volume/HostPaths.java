package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder, file or device of the node itself, checked for what the pod expects it to be.
final class HostPaths {

    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {
    }

    static Path check(HostPathVolumeSource source) throws IOException {
        var path = Path.of(source.getPath());
        switch (source.getType() == null ? "" : source.getType()) {
            case "" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
            }
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
                require(Files.isDirectory(path), path, "a directory");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
                require(Files.isRegularFile(path), path, "a file");
            }
            case "File" -> require(Files.isRegularFile(path), path, "a file");
            case "Socket" -> require(isType(path, SOCKET), path, "a socket file");
            case "CharDevice" -> require(isType(path, CHARACTER_DEVICE), path, "a character device");
            case "BlockDevice" -> require(isType(path, BLOCK_DEVICE), path, "a block device");
            default -> throw new IOException(source.getType() + " is an invalid volume type");
        }
        return path;
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
