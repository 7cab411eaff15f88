package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Opens the `subPath` of a volume. Links that a container creates in the volume, at any moment, must not lead out of the volume.
///
/// A link inside the volume is followed as long as it stays inside: the kernel resolves the path below the open volume (`openat2` with `RESOLVE_BENEATH`) and
/// refuses absolute links and paths out of the volume. When a folder has to be created, no link is followed.
final class SubPaths {

    private SubPaths() {
    }

    /// Opens the sub-path; creates a folder if nothing is there.
    ///
    /// @param volume a path without links
    /// @throws IOException also when the path leads out of the volume
    static OpenPath open(Path volume, String subPath) throws IOException {
        if (subPath.startsWith("/") || List.of(subPath.split("/")).contains("..")) {
            throw new IOException("subPath \"" + subPath + "\" must stay in its volume");
        }
        var wanted = Path.of(subPath).normalize();
        try (var root = OpenPath.withoutLinks(volume)) {
            return wanted.toString().isEmpty() ? root.again() : root.insideOrMade(wanted, root.mode());
        } catch (Linux.Forbidden e) {
            throw new IOException("subPath \"" + subPath + "\" leads out of its volume: " + e.getMessage());
        }
    }
}
