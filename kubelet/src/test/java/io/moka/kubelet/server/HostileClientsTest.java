package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.node.Machine;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Unauthenticated clients that hold connections, heads and bodies open for as long as they can.
class HostileClientsTest extends ServedNodeTest {

    @BeforeEach
    void serveImpatiently() throws Exception {
        server.close();
        server = KubeletServer.start(new KubeletServer.Address("127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt"),
                Duration.ofSeconds(1)), runtime, node.workers, node.measurements(new Machine(folder)), InstantSource.system());
    }

    private SSLSocket connect() throws Exception {
        var socket = (SSLSocket) TlsIdentity.clientContext(authority.certificatePem(), null).getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.startHandshake();
        socket.setSoTimeout(30_000);
        return socket;
    }

    /// Whether the server has closed its side.
    private static boolean isClosed(SSLSocket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void headThatIsDrippedIsNotWaitedFor() throws Exception {
        try (var socket = connect()) {
            var out = socket.getOutputStream();
            out.write("GET /healthz HTTP/1.1\r\nHost: x\r\n".getBytes());
            var dripping = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        out.write("X: y\r\n".getBytes());
                        out.flush();
                        TimeUnit.MILLISECONDS.sleep(100);
                    }
                } catch (IOException | InterruptedException closed) {
                    assertTrue(true, "closed");
                }
            });
            assertTrue(isClosed(socket));
            dripping.interrupt();
        }
    }

    @Test
    void connectionWithoutARequestIsClosedAndOneInUseIsNot() throws Exception {
        var idle = new ArrayList<SSLSocket>();
        for (int i = 0; i < 20; i++) {
            idle.add(connect());
        }
        for (var socket : idle) {
            assertTrue(isClosed(socket));
            socket.close();
        }
        var client = administrator();
        assertEquals(200, client.send(HttpRequest.newBuilder(uri("https", "/healthz")).build(), BodyHandlers.ofString()).statusCode());
    }

    /// The server answers without waiting for a body that never comes.
    @Test
    void bodyIsNotWaitedFor() throws Exception {
        try (var socket = connect()) {
            socket.getOutputStream().write("POST /run/default/web/main?cmd=id HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc".getBytes());
            var answer = new String(socket.getInputStream().readNBytes(12));
            assertEquals("HTTP/1.1 401", answer);
            check("it is closed", () -> isClosed(socket));
        }
    }

    /// The kubelet does not offer HTTP/2, so clients cannot flood it with PING frames.
    @Test
    void http2IsNotOffered() throws Exception {
        try (var socket = (SSLSocket) TlsIdentity.clientContext(authority.certificatePem(), null).getSocketFactory().createSocket("127.0.0.1", server.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertTrue(!"h2".equals(socket.getApplicationProtocol()));
        }
    }
}
