package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.spdy.SpdyConnection;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/portForward/<namespace>/<pod>[/<uid>]` over SPDY, be it alone or in the messages of a WebSocket.
///
/// Connects to the pod's address from the node, so a pod has to listen on more than its own loopback; upstream enters its network namespace.
final class PortForwardHandler {

    /// How a WebSocket is asked to carry SPDY.
    static final String TUNNEL = "SPDY/3.1+" + PortForward.PROTOCOL;
    private static final Logger log = LoggerFactory.getLogger(PortForwardHandler.class);

    private final PodWorkers pods;

    PortForwardHandler(PodWorkers pods) {
        this.pods = pods;
    }

    /// On the event loop: checks the request, then takes the connection over.
    void upgrade(HttpServerRequest request) {
        var pod = Target.pod(request.path(), pods);
        var forward = new PortForward(address(pod), pod.pod().getMetadata().getName() + "_" + pod.pod().getMetadata().getNamespace());
        if (SpdyUpgrade.isWanted(request)) {
            SpdyUpgrade.accept(request, PortForward.PROTOCOL).onSuccess(socket -> SpdyConnection.over(socket, forward))
                    .onFailure(failure -> log.debug("no SPDY: {}", failure.getMessage()));
        } else if (request.getHeader("Sec-WebSocket-Protocol") instanceof String offered && offered.contains(TUNNEL)) {
            request.toWebSocket().onSuccess(socket -> SpdyConnection.over(socket, forward))
                    .onFailure(failure -> log.debug("no WebSocket: {}", failure.getMessage()));
        } else {
            throw new HttpProblem(400, "unable to upgrade: ports are forwarded over SPDY/3.1 or the WebSocket protocol " + TUNNEL);
        }
    }

    private static String address(PodView pod) {
        if (Boolean.TRUE.equals(pod.pod().getSpec().getHostNetwork())) {
            return "127.0.0.1";
        }
        return pod.podIps().stream().findFirst().orElseThrow(() -> new HttpProblem(404, "pod has no network: " + pod.pod().getMetadata().getName()));
    }
}
