package io.moka.proxy.path;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.IpFamily;
import java.util.regex.Pattern;

/// The destination of a connection.
///
/// @param port 0 where none was named
record Target(Place place, int port, String protocol) {

    private static final Pattern PROTOCOL = Pattern.compile("(.*)/(tcp|udp|sctp)");
    private static final Pattern PORT = Pattern.compile("(.*):(\\d{1,5})");
    private static final int LAST_PORT = 65_535;

    /// The form in which the target was named.
    sealed interface Place {

        record OfService(ObjectKey key) implements Place {
        }

        record OfPod(ObjectKey key) implements Place {
        }

        record OfNode(String name) implements Place {
        }

        record Address(String address) implements Place {
        }

        /// A name as a program asks for it.
        record Name(String name) implements Place {
        }
    }

    /// Reads `service/NAME:PORT`, `pod/NAME:PORT`, `node/NAME:PORT`, `NAME:PORT` or `ADDRESS:PORT`, with `/udp` or `/sctp` behind it for other protocols than TCP.
    ///
    /// @throws IllegalArgumentException for anything else
    static Target parse(String text, String namespace) {
        var protocol = PROTOCOL.matcher(text);
        var rest = protocol.matches() ? protocol.group(1) : text;
        var port = PORT.matcher(rest);
        boolean bare = IpFamily.of(rest).isAddress(rest) || !port.matches();
        int number = bare ? 0 : Integer.parseInt(port.group(2));
        if (number > LAST_PORT || rest.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" is no place to connect to: service/NAME:PORT, pod/NAME:PORT, node/NAME:PORT, NAME:PORT or ADDRESS:PORT");
        }
        return new Target(place(bare ? rest : port.group(1), namespace), number, protocol.matches() ? protocol.group(2) : "tcp");
    }

    private static Place place(String text, String namespace) {
        var parts = text.split("/");
        var key = parts.length == 3 ? new ObjectKey(parts[1], parts[2]) : parts.length == 2 ? new ObjectKey(namespace, parts[1]) : null;
        var address = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        return switch (key == null ? "" : parts[0]) {
            case "service", "services", "svc" -> new Place.OfService(key);
            case "pod", "pods", "po" -> new Place.OfPod(key);
            case "node", "nodes", "no" -> new Place.OfNode(parts[1]);
            default -> {
                if (text.contains("/")) {
                    throw new IllegalArgumentException("\"" + text + "\": only services, pods, nodes, names and addresses can be connected to");
                }
                yield IpFamily.of(address).isAddress(address) ? new Place.Address(address) : new Place.Name(text);
            }
        };
    }
}
