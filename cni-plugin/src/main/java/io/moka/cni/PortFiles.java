package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which host ports a container has, kept for the time when it goes: DEL may come without its configuration.
final class PortFiles {

    private PortFiles() {
    }

    static void write(NetworkConfig network, Attachment attachment, List<PortMapping> mappings) throws IOException {
        if (mappings.isEmpty()) {
            return;
        }
        var lines = mappings.stream().map(m -> String.join(" ", m.protocol(), m.hostAddress().isEmpty() ? "-" : m.hostAddress(),
                Integer.toString(m.hostPort()), Integer.toString(m.containerPort()))).toList();
        Files.write(file(network, attachment), lines);
    }

    static List<PortMapping> read(NetworkConfig network, Attachment attachment) throws IOException {
        var mappings = new ArrayList<PortMapping>();
        var file = file(network, attachment);
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                var parts = line.split(" ");
                mappings.add(new PortMapping(parts[0], parts[1].equals("-") ? "" : parts[1], Integer.parseInt(parts[2]), Integer.parseInt(parts[3])));
            }
        }
        return mappings;
    }

    static void delete(NetworkConfig network, Attachment attachment) throws IOException {
        Files.deleteIfExists(file(network, attachment));
    }

    private static Path file(NetworkConfig network, Attachment attachment) {
        return network.dataDir().resolve("ports-" + attachment.containerId() + "-" + attachment.interfaceName());
    }
}
