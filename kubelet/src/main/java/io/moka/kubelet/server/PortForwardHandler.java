package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.spdy.SpdyConnection;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/portForward/<namespace>/<pod>[/<uid>]` over SPDY, be it alone or in the messages of a WebSocket,
/// or over a WebSocket with channels for the ports that the query names.
///
/// Connects to the pod's address from the node, so a pod has to listen on more than its own loopback; upstream enters its network namespace.
final class PortForwardHandler {

    /// The WebSocket subprotocol that carries SPDY.
    static final String TUNNEL = "SPDY/3.1+" + SpdyPortForward.PROTOCOL;
    private static final Logger log = LoggerFactory.getLogger(PortForwardHandler.class);

    private final PodWorkers pods;

    PortForwardHandler(PodWorkers pods) {
        this.pods = pods;
    }

    /// On the event loop: checks the request, then takes the connection over.
    void upgrade(HttpServerRequest request) {
        var view = Target.pod(request.path(), pods);
        var pod = new PodConnection(address(view), view.pod().getMetadata().getName() + "_" + view.pod().getMetadata().getNamespace());
        if (SpdyUpgrade.isWanted(request)) {
            SpdyUpgrade.accept(request, SpdyPortForward.PROTOCOL).onSuccess(socket -> SpdyConnection.over(socket, new SpdyPortForward(pod)))
                    .onFailure(failure -> log.debug("no SPDY: {}", failure.getMessage()));
        } else if (ChannelProtocol.offered(request).contains(TUNNEL)) {
            request.headers().set(ChannelProtocol.HEADER, TUNNEL);
            request.toWebSocket().onSuccess(socket -> SpdyConnection.over(socket, new SpdyPortForward(pod)))
                    .onFailure(failure -> log.debug("no WebSocket: {}", failure.getMessage()));
        } else {
            var ports = ChannelPortForward.ports(request);
            var protocol = ChannelProtocol.negotiate(request, ChannelProtocol.V4, ChannelProtocol.V4_BASE64);
            request.toWebSocket().onSuccess(socket -> ChannelPortForward.begin(socket, protocol, ports, pod))
                    .onFailure(failure -> log.debug("no WebSocket: {}", failure.getMessage()));
        }
    }

    private static String address(PodView pod) {
        if (Boolean.TRUE.equals(pod.pod().getSpec().getHostNetwork())) {
            return "127.0.0.1";
        }
        return pod.podIps().stream().findFirst().orElseThrow(() -> new HttpProblem(404, "pod has no network: " + pod.pod().getMetadata().getName()));
    }
}
