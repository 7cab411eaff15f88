package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The node's switch, to which every pod's cable goes. Made by the first pod; its address is the pods' gateway.
final class Bridge {

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private Bridge() {
    }

    static boolean exists(NetworkConfig network) {
        return Files.exists(Path.of("/sys/class/net", network.bridge()));
    }

    /// To be called under the network's lock.
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
    }
}
