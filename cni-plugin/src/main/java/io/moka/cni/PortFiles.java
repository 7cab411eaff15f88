package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Stores the host ports of each container for its removal, as DEL may be called without the container's configuration.
final class PortFiles {

    private static final String PREFIX = "ports-";
    private static final Pattern LINE = Pattern.compile("([a-z]+) ([0-9.]+|-) ([0-9]{1,5}) ([0-9]{1,5})");

    private PortFiles() {
    }

    static void write(NetworkConfig network, Attachment attachment, List<PortMapping> mappings) throws IOException {
        if (mappings.isEmpty()) {
            return;
        }
        var lines = mappings.stream().map(m -> String.join(" ", m.protocol(), m.hostAddress().isEmpty() ? "-" : m.hostAddress(),
                Integer.toString(m.hostPort()), Integer.toString(m.containerPort()))).toList();
        StateFiles.write(file(network, attachment), String.join("\n", lines) + "\n");
    }

    /// The ports of one container. Lines that a crash has cut short are left out.
    static List<PortMapping> read(NetworkConfig network, Attachment attachment) throws IOException {
        var file = file(network, attachment);
        return Files.exists(file) ? read(file) : List.of();
    }

    private static List<PortMapping> read(Path file) throws IOException {
        var mappings = new ArrayList<PortMapping>();
        for (var line : Files.readAllLines(file)) {
            var parts = LINE.matcher(line);
            if (parts.matches()) {
                mappings.add(new PortMapping(parts.group(1), parts.group(2).equals("-") ? "" : parts.group(2), Integer.parseInt(parts.group(3)),
                        Integer.parseInt(parts.group(4))));
            }
        }
        return mappings;
    }

    /// The ports of every container but this one.
    static List<PortMapping> ofOthers(NetworkConfig network, Attachment attachment) throws IOException {
        var others = new ArrayList<PortMapping>();
        try (var files = Files.newDirectoryStream(network.dataDir(), PREFIX + "*")) {
            for (var file : files) {
                if (!file.equals(file(network, attachment))) {
                    others.addAll(read(file));
                }
            }
        }
        return others;
    }

    static void delete(NetworkConfig network, Attachment attachment) throws IOException {
        Files.deleteIfExists(file(network, attachment));
    }

    private static Path file(NetworkConfig network, Attachment attachment) {
        return network.dataDir().resolve(PREFIX + attachment.containerId() + "-" + attachment.interfaceName());
    }
}
