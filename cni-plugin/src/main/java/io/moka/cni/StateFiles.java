package io.moka.cni;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes the plugin's own files so that a reader, also one after a crash of the plugin, finds either the old content or the new. To be called under the network's
/// lock.
final class StateFiles {

    /// The prefix of names of files that are being written. Such files that a crash leaves behind are ignored.
    static final String UNFINISHED = ".new-";

    private StateFiles() {
    }

    /// The name of the unfinished file is not a random one, as the JDK's source of random numbers takes long to start.
    static void write(Path file, String content) throws IOException {
        var unfinished = file.resolveSibling(UNFINISHED + ProcessHandle.current().pid());
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(unfinished, content, StandardCharsets.UTF_8);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
