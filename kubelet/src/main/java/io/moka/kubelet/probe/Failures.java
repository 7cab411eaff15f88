package io.moka.kubelet.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/// Words network errors as upstream does, since users know these messages.
final class Failures {

    private Failures() {
    }

    static String dial(String host, int port, IOException failure) {
        return switch (failure) {
            case ConnectException refused -> "dial tcp " + host + ":" + port + ": connect: connection refused";
            case NoRouteToHostException none -> "dial tcp " + host + ":" + port + ": connect: no route to host";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
