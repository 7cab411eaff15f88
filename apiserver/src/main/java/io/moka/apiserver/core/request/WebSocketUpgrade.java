package io.moka.apiserver.core.request;

import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/// Performs the handshake of a WebSocket that this server handles itself; WebSockets to kubelets and other servers are passed on unread.
///
/// The request must have an `Origin` header, in which browsers name the origin of a script, and may offer one subprotocol, which is accepted
/// whatever its name is.
public final class WebSocketUpgrade {
    public static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    /// The list of subprotocols with which Vert.x accepts any offered one.
    public static final List<String> ANY_PROTOCOL = List.of("*");
    /// The required protocol version; without a version, Netty would use a draft of 2010.
    private static final String VERSION = "13";
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final long PATIENCE_SECONDS = 30;

    private WebSocketUpgrade() {}

    public static boolean isWanted(Exchange exchange) {
        return exchange.header("Upgrade").equalsIgnoreCase("websocket")
                && list(exchange.request().headers().getAll("Connection")).anyMatch(token -> token.toLowerCase(Locale.ROOT).equals("upgrade"));
    }

    /// Upgrades the connection.
    ///
    /// @param taking called on the connection's event loop before the first message can arrive
    /// @throws ApiException when the request is no valid handshake
    public static <S> S accept(Exchange exchange, Function<ServerWebSocket, S> taking) {
        check(exchange);
        CompletableFuture<S> taken = new CompletableFuture<>();
        exchange.eventLoop().execute(() -> open(exchange).map(taking).onSuccess(taken::complete).onFailure(taken::completeExceptionally));
        return await(taken);
    }

    /// Upgrades the connection, after [#check]. To be called on the connection's event loop.
    public static Future<ServerWebSocket> open(Exchange exchange) {
        exchange.response().setStatusCode(SWITCHING_PROTOCOLS);
        return exchange.request().toWebSocket().onSuccess(opened -> {
            AuditTrail trail = exchange.trail();
            if (trail != null) {
                trail.responseStarted(SWITCHING_PROTOCOLS);
            }
        });
    }

    /// @throws ApiException when the request is no valid handshake
    public static void check(Exchange exchange) {
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
    }

    private static <S> S await(CompletableFuture<S> taken) {
        try {
            return taken.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException silent) {
            throw ApiException.timeout("the WebSocket was not opened in time");
        } catch (ExecutionException failed) {
            throw ApiException.badRequest(String.valueOf(failed.getCause().getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a WebSocket was opened", stopped);
        }
    }

    /// Returns the elements of a header's comma-separated values.
    public static Stream<String> list(List<String> values) {
        return values.stream().flatMap(value -> Arrays.stream(value.split(","))).map(String::strip).filter(element -> !element.isEmpty());
    }
}
