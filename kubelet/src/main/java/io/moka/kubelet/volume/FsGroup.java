package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Gives a volume's files to the pod's `fsGroup`: each file gets the group, with the same permissions as the owner, and new files in a folder inherit the
/// group.
///
/// Another pod may be writing meanwhile, so each file is opened below its folder and changed through its descriptor; no link is followed and no mount point
/// crossed. With `OnRootMismatch` nothing is done if the volume's own folder has the group and mode already: the folder is changed last, so everything below it
/// was changed before.
record FsGroup(@Nullable Integer group, boolean onRootMismatch) {

    private static final int WITHIN = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS | Linux.RESOLVE_NO_XDEV;
    private static final int DEEPEST = 200;
    private static final int FILE_BITS = 0660;
    private static final int FOLDER_BITS = 02770;

    static FsGroup of(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        return new FsGroup(Ownership.of(pod).group(), context != null && "OnRootMismatch".equals(context.getFsGroupChangePolicy()));
    }

    void applyTo(Path volume) throws IOException {
        if (group == null) {
            return;
        }
        try (var root = OpenPath.withoutLinks(volume)) {
            if (!(onRootMismatch && isDone(root))) {
                applyTo(root, 0, group);
            }
        }
    }

    private boolean isDone(OpenPath folder) throws IOException {
        return Files.getAttribute(folder.path(), "unix:gid").equals(group) && (folder.mode() & FOLDER_BITS) == FOLDER_BITS;
    }

    private static void applyTo(OpenPath file, int depth, int group) throws IOException {
        if (!Files.isDirectory(file.path())) {
            set(file, FILE_BITS, group);
            return;
        }
        if (depth == DEEPEST) {
            throw new IOException(file.realPath() + " lies more than " + DEEPEST + " folders deep");
        }
        try (var entries = Files.newDirectoryStream(file.path())) {
            for (var entry : entries) {
                if (!Files.isSymbolicLink(entry)) {
                    applyTo(file, entry, depth, group);
                }
            }
        }
        set(file, FOLDER_BITS, group);
    }

    /// An entry that is gone, has become a link, or is another file system's is left out.
    private static void applyTo(OpenPath folder, Path entry, int depth, int group) throws IOException {
        OpenPath file;
        try {
            file = new OpenPath(Linux.open(folder.descriptor(), TreeDeletion.bytes(entry), Linux.O_PATH, WITHIN));
        } catch (Linux.Missing | Linux.Forbidden e) {
            return;
        }
        try (file) {
            applyTo(file, depth + 1, group);
        }
    }

    private static void set(OpenPath file, int bits, int group) throws IOException {
        int mode = file.mode();
        Files.setAttribute(file.path(), "unix:gid", group);
        Files.setAttribute(file.path(), "unix:mode", mode | bits);
    }
}
