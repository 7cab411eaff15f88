package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A part of a volume. What a container made of the volume before (links out of it) must not lead anywhere else.
///
/// Upstream opens each segment without following links and mounts the descriptor, so that nothing can change in between; here the
/// resolved path is checked and then mounted.
public final class SubPaths {

    private SubPaths() {
    }

    /// The real path of the sub-path; a folder is made where there is nothing.
    public static Path resolve(Path volume, String subPath) throws IOException {
        var wanted = volume.resolve(subPath).normalize();
        if (Path.of(subPath).isAbsolute() || !wanted.startsWith(volume)) {
            throw new IOException("subPath \"" + subPath + "\" must stay in its volume");
        }
        var root = volume.toRealPath();
        var existing = wanted;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        requireInside(root, existing, subPath);
        if (!Files.exists(wanted)) {
            Files.createDirectories(wanted);
            for (var made = wanted; !made.equals(existing); made = made.getParent()) {
                Files.setAttribute(made, "unix:mode", (int) Files.getAttribute(volume, "unix:mode") & 07777);
            }
        }
        return requireInside(root, wanted, subPath);
    }

    private static Path requireInside(Path root, Path path, String subPath) throws IOException {
        var real = path.toRealPath();
        if (!real.startsWith(root)) {
            throw new IOException("subPath \"" + subPath + "\" leads out of its volume");
        }
        return real;
    }
}
