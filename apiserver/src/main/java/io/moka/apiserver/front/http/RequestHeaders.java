package io.moka.apiserver.front.http;

import io.moka.apiserver.front.authn.Credentials;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Gives access to a request's headers, and to the client addresses in them.
record RequestHeaders(MultiMap headers) implements Credentials.Headers {
    @Override
    public List<String> all(String name) {
        return headers.getAll(name);
    }

    @Override
    public Set<String> names() {
        return headers.names();
    }

    /// Returns the addresses of the clients and proxies in the request's headers, followed by the connection's remote address.
    static List<String> sourceIps(HttpServerRequest request) {
        List<String> ips = new ArrayList<>();
        for (String header : new String[] {"X-Forwarded-For", "X-Real-Ip"}) {
            for (String value : request.headers().getAll(header)) {
                for (String ip : value.split(",")) {
                    if (!ip.isBlank() && ips.size() < 16 && !ips.contains(ip.trim())) {
                        ips.add(ip.trim());
                    }
                }
            }
        }
        SocketAddress remote = request.remoteAddress();
        if (remote != null && remote.hostAddress() != null && !ips.contains(remote.hostAddress())) {
            ips.add(remote.hostAddress());
        }
        return ips;
    }
}
