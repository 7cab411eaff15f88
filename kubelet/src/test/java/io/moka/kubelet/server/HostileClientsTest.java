package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.node.Machine;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Unauthenticated clients that hold connections, heads and bodies open for as long as they can.
class HostileClientsTest extends ServedNodeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /// The server's patience, and what a busy machine may add.
    private static final Duration LONGEST = PATIENCE.plusSeconds(19);

    @BeforeEach
    void serveImpatiently() throws Exception {
        server.close();
        server = KubeletServer.start(new KubeletServer.Address("127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt"),
                PATIENCE), runtime, node.workers, node.measurements(new Machine(folder)), health(), InstantSource.system());
    }

    private SSLSocket connect() throws Exception {
        var socket = (SSLSocket) TlsIdentity.clientContext(authority.certificatePem(), null).getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.startHandshake();
        return socket;
    }

    /// Requires that the server ends the connection, by an end of the stream or a reset, within [#LONGEST]. A time-out of this reader's own is a failure.
    ///
    /// @return how long it took
    private static Duration awaitClosed(SSLSocket socket) throws IOException {
        long begun = System.nanoTime();
        long left = LONGEST.toMillis();
        try {
            do {
                socket.setSoTimeout((int) Math.max(1, left));
                left = LONGEST.toMillis() - (System.nanoTime() - begun) / 1_000_000;
            } while (socket.getInputStream().read() >= 0 && left > 0);
            assertTrue(left > 0, "the server goes on sending");
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open after " + LONGEST, e);
        } catch (SocketException | SSLException reset) {
            assertTrue(System.nanoTime() - begun < LONGEST.toNanos(), "reset too late");
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void headThatIsDrippedIsNotWaitedFor() throws Exception {
        try (var socket = connect()) {
            var out = socket.getOutputStream();
            out.write("GET /healthz HTTP/1.1\r\nHost: x\r\n".getBytes());
            var dripping = CompletableFuture.supplyAsync(() -> drip(out));
            awaitClosed(socket);
            check("the server takes no more of the head", dripping::isDone);
            assertTrue(dripping.join() > 0, "the head was dripped");
        }
    }

    /// Sends a line of a head again and again until the connection breaks.
    ///
    /// @return how many lines were sent
    private static int drip(OutputStream out) {
        int lines = 0;
        try {
            while (true) {
                out.write("X: y\r\n".getBytes());
                out.flush();
                lines++;
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (IOException closed) {
            return lines;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connectionWithoutARequestIsClosedAndOneInUseIsNot() throws Exception {
        var idle = new ArrayList<SSLSocket>();
        for (int i = 0; i < 20; i++) {
            idle.add(connect());
        }
        for (var socket : idle) {
            awaitClosed(socket);
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
            awaitClosed(socket);
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
