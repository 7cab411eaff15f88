package io.moka.kubelet.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The sockets on which programs of this network namespace listen, as the kernel lists them in `/proc/net`.
public final class HostSockets {

    private static final Path NET = Path.of("/proc/self/net");
    private static final String LISTENING = "0A";
    private static final String UNCONNECTED = "07";
    private static final int LOCAL_COLUMN = 1;
    private static final int STATE_COLUMN = 3;
    private static final int IPV4_DIGITS = 8;
    private static final String MAPPED_PREFIX = "0000000000000000FFFF0000";

    private HostSockets() {
    }

    /// Whether a program listens on the port, at the address or at any.
    ///
    /// @param protocol `TCP` or `UDP`; others are not known here
    /// @param address an IPv4 address, or `0.0.0.0` for any
    public static boolean listens(String protocol, String address, int port) {
        try {
            return switch (protocol) {
                case "TCP" -> anyIn("tcp", LISTENING, address, port) || anyIn("tcp6", LISTENING, address, port);
                case "UDP" -> anyIn("udp", UNCONNECTED, address, port) || anyIn("udp6", UNCONNECTED, address, port);
                default -> false;
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean anyIn(String table, String state, String address, int port) throws IOException {
        var file = NET.resolve(table);
        if (!Files.exists(file)) {
            return false;
        }
        return Files.readAllLines(file).stream().skip(1).map(line -> line.strip().split("\\s+"))
                .anyMatch(columns -> columns[STATE_COLUMN].equals(state) && meets(columns[LOCAL_COLUMN], address, port));
    }

    /// @param local address and port, hexadecimal, as `0100007F:192B`
    private static boolean meets(String local, String address, int port) {
        int colon = local.indexOf(':');
        if (Integer.parseInt(local.substring(colon + 1), 16) != port) {
            return false;
        }
        var own = local.substring(0, colon);
        if (own.chars().allMatch(digit -> digit == '0')) {
            return true;
        }
        if (own.length() > IPV4_DIGITS) {
            if (!own.startsWith(MAPPED_PREFIX)) {
                return false;
            }
            own = own.substring(MAPPED_PREFIX.length());
        }
        return address.equals("0.0.0.0") || dotted(Integer.reverseBytes(Integer.parseUnsignedInt(own, 16))).equals(address);
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
