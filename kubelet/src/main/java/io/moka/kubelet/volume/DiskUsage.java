package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures the disk usage of a folder or file: its blocks, not the sizes of its files, which may have holes. The system's own `du` measures it, follows no
/// link and stays on the folder's file system.
public final class DiskUsage {

    private static final Logger log = LoggerFactory.getLogger(DiskUsage.class);
    private static final long PATIENCE_SECONDS = 20;

    private DiskUsage() {
    }

    /// Returns the disk usage in bytes; empty if the folder does not exist or could not be measured in time.
    public static OptionalLong bytes(Path folder) {
        return of(folder, bytes(List.of(folder)));
    }

    /// Returns the number of files and folders, including the folder itself; empty as above.
    public static OptionalLong inodes(Path folder) {
        return of(folder, inodes(List.of(folder)));
    }

    private static OptionalLong of(Path folder, Map<Path, Long> measured) {
        return measured.containsKey(folder) ? OptionalLong.of(measured.get(folder)) : OptionalLong.empty();
    }

    /// Measures many folders or files at once. Those that are not there are absent; none is there where it takes too long.
    public static Map<Path, Long> bytes(Collection<Path> folders) {
        return measure(folders, 1024, "-skx");
    }

    /// Returns the number of files and folders in each folder, counted as above.
    public static Map<Path, Long> inodes(Collection<Path> folders) {
        return measure(folders, 1, "-sx", "--inodes");
    }

    private static Map<Path, Long> measure(Collection<Path> folders, long unit, String... options) {
        var present = folders.stream().filter(Files::exists).map(Path::toString).toList();
        if (present.isEmpty()) {
            return Map.of();
        }
        try {
            var command = Stream.of(Stream.of("du"), Stream.of(options), Stream.of("--"), present.stream()).flatMap(words -> words).toList();
            var output = Files.createTempFile("du", null);
            try {
                var du = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).redirectOutput(output.toFile()).start();
                du.getOutputStream().close();
                if (!du.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    du.destroyForcibly();
                    log.warn("{} were not measured within {} s", present, PATIENCE_SECONDS);
                    return Map.of();
                }
                return Files.readAllLines(output).stream().map(line -> line.split("\t", 2)).filter(words -> words.length == 2)
                        .collect(Collectors.toMap(words -> Path.of(words[1]), words -> Long.parseLong(words[0]) * unit, Math::max));
            } finally {
                Files.delete(output);
            }
        } catch (IOException | NumberFormatException e) {
            log.warn("{} were not measured: {}", present, e.getMessage());
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }
}
