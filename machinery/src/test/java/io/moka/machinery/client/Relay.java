package io.moka.machinery.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// Passes connections on to a port of this machine, and can let those that are open fall silent without closing them.
final class Relay implements AutoCloseable {

    private record Pair(Socket client, Socket server, AtomicBoolean frozen) {
    }

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();
    private final int target;

    Relay(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void freezeWhatIsOpen() {
        pairs.forEach(pair -> pair.frozen.set(true));
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), target), new AtomicBoolean());
                pairs.add(pair);
                Thread.ofVirtual().start(() -> pass(pair.client, pair.server, pair.frozen));
                Thread.ofVirtual().start(() -> pass(pair.server, pair.client, pair.frozen));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void pass(Socket from, Socket to, AtomicBoolean frozen) {
        var buffer = new byte[8192];
        try {
            for (int read = from.getInputStream().read(buffer); read >= 0; read = from.getInputStream().read(buffer)) {
                if (!frozen.get()) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } catch (IOException closed) {
            // one side has ended
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var pair : pairs) {
            pair.client.close();
            pair.server.close();
        }
    }
}
