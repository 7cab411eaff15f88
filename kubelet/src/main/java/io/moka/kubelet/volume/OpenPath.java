package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file or directory that is held open, so that it stays the same file even if its name is changed or reused.
record OpenPath(int descriptor) implements AutoCloseable {

    private static final int INSIDE = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_MAGICLINKS;

    /// A path outside of any volume, that is, one of the node's owner or of the kubelet. Links are followed.
    static OpenPath of(Path path) throws IOException {
        return new OpenPath(Linux.open(Linux.CURRENT_DIRECTORY, path.toString(), Linux.O_PATH, Linux.RESOLVE_NO_MAGICLINKS));
    }

    /// A path on which there must be no link.
    ///
    /// @throws Linux.Forbidden when there is one
    static OpenPath withoutLinks(Path path) throws IOException {
        return new OpenPath(Linux.open(Linux.CURRENT_DIRECTORY, path.toString(), Linux.O_PATH, Linux.RESOLVE_NO_SYMLINKS));
    }

    /// The same file through a descriptor of its own.
    OpenPath again() throws IOException {
        return new OpenPath(Linux.open(Linux.CURRENT_DIRECTORY, path().toString(), Linux.O_PATH, 0));
    }

    /// A file below this directory. Links are followed as long as they stay below; the kernel sees to that at every moment.
    ///
    /// @throws Linux.Forbidden when the way leads out
    /// @throws Linux.Missing when there is nothing
    OpenPath inside(Path relative) throws IOException {
        return new OpenPath(Linux.open(descriptor, relative.toString(), Linux.O_PATH, INSIDE));
    }

    /// An entry of this directory that is no link.
    OpenPath entry(String name) throws IOException {
        return new OpenPath(Linux.open(descriptor, name, Linux.O_PATH, INSIDE | Linux.RESOLVE_NO_SYMLINKS));
    }

    /// Opens the target of an entry of this directory that is a link of the node's owner.
    OpenPath behindLink(String name) throws IOException {
        return new OpenPath(Linux.open(descriptor, name, Linux.O_PATH, Linux.RESOLVE_NO_MAGICLINKS));
    }

    /// A directory below this one, made where it is missing. An existing beginning of the path may hold links that stay below; what is made
    /// is made in an open directory, and no link is followed on the way there.
    OpenPath insideOrMade(Path relative, int mode) throws IOException {
        var missing = new ArrayList<String>();
        for (var existing = relative; existing != null; existing = existing.getParent()) {
            try {
                return inside(existing).made(missing, mode);
            } catch (Linux.Missing e) {
                missing.addFirst(existing.getFileName().toString());
            }
        }
        return again().made(missing, mode);
    }

    /// Makes directories within each other below this one, and closes this one.
    private OpenPath made(List<String> names, int mode) throws IOException {
        var current = this;
        for (var name : names) {
            try (var parent = current) {
                current = parent.directory(name, mode);
            }
        }
        return current;
    }

    /// A directory that is an entry of this one, made if there is nothing.
    OpenPath directory(String name, int mode) throws IOException {
        boolean made = true;
        try {
            Linux.makeDirectory(descriptor, name.getBytes(StandardCharsets.UTF_8), mode);
        } catch (Linux.Exists e) {
            made = false;
        }
        var entry = entry(name);
        if (!Files.isDirectory(entry.path())) {
            entry.close();
            throw new Linux.NoDirectory(name + " is not a directory");
        }
        if (made) {
            Files.setAttribute(entry.path(), "unix:mode", mode);
        }
        return entry;
    }

    /// A name for the open file. It leads to that file and no other for as long as this is open.
    Path path() {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    /// Returns the present path of the file.
    Path realPath() throws IOException {
        return Files.readSymbolicLink(path());
    }

    int mode() throws IOException {
        return (int) Files.getAttribute(path(), "unix:mode") & 07777;
    }

    @Override
    public void close() {
        Linux.close(descriptor);
    }
}
