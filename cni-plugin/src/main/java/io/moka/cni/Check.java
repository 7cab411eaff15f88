package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The verb CHECK: verifies that the attachment is still as ADD left it.
record Check(NetworkConfig network, Attachment attachment) {

    JsonObject run() throws IOException {
        require(Bridge.exists(network), "bridge " + network.bridge() + " is missing");
        require(Files.exists(Path.of("/sys/class/net", attachment.hostInterface(), "master")),
                attachment.hostInterface() + " is missing or not on " + network.bridge());
        var address = reserved();
        var listing = Kernel.run(List.of("nsenter", "--net=" + attachment.namespace(), "ip", "-o", "-4", "addr", "show",
                "dev", attachment.interfaceName()), List.of());
        require(listing.ok() && listing.output().contains(" " + address + "/"), attachment.interfaceName() + " does not have " + address);
        var route = Kernel.run(List.of("nsenter", "--net=" + attachment.namespace(), "ip", "-4", "route", "show", "default"), List.of());
        require(route.output().contains("via " + network.gateway()), "the default route does not lead to " + network.gateway());
        return JsonObject.empty();
    }

    private Ipv4 reserved() throws IOException {
        try (var addresses = Addresses.open(network)) {
            var address = addresses.of(attachment);
            if (address == null) {
                throw new CniException(CniException.CHECK_FAILED, "no address is reserved for " + attachment.containerId(), "");
            }
            return address;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new CniException(CniException.CHECK_FAILED, otherwise, "");
        }
    }
}
