package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Replaces all files of a volume in one step.
///
/// The files lie in a folder of their own; `..data` is a link to it, and each file's name a link through `..data`. A new state
/// is written beside the old one and `..data` moved over, so that readers see either. Follows upstream's `AtomicWriter`.
final class AtomicWriter {

    private static final String DATA = "..data";
    private static final int ROOT = 0;

    /// @param mode permission bits
    /// @param uid the user that owns the file
    record FileContent(byte[] bytes, int mode, int uid) {

        FileContent(byte[] bytes, int mode) {
            this(bytes, mode, ROOT);
        }

        FileContent withMode(int changed) {
            return new FileContent(bytes, changed, uid);
        }

        boolean isAt(Path file) throws IOException {
            return Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), bytes)
                    && ((int) Files.getAttribute(file, "unix:mode") & 07777) == mode && (int) Files.getAttribute(file, "unix:uid") == uid;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FileContent(var theirs, var theirMode, var theirUid) && Arrays.equals(bytes, theirs) && mode == theirMode && uid == theirUid;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final Path target;
    private final Ownership ownership;

    AtomicWriter(Path target, Ownership ownership) {
        this.target = target;
        this.ownership = ownership;
    }

    /// @param files by relative path
    /// @return whether anything had changed
    boolean write(Map<String, FileContent> files) throws IOException {
        var current = current();
        if (current != null && isUpToDate(current, files)) {
            return false;
        }
        Files.createDirectories(target);
        ownership.applyTo(target, 0755);
        var fresh = Files.createTempDirectory(target, "..");
        ownership.applyTo(fresh, 0755);
        for (var file : files.entrySet()) {
            writeFile(fresh, file.getKey(), file.getValue());
        }
        var link = target.resolve("..data_tmp");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, fresh.getFileName());
        Files.move(link, target.resolve(DATA), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(files.keySet());
        removeStale(fresh);
        return true;
    }

    private @Nullable Path current() throws IOException {
        var data = target.resolve(DATA);
        return Files.isSymbolicLink(data) ? target.resolve(Files.readSymbolicLink(data)) : null;
    }

    private static boolean isUpToDate(Path current, Map<String, FileContent> files) throws IOException {
        if (!Files.isDirectory(current)) {
            return false;
        }
        try (var found = Files.walk(current)) {
            var names = found.filter(Files::isRegularFile).map(file -> current.relativize(file).toString()).collect(Collectors.toSet());
            if (!names.equals(files.keySet())) {
                return false;
            }
        }
        for (var file : files.entrySet()) {
            if (!file.getValue().isAt(current.resolve(file.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private void writeFile(Path root, String name, FileContent content) throws IOException {
        var file = root.resolve(name).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new IOException("invalid path: " + name);
        }
        for (var parent = file.getParent(); !parent.equals(root); parent = parent.getParent()) {
            Files.createDirectories(parent);
            ownership.applyTo(parent, 0755);
        }
        Files.write(file, content.bytes());
        ownership.applyTo(file, content.mode());
        if (content.uid() != ROOT) {
            Files.setAttribute(file, "unix:uid", content.uid());
        }
    }

    private void linkNames(Set<String> files) throws IOException {
        var names = new TreeSet<String>();
        files.forEach(file -> names.add(Path.of(file).getName(0).toString()));
        for (var name : names) {
            var link = target.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        try (var entries = Files.newDirectoryStream(target)) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(entry);
                }
            }
        }
    }

    private void removeStale(Path fresh) throws IOException {
        var stale = new HashSet<Path>();
        try (var entries = Files.newDirectoryStream(target, "..*")) {
            for (var entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && !entry.equals(fresh)) {
                    stale.add(entry);
                }
            }
        }
        for (var folder : stale) {
            TreeDeletion.delete(folder);
        }
    }
}
