package io.moka.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.http.WebSocketUpgrade;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Events as the messages of a WebSocket, each in one text frame. What the client sends is ignored.
final class WebSocketSink implements WatchSink {
    private static final int MAX_IN_FLIGHT_BYTES = 64 * 1024;

    private final ServerWebSocket socket;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final AtomicInteger inFlightBytes = new AtomicInteger();
    private volatile Runnable room = () -> { };

    /// To be made on the socket's event loop.
    private WebSocketSink(ServerWebSocket socket) {
        this.socket = socket;
        socket.closeHandler(closed -> left.complete(null));
        socket.exceptionHandler(broken -> left.complete(null));
    }

    /// Takes the connection over.
    ///
    /// @throws io.moka.apiserver.status.ApiException when the client's handshake is none
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
    public void event(byte[] head, byte[] object) {
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
        // each event has been sent as it came
    }

    @Override
    public void close() {
        if (!socket.isClosed()) {
            socket.close();
        }
    }
}
