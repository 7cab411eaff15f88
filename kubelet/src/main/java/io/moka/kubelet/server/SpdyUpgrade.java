package io.moka.kubelet.server;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.util.stream.Stream;

/// The HTTP exchange that turns a connection into SPDY.
final class SpdyUpgrade {

    private static final String SPDY = "SPDY/3.1";
    private static final String VERSION = "X-Stream-Protocol-Version";

    private SpdyUpgrade() {
    }

    static boolean isWanted(HttpServerRequest request) {
        return SPDY.equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    /// @param protocol the protocol of the streams
    /// @throws HttpProblem 403 where the client doesn't speak that
    static Future<NetSocket> accept(HttpServerRequest request, String protocol) {
        var offered = request.headers().getAll(VERSION).stream().flatMap(values -> Stream.of(values.split(","))).map(String::strip).toList();
        if (!offered.contains(protocol)) {
            throw new HttpProblem(403, "unable to upgrade: unable to negotiate protocol: client supports " + offered + ", server accepts [" + protocol + "]");
        }
        request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", SPDY).putHeader(VERSION, protocol);
        return request.toNetSocket();
    }
}
