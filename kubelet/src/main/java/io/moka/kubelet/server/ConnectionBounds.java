package io.moka.kubelet.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Limits idle connections of clients: a connection is closed if no request is being answered on it and the head of the next is not complete in time, or if
/// there are too many connections. A request's body is never read, so its speed does not matter until the answer is written. Used on the event loop alone.
final class ConnectionBounds {

    static final int MOST_CONNECTIONS = 1_000;
    /// The factor by which a connection may be idle longer after its first request: longer than clients keep idle connections, so that clients close them
    /// first.
    private static final int BETWEEN_REQUESTS = 3;
    private static final Logger log = LoggerFactory.getLogger(ConnectionBounds.class);

    private static final class Use {
        int requests;
        long timer;
    }

    private final Vertx vertx;
    private final long patienceMillis;
    private final Map<HttpConnection, Use> open = new HashMap<>();

    /// @param patience how long a connection may be without a request
    ConnectionBounds(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patienceMillis = patience.toMillis();
    }

    /// A client has connected.
    void connected(HttpConnection connection) {
        if (open.size() >= MOST_CONNECTIONS) {
            log.warn("a connection of {} is closed, as there are {} already", connection.remoteAddress(), MOST_CONNECTIONS);
            connection.close();
            return;
        }
        var use = new Use();
        open.put(connection, use);
        connection.closeHandler(closed -> {
            open.remove(connection);
            vertx.cancelTimer(use.timer);
        });
        waitForRequest(connection, use, patienceMillis);
    }

    private void waitForRequest(HttpConnection connection, Use use, long millis) {
        use.timer = vertx.setTimer(millis, fired -> {
            if (use.requests == 0) {
                connection.close();
            }
        });
    }

    /// Counts requests while they are answered. A connection that is taken over stays in use.
    Handler<HttpServerRequest> counting(Handler<HttpServerRequest> handler) {
        return request -> {
            var connection = request.connection();
            var use = open.get(connection);
            if (use != null) {
                use.requests++;
                vertx.cancelTimer(use.timer);
                request.response().endHandler(ended -> ended(connection, use));
            }
            handler.handle(request);
        };
    }

    private void ended(HttpConnection connection, Use use) {
        use.requests--;
        if (use.requests == 0 && open.containsKey(connection)) {
            waitForRequest(connection, use, BETWEEN_REQUESTS * patienceMillis);
        }
    }
}
