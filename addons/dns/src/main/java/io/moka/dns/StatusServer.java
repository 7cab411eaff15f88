package io.moka.dns;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.moka.dns.server.Why;
import io.moka.machinery.process.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/// Serves health, readiness, metrics, and explanations of answers. Plain HTTP, for probes and metrics collectors.
final class StatusServer implements AutoCloseable {

    private static final String MOST_SECONDS = "10";
    private static final String MOST_CONNECTIONS = "32";

    private final HttpServer server;
    private final BooleanSupplier ready;
    private final Why why;

    private StatusServer(HttpServer server, BooleanSupplier ready, Why why) {
        this.server = server;
        this.ready = ready;
        this.why = why;
    }

    static StatusServer start(InetSocketAddress address, BooleanSupplier ready, Why why) throws IOException {
        // the JDK's server reads its limits from system properties alone
        Map.of("sun.net.httpserver.maxReqTime", MOST_SECONDS, "sun.net.httpserver.maxRspTime", MOST_SECONDS, "sun.net.httpserver.idleInterval", MOST_SECONDS,
                "jdk.httpserver.maxConnections", MOST_CONNECTIONS, "sun.net.httpserver.timerMillis", "5000").forEach(System::setProperty);
        var http = HttpServer.create(address, 16);
        http.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("status-", 0).factory()));
        var status = new StatusServer(http, ready, why);
        http.createContext("/", status::answer);
        http.start();
        return status;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/health", "/healthz", "/livez" -> reply(exchange, 200, "OK");
                case "/ready", "/readyz" -> reply(exchange, ready.getAsBoolean() ? 200 : 503, ready.getAsBoolean() ? "OK" : "names are not known yet, or the server is ending");
                case "/metrics" -> reply(exchange, 200, Metrics.scrape());
                case "/why" -> {
                    var query = query(exchange.getRequestURI().getRawQuery());
                    reply(exchange, 200, why.tell(query.getOrDefault("name", ""), query.getOrDefault("from", ""), query.getOrDefault("type", "")));
                }
                default -> reply(exchange, 404, "404 page not found");
            }
        }
    }

    private static Map<String, String> query(String raw) {
        var query = new HashMap<String, String>();
        for (var pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private static void reply(HttpExchange exchange, int code, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
