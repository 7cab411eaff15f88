package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Opens a folder, file or device of the node itself and checks that it is of the type that the pod expects.
///
/// The path is resolved once. The type is checked on the open descriptor, and that descriptor is mounted ([HostPathVolumes]), so a change of the path after
/// the check changes nothing.
///
/// A path that exists may lead through links, as upstream allows: the node's owner may have created them, and no link shows its author. When a folder or file
/// has to be created, only links directly in `/` and `/var` are followed, which distributions create (`/var/run`): any other link may have been created by a pod
/// that has the folder mounted.
final class HostPaths {

    private static final int TYPE_MASK = 0170000;

    private static final Set<Path> SYSTEM_FOLDERS = Set.of(Path.of("/"), Path.of("/var"));

    /// The file type that a volume type asks for.
    ///
    /// @param mode the type bits of `st_mode`
    private record Kind(int mode, String words) {
    }

    private static final Kind DIRECTORY = new Kind(0040000, "a directory");
    private static final Kind FILE = new Kind(0100000, "a file");
    private static final Map<String, Kind> KINDS = Map.of("DirectoryOrCreate", DIRECTORY, "Directory", DIRECTORY, "FileOrCreate", FILE, "File", FILE,
            "Socket", new Kind(0140000, "a socket file"), "CharDevice", new Kind(0020000, "a character device"), "BlockDevice", new Kind(0060000, "a block device"));

    private HostPaths() {
    }

    /// Opens the path; creates it first if it is missing and the volume's type says so.
    ///
    /// @throws IOException also when the file is of another type, and when a link is on the way to what has to be created
    static OpenPath open(HostPathVolumeSource source) throws IOException {
        var path = Path.of(source.getPath()).normalize();
        var type = source.getType() == null ? "" : source.getType();
        var kind = KINDS.get(type);
        if (kind == null && !type.isEmpty()) {
            throw new IOException(type + " is an invalid volume type");
        } else if (!path.isAbsolute()) {
            throw new IOException("hostPath \"" + path + "\" is not absolute");
        }
        var open = existingOrMade(path, type);
        try {
            if (kind != null && !isOf(kind, open)) {
                throw wrongType(path, kind);
            }
            return open;
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    private static OpenPath existingOrMade(Path path, String type) throws IOException {
        try {
            return OpenPath.of(path);
        } catch (Linux.Missing e) {
            return switch (type) {
                case "", "DirectoryOrCreate" -> make(path, path.getNameCount());
                case "FileOrCreate" -> make(path, 0);
                default -> throw wrongType(path, Objects.requireNonNull(KINDS.get(type)));
            };
        }
    }

    /// Makes what is missing of the path, each name in the open directory above it.
    ///
    /// @param directories how many of its names may be made as directories; what is left is an empty file
    private static OpenPath make(Path path, int directories) throws IOException {
        var current = OpenPath.of(path.getRoot());
        for (int i = 0; i < path.getNameCount(); i++) {
            try (var parent = current) {
                current = step(parent, path.getName(i).toString(), i < directories, i == path.getNameCount() - 1);
            }
        }
        return current;
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

    private static boolean isOf(Kind kind, OpenPath open) throws IOException {
        return ((int) Files.getAttribute(open.path(), "unix:mode") & TYPE_MASK) == kind.mode;
    }

    private static IOException wrongType(Path path, Kind kind) {
        return new IOException("hostPath type check failed: " + path + " is not " + kind.words);
    }
}
