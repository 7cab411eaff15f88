package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads files of a pod's volumes for the kubelet's own use. Links that a container creates in the volume, at any moment, lead to no file outside of it.
public final class VolumeFiles {

    private VolumeFiles() {
    }

    /// Returns the text of a regular file.
    ///
    /// @param path relative to the volume
    /// @param mostBytes a longer file is refused
    /// @throws NoSuchFileException when there is nothing
    /// @throws IOException also when the path leads out of the volume, or to a pipe, device or directory
    public static String read(Path volume, String path, int mostBytes) throws IOException {
        try (var root = OpenPath.of(volume); var file = root.inside(Path.of(path))) {
            if (!Files.isRegularFile(file.path())) {
                throw new IOException(path + " is not a regular file");
            }
            try (var in = Files.newInputStream(file.path())) {
                var bytes = in.readNBytes(mostBytes + 1);
                if (bytes.length > mostBytes) {
                    throw new IOException(path + " has more than " + mostBytes + " bytes");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (Linux.Missing e) {
            throw new NoSuchFileException(path);
        } catch (Linux.Forbidden e) {
            throw new IOException(path + " leads out of its volume");
        }
    }
}
