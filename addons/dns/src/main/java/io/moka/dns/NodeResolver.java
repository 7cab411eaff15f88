package io.moka.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The name servers and search domains of the node, read from the `resolv.conf` that the kubelet gives a pod whose DNS policy is Default.
///
/// @param servers the name servers, without those that only the node itself can reach
/// @param domains the node's search path
record NodeResolver(List<InetSocketAddress> servers, List<String> domains) {

    private static final int PORT = 53;

    static NodeResolver read(Path file) throws IOException {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> domains = List.of();
        for (var line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            var words = List.of(line.strip().split("\\s+"));
            var rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" -> rest.stream().limit(1).forEach(server -> add(server, servers));
                case "search" -> domains = rest.stream().filter(domain -> !domain.equals(".")).toList();
                default -> { }
            }
        }
        return new NodeResolver(servers, domains);
    }

    static InetSocketAddress server(String text) {
        int port = text.lastIndexOf('#');
        return port < 0 ? new InetSocketAddress(InetAddress.ofLiteral(text), PORT)
                : new InetSocketAddress(InetAddress.ofLiteral(text.substring(0, port)), Integer.parseInt(text.substring(port + 1)));
    }

    /// Adds a name server, but no loopback address: it refers to the node, and from here it would be this server itself.
    private static void add(String text, List<InetSocketAddress> servers) {
        try {
            var server = server(text);
            if (!server.getAddress().isLoopbackAddress() && !server.getAddress().isAnyLocalAddress()) {
                servers.add(server);
            }
        } catch (IllegalArgumentException e) {
            return;
        }
    }
}
