package io.moka.apiserver.http;

import io.moka.apiserver.audit.AuditTrail;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.vertx.core.http.ServerWebSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;

/// The handshake of a WebSocket that we speak ourselves; those to kubelets and other servers are passed through unread.
///
/// The caller has to name an origin, by which browsers show where a script comes from, and may offer one subprotocol, which is taken
/// whatever it is.
public final class WebSocketUpgrade {
    static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    /// Makes the server take any subprotocol.
    static final List<String> ANY_PROTOCOL = List.of("*");
    /// Without one, Netty would speak a draft of 2010.
    private static final String VERSION = "13";
    private static final int SWITCHING_PROTOCOLS = 101;

    private WebSocketUpgrade() {}

    public static boolean isWanted(Exchange exchange) {
        return exchange.header("Upgrade").equalsIgnoreCase("websocket")
                && list(exchange.request().headers().getAll("Connection")).anyMatch(token -> token.toLowerCase(Locale.ROOT).equals("upgrade"));
    }

    /// Takes the connection over.
    ///
    /// @param taking called on the connection's event loop before anything can come in
    /// @throws ApiException when there can be no WebSocket
    public static <S> S accept(Exchange exchange, Function<ServerWebSocket, S> taking) {
        if (exchange.header("Origin").isEmpty()) {
            throw new ApiException(new Status(403, "Forbidden", "null origin", null));
        }
        if (list(exchange.request().headers().getAll(PROTOCOLS)).count() > 1) {
            throw ApiException.badRequest("missing or bad WebSocket-Protocol");
        }
        if (!exchange.header("Sec-WebSocket-Version").equals(VERSION)) {
            throw ApiException.badRequest("missing or bad WebSocket Version");
        }
        if (exchange.header("Sec-WebSocket-Key").isEmpty()) {
            throw ApiException.badRequest("mismatch challenge/response");
        }
        CompletableFuture<S> taken = new CompletableFuture<>();
        exchange.response().setStatusCode(SWITCHING_PROTOCOLS);
        exchange.eventLoop().execute(() -> exchange.request().toWebSocket().map(taking).onSuccess(taken::complete).onFailure(taken::completeExceptionally));
        S sink = await(taken);
        AuditTrail trail = exchange.trail();
        if (trail != null) {
            trail.responseStarted(SWITCHING_PROTOCOLS);
        }
        return sink;
    }

    private static <S> S await(CompletableFuture<S> taken) {
        try {
            return taken.get();
        } catch (ExecutionException failed) {
            throw ApiException.badRequest(String.valueOf(failed.getCause().getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a WebSocket was opened", stopped);
        }
    }

    /// The elements of a header's values.
    static Stream<String> list(List<String> values) {
        return values.stream().flatMap(value -> Arrays.stream(value.split(","))).map(String::strip).filter(element -> !element.isEmpty());
    }
}
