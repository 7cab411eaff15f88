package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The sockets on which programs of this network namespace listen, as the kernel lists them in `/proc/net`.
final class HostSockets {

    private static final Path NET = Path.of("/proc/self/net");
    private static final String LISTENING = "0A";
    private static final String UNCONNECTED = "07";
    private static final int LOCAL_COLUMN = 1;
    private static final int STATE_COLUMN = 3;
    private static final int MAPPED_PREFIX_DIGITS = 24;
    private static final String MAPPED_PREFIX = "0000000000000000FFFF0000";

    private HostSockets() {
    }

    /// Whether a program would lose connections to this mapping: it listens on the port, at the mapping's address or at any.
    static boolean holds(PortMapping mapping) throws IOException {
        return switch (mapping.protocol()) {
            case "tcp" -> anyIn("tcp", LISTENING, mapping) || anyIn("tcp6", LISTENING, mapping);
            case "udp" -> anyIn("udp", UNCONNECTED, mapping) || anyIn("udp6", UNCONNECTED, mapping);
            default -> false;
        };
    }

    private static boolean anyIn(String table, String state, PortMapping mapping) throws IOException {
        var file = NET.resolve(table);
        if (!Files.exists(file)) {
            return false;
        }
        return Files.readAllLines(file).stream().skip(1).map(line -> line.strip().split("\\s+"))
                .anyMatch(columns -> columns[STATE_COLUMN].equals(state) && meets(columns[LOCAL_COLUMN], mapping));
    }

    /// @param local address and port, hexadecimal, as `0100007F:192B`
    private static boolean meets(String local, PortMapping mapping) {
        int colon = local.indexOf(':');
        if (Integer.parseInt(local.substring(colon + 1), 16) != mapping.hostPort()) {
            return false;
        }
        var address = local.substring(0, colon);
        if (address.chars().allMatch(digit -> digit == '0')) {
            return true;
        }
        if (address.length() > 8) {
            if (!address.startsWith(MAPPED_PREFIX)) {
                return false;
            }
            address = address.substring(MAPPED_PREFIX_DIGITS);
        }
        return mapping.hostAddress().isEmpty() || new Ipv4(Integer.reverseBytes(Integer.parseUnsignedInt(address, 16))).toString().equals(mapping.hostAddress());
    }
}
