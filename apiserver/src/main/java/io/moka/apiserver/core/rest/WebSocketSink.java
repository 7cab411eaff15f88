package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.WebSocketUpgrade;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends events as messages of a WebSocket, each in one text frame. Messages from the client are ignored.
final class WebSocketSink implements WatchSink {
    private static final int MAX_IN_FLIGHT_BYTES = 64 * 1024;

    private final ServerWebSocket socket;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final AtomicInteger inFlightBytes = new AtomicInteger();
    private volatile Runnable room = () -> { };

    /// Creates the sink. To be called on the socket's event loop.
    private WebSocketSink(ServerWebSocket socket) {
        this.socket = socket;
        socket.closeHandler(closed -> left.complete(null));
        socket.exceptionHandler(broken -> left.complete(null));
    }

    /// Upgrades the connection.
    ///
    /// @throws io.moka.apiserver.core.status.ApiException when the client's handshake is invalid
    static WebSocketSink begin(Exchange exchange) {
        return WebSocketUpgrade.accept(exchange, WebSocketSink::new);
    }

    @Override
    public void listen(Runnable whenRoom, Runnable gone) {
        room = whenRoom;
        left.thenRun(gone);
    }

    @Override
    public boolean full() {
        return inFlightBytes.get() >= MAX_IN_FLIGHT_BYTES;
    }

    @Override
    public void event(String type, byte[] object) {
        if (socket.isClosed()) {
            return;
        }
        byte[] head = WatchSink.head(type);
        int length = head.length + object.length;
        inFlightBytes.addAndGet(length);
        String text = new String(head, UTF_8) + new String(object, UTF_8) + "}\n";
        socket.writeFinalTextFrame(text).onComplete(sent -> {
            int before = inFlightBytes.getAndAdd(-length);
            if (before >= MAX_IN_FLIGHT_BYTES && before - length < MAX_IN_FLIGHT_BYTES) {
                room.run();
            }
        });
    }

    @Override
    public void flush() {
        // each event has been sent already
    }

    @Override
    public void close() {
        if (!socket.isClosed()) {
            socket.close();
        }
    }
}
