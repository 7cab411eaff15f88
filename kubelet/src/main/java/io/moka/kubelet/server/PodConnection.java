package io.moka.kubelet.server;

import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Joins a forwarded stream with a connection to a pod's port, until either ends.
///
/// @param podName for messages
record PodConnection(String podAddress, String podName) {

    private static final Logger log = LoggerFactory.getLogger(PodConnection.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int BUFFER_BYTES = 32_768;

    void forward(ForwardedStream stream) {
        try (var socket = new Socket(); var received = stream.received()) {
            socket.connect(new InetSocketAddress(podAddress, stream.port()), (int) CONNECT_LIMIT.toMillis());
            var feeder = TaskThread.start("port-forward-in", () -> feed(received, socket));
            try {
                answer(socket, stream);
            } finally {
                feeder.interrupt();
            }
        } catch (IOException | IllegalArgumentException e) {
            stream.fail("error forwarding port " + stream.port() + " to pod " + podName + ": " + podAddress + ": " + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        } catch (Futures.ConnectionLost e) {
            log.debug("the client has left: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("forwarding port {} to pod {} has failed for a reason that was not foreseen", stream.port(), podName, e);
            stream.fail("error forwarding port " + stream.port() + " to pod " + podName + ": internal error");
        }
        stream.end();
    }

    private static void feed(InputStream received, Socket socket) {
        try {
            received.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            log.debug("the pod takes no more: {}", e.getMessage());
            drop(received);
        }
    }

    private static void drop(InputStream received) {
        try {
            received.close();
        } catch (IOException e) {
            log.debug("closing what the client sends: {}", e.getMessage());
        }
    }

    private static void answer(Socket socket, ForwardedStream stream) throws IOException {
        var in = socket.getInputStream();
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            stream.write(Arrays.copyOf(buffer, count));
        }
    }
}
