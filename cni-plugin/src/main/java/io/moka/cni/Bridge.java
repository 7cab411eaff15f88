package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The node's bridge, to which every pod's cable is connected. Created for the first pod; its address is the pods' gateway.
final class Bridge {

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final Path LOOPBACK_ROUTING = Path.of("/proc/sys/net/ipv4/conf");

    private Bridge() {
    }

    static boolean exists(NetworkConfig network) {
        return Files.exists(Path.of("/sys/class/net", network.bridge()));
    }

    /// To be called under the network's lock. That loopback addresses are routed lets the node reach host ports at 127.0.0.1; the
    /// firewall, which is there before, keeps pods from reaching the node's own.
    static void ensure(NetworkConfig network) throws IOException {
        if (exists(network)) {
            return;
        }
        Kernel.ip(List.of(
                "link add " + network.bridge() + " address " + network.gateway().toMac() + " mtu " + network.mtu() + " type bridge",
                "addr add " + network.gateway() + "/" + network.subnet().prefix() + " dev " + network.bridge(),
                "link set " + network.bridge() + " up"));
        Files.writeString(FORWARDING, "1\n");
        Firewall.ensure(network);
        Files.writeString(LOOPBACK_ROUTING.resolve(network.bridge()).resolve("route_localnet"), "1\n");
    }
}
