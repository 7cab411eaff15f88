package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Finds the `resolv.conf` that names the machine's real name servers. If the machine uses a local stub resolver (such as systemd-resolved's 127.0.0.53), pods
/// cannot reach the stub, and `/etc/resolv.conf` names only the stub; the stub's own file names the real servers. Follows kubeadm, which looks for
/// systemd-resolved.
final class NodeResolver {

    private static final Path USUAL = Path.of("/etc/resolv.conf");
    private static final List<Path> BEHIND_STUBS = List.of(Path.of("/run/systemd/resolve/resolv.conf"), Path.of("/run/NetworkManager/no-stub-resolv.conf"));

    private NodeResolver() {
    }

    static Path file() throws IOException {
        return file(USUAL, BEHIND_STUBS);
    }

    static Path file(Path usual, List<Path> behindStubs) throws IOException {
        if (namesReachable(usual)) {
            return usual;
        }
        for (var file : behindStubs) {
            if (namesReachable(file)) {
                return file;
            }
        }
        return usual;
    }

    private static boolean namesReachable(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip).anyMatch(line -> line.matches("nameserver\\s+(?!127\\.|::1(\\s|$)).+"));
        }
    }
}
