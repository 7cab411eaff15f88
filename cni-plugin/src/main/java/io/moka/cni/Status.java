package io.moka.cni;

import java.io.IOException;

/// The verb STATUS: tells whether an ADD could succeed now.
record Status(NetworkConfig network) {

    JsonObject run() throws IOException {
        try (var addresses = Addresses.open(network)) {
            if (addresses.isFull()) {
                throw new CniException(CniException.UNAVAILABLE, "no IP addresses available in network: " + network.name(), "");
            }
        }
        return JsonObject.empty();
    }
}
