package io.moka.kubelet.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;

/// The protocol by which several streams share one WebSocket; client and server agree on it as the WebSocket's subprotocol. A client that offers none means the
/// oldest.
enum ChannelProtocol {

    V5("v5.channel.k8s.io"),
    V4("v4.channel.k8s.io"),
    V4_BASE64("v4.base64.channel.k8s.io"),
    PLAIN("channel.k8s.io"),
    PLAIN_BASE64("base64.channel.k8s.io");

    static final String HEADER = "Sec-WebSocket-Protocol";

    private final String text;

    ChannelProtocol(String text) {
        this.text = text;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(protocol -> protocol.text).toList();
    }

    /// Chooses, and leaves nothing but what is chosen in the request, for the handshake to answer.
    ///
    /// @throws HttpProblem 403 where the client offers nothing of these
    static ChannelProtocol negotiate(HttpServerRequest request, ChannelProtocol... supported) {
        var offered = offered(request);
        if (offered.isEmpty()) {
            return PLAIN;
        }
        var known = Arrays.asList(supported);
        var chosen = offered.stream().flatMap(name -> known.stream().filter(protocol -> protocol.text.equals(name))).findFirst()
                .orElseThrow(() -> new HttpProblem(403, "requested protocol(s) are not supported: " + offered + "; supports " + known.stream().map(protocol -> protocol.text).toList()));
        request.headers().set(HEADER, chosen.text);
        return chosen;
    }

    static List<String> offered(HttpServerRequest request) {
        return request.headers().getAll(HEADER).stream().flatMap(value -> Arrays.stream(value.split(","))).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    /// Messages are text: a digit for the channel, then base64.
    boolean base64() {
        return this == V4_BASE64 || this == PLAIN_BASE64;
    }

    /// Whether a command's result is sent as a Status object; before v4, a failure is sent as its message.
    boolean statusIsJson() {
        return this == V5 || this == V4 || this == V4_BASE64;
    }

    /// A client can end a stream and go on with others.
    boolean closesStreams() {
        return this == V5;
    }
}
