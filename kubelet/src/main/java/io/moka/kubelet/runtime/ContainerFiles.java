package io.moka.kubelet.runtime;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The places where the engine stores a container's files and output.
///
/// @param layer the folder of the container's writable layer; null if the engine's storage driver has no readable folder for it
/// @param log the file of its output; null where there is none
public record ContainerFiles(@Nullable Path layer, @Nullable Path log) {

    public static final ContainerFiles UNKNOWN = new ContainerFiles(null, null);

    /// Returns the size of the log files; older ones lie beside the current one, with `.1` and so on appended to its name.
    public long logBytes() {
        var files = log == null ? null : log.getParent().toFile().listFiles((folder, name) -> name.startsWith(String.valueOf(log.getFileName())));
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }
}
