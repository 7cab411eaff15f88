package io.moka.kubelet.volume;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes a tree that containers have written to. It follows no link and crosses no mount point: each directory is opened relative to the one above it, and
/// everything is deleted relative to an open directory, so that changes made meanwhile cannot lead the deletion elsewhere.
///
/// A mount point in the tree fails the deletion; entries that were deleted before stay deleted.
final class TreeDeletion {

    private static final int WITHIN = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS | Linux.RESOLVE_NO_XDEV;
    /// The largest number of directories that are open at once. Deeper ones are first moved up.
    private static final int DEEPEST = 64;

    private static final int MOST_ROUNDS = 100_000;
    private static final Logger log = LoggerFactory.getLogger(TreeDeletion.class);

    private final OpenPath root;

    private TreeDeletion(OpenPath root) {
        this.root = root;
    }

    /// Does nothing where there is nothing.
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var parent = OpenPath.of(tree.getParent())) {
            if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
                try (var root = directory(parent, bytes(tree))) {
                    new TreeDeletion(root).clear();
                }
                Linux.unlink(parent.descriptor(), bytes(tree), Linux.REMOVE_DIRECTORY);
            } else {
                Linux.unlink(parent.descriptor(), bytes(tree), 0);
            }
        }
    }

    private static OpenPath directory(OpenPath parent, byte[] name) throws IOException {
        return new OpenPath(Linux.open(parent.descriptor(), name, Linux.O_DIRECTORY | Linux.O_NOFOLLOW, WITHIN));
    }

    /// Deletes the content, in several rounds if deep directories have been moved up.
    private void clear() throws IOException {
        var entries = entries(root);
        for (int round = 0; !entries.isEmpty(); round++) {
            if (round == MOST_ROUNDS) {
                throw new IOException(root.realPath() + " still has entries after " + round + " rounds");
            }
            clear(root, 1);
            entries = entries(root);
        }
    }

    private void clear(OpenPath directory, int depth) throws IOException {
        for (var entry : entries(directory)) {
            try {
                remove(directory, entry, depth);
            } catch (Linux.Missing e) {
                log.trace("{} is gone already", entry);
            }
        }
    }

    private void remove(OpenPath directory, Path entry, int depth) throws IOException {
        var name = bytes(entry);
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            Linux.unlink(directory.descriptor(), name, 0);
        } else if (depth >= DEEPEST) {
            Linux.rename(directory.descriptor(), name, root.descriptor(), "..moved-" + System.nanoTime());
        } else {
            try (var child = directory(directory, name)) {
                clear(child, depth + 1);
            }
            Linux.unlink(directory.descriptor(), name, Linux.REMOVE_DIRECTORY);
        }
    }

    private static List<Path> entries(OpenPath directory) throws IOException {
        try (var entries = Files.list(directory.path())) {
            return entries.toList();
        }
    }

    /// The name as the kernel has it. A path's text has lost the bytes that are no text; its URI has not.
    static byte[] bytes(Path path) {
        var name = path.getFileName().toString();
        if (name.chars().allMatch(c -> c > ' ' && c < 127 && c != '?')) {
            return name.getBytes(StandardCharsets.US_ASCII);
        }
        var uri = path.toUri().getRawPath();
        var encoded = uri.substring(0, uri.length() - (uri.endsWith("/") ? 1 : 0));
        return URLDecoder.decode(encoded.substring(encoded.lastIndexOf('/') + 1).replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
