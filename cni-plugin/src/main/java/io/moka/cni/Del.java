package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// DEL: takes back whatever is still there of the attachment. Never fails because something is missing.
record Del(NetworkConfig network, Attachment attachment) {

    JsonObject run() throws IOException {
        try (var addresses = Addresses.open(network)) {
            closePorts(addresses.of(attachment));
            var host = attachment.hostInterface();
            if (Files.exists(Path.of("/sys/class/net", host))) {
                Kernel.tryIp(List.of("link del " + host));
            }
            addresses.release(attachment);
        }
        return JsonObject.empty();
    }

    private void closePorts(@Nullable Ipv4 address) throws IOException {
        if (address != null) {
            Firewall.close(network, address, PortFiles.read(network, attachment));
        }
        PortFiles.delete(network, attachment);
    }
}
