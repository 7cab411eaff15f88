package io.moka.kubelet.server;

import io.moka.kubelet.spdy.SpdyConnection;
import io.moka.kubelet.spdy.SpdyStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The forwarded connections of one client: for each a stream `data` and a stream `error`, which share a `requestID`.
final class PortForward implements SpdyConnection.Listener {

    static final String PROTOCOL = "portforward.k8s.io";
    private static final Logger log = LoggerFactory.getLogger(PortForward.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int LONE_HALVES = 64;
    private static final int BUFFER_BYTES = 32_768;

    private final String podAddress;
    private final String podName;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    // the event loop alone: those whose other half has still to be opened, by their request's id
    private final Map<String, Half> halves = new HashMap<>();

    private record Half(SpdyStream stream, BytePipe received) {
    }

    /// @param podName for messages
    PortForward(String podAddress, String podName) {
        this.podAddress = podAddress;
        this.podName = podName;
    }

    @Override
    public void opened(SpdyStream stream) {
        var type = stream.header("streamtype");
        if (!type.equals("data") && !type.equals("error") || halves.size() >= LONE_HALVES) {
            stream.reset();
            return;
        }
        var half = new Half(stream, new BytePipe(stream::taken));
        if (type.equals("data")) {
            stream.receive(half.received);
        }
        var id = stream.header("requestid");
        var other = halves.remove(id);
        if (other == null) {
            halves.put(id, half);
        } else if (other.stream.header("streamtype").equals(type)) {
            other.stream.reset();
            stream.reset();
        } else {
            start(type.equals("data") ? half : other, type.equals("data") ? other.stream : stream);
        }
    }

    private void start(Half data, SpdyStream error) {
        var thread = Thread.ofVirtual().name("port-forward").unstarted(() -> {
            try {
                forward(data, error);
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        thread.start();
    }

    private void forward(Half data, SpdyStream error) {
        var port = data.stream.header("port");
        try (var socket = new Socket(); var received = data.received) {
            socket.connect(new InetSocketAddress(podAddress, Integer.parseInt(port)), (int) CONNECT_LIMIT.toMillis());
            var feeder = Thread.ofVirtual().name("port-forward-in").start(() -> feed(received, socket));
            try {
                answer(socket, data.stream);
            } finally {
                feeder.interrupt();
            }
        } catch (IOException | IllegalArgumentException e) {
            var message = "error forwarding port " + port + " to pod " + podName + ": " + podAddress + ": " + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            error.write(message.getBytes(StandardCharsets.UTF_8));
        } catch (Futures.ConnectionLost e) {
            log.debug("the client has left: {}", e.getMessage());
        }
        data.stream.end();
        error.end();
    }

    private static void feed(BytePipe received, Socket socket) {
        try {
            received.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            log.debug("the pod takes no more: {}", e.getMessage());
            received.close();
        }
    }

    private static void answer(Socket socket, SpdyStream stream) throws IOException {
        var in = socket.getInputStream();
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            Futures.await(stream.write(Arrays.copyOf(buffer, count)));
        }
    }

    @Override
    public void closed() {
        running.forEach(Thread::interrupt);
    }
}
