package io.moka.apiserver.http;

import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;

/// Where and with which certificate the server listens. Port 0 takes a free one.
public record FrontendOptions(String bindAddress, int port, Path certFile, Path keyFile) {
    /// The address, for several servers: a free port as well is one port for all of them.
    SocketAddress shared() {
        return port == 0 ? SocketAddress.sharedRandomPort(1, bindAddress) : SocketAddress.inetSocketAddress(port, bindAddress);
    }
}
