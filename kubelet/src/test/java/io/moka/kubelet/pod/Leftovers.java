package io.moka.kubelet.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// Deletes a test's folder, even if a stopping worker still writes its last file there.
final class Leftovers {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Leftovers() {
    }

    static void delete(Path folder) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(folder)) {
            try {
                for (var file : deepestFirst(folder)) {
                    Files.deleteIfExists(file);
                }
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private static List<Path> deepestFirst(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
