package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The verb DEL: removes all parts of the attachment that still exist. Never fails because a part is missing.
record Del(NetworkConfig network, Attachment attachment) {

    JsonObject run() throws IOException {
        removeMark();
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

    /// Removes the mark without holding the lock, so that other plugins do not wait for it: until the address is released, it is this attachment's.
    private void removeMark() throws IOException {
        if (network.policyTable().isEmpty()) {
            return;
        }
        @Nullable Ipv4 address;
        try (var addresses = Addresses.open(network)) {
            address = addresses.of(attachment);
        }
        if (address != null) {
            PolicyMark.remove(network.policyTable(), address);
        }
    }

    private void closePorts(@Nullable Ipv4 address) throws IOException {
        if (address != null) {
            Firewall.close(network, address, PortFiles.read(network, attachment));
        }
        PortFiles.delete(network, attachment);
    }
}
