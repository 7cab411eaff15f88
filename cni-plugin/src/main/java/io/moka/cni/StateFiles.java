package io.moka.cni;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes the plugin's own files so that a reader, also one after a crash of the plugin, finds either the old content or the new.
final class StateFiles {

    /// The prefix of names of files that are being written. Such files that a crash leaves behind are ignored.
    static final String UNFINISHED = ".new-";

    private StateFiles() {
    }

    static void write(Path file, String content) throws IOException {
        var temporary = Files.createTempFile(file.getParent(), UNFINISHED, "");
        try {
            Files.writeString(temporary, content, StandardCharsets.UTF_8);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
