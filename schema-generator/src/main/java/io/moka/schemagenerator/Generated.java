package io.moka.schemagenerator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes generated files, leaving alone those that already say the same: a build that changes nothing makes no new jar.
final class Generated {

    private Generated() {
    }

    static void write(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, content);
        }
    }
}
