package io.moka.cni;

import java.io.IOException;

/// STATUS: could an ADD succeed now?
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
