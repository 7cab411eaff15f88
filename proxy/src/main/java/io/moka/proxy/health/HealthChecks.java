package io.moka.proxy.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.HttpServerLimits;
import io.moka.proxy.model.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs one HTTP server for each service with a health check port. Changed by one thread.
public final class HealthChecks implements AutoCloseable {

    private static final int BACKLOG = 16;

    static {
        HttpServerLimits.set();
    }

    private static final class Server {

        private final HttpServer http;
        private volatile HealthCheck check;

        Server(HttpServer http, HealthCheck check) {
            this.http = http;
            this.check = check;
        }
    }

    private final Map<ObjectKey, Server> servers = new HashMap<>();
    // the ports that are in use by others, so that each is reported once
    private final Map<ObjectKey, Integer> taken = new HashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BooleanSupplier proxyHealthy;
    private final BiConsumer<ObjectKey, String> failures;

    /// @param proxyHealthy whether the rules are in step with the services
    /// @param failures gets each service whose port is not available, with the reason, once
    public HealthChecks(BooleanSupplier proxyHealthy, BiConsumer<ObjectKey, String> failures) {
        this.proxyHealthy = proxyHealthy;
        this.failures = failures;
    }

    /// Answers so for this service from now on; null for a service without a health check.
    public void set(ObjectKey service, @Nullable HealthCheck check) {
        var server = servers.get(service);
        if (server != null && (check == null || check.port() != server.check.port())) {
            server.http.stop(0);
            servers.remove(service);
            server = null;
        }
        if (check == null) {
            taken.remove(service);
        } else if (server != null) {
            server.check = check;
        } else {
            open(service, check);
        }
    }

    private void open(ObjectKey service, HealthCheck check) {
        try {
            var http = HttpServer.create(new InetSocketAddress(check.port()), BACKLOG);
            var server = new Server(http, check);
            http.createContext("/", exchange -> answer(exchange, server.check));
            http.setExecutor(threads);
            http.start();
            servers.put(service, server);
            taken.remove(service);
        } catch (IOException e) {
            if (!Integer.valueOf(check.port()).equals(taken.put(service, check.port()))) {
                failures.accept(service, "the health check port " + check.port() + " is not served: " + e.getMessage());
            }
        }
    }

    private void answer(HttpExchange exchange, HealthCheck check) throws IOException {
        boolean healthy = proxyHealthy.getAsBoolean();
        var body = """
                {
                	"service": {
                		"namespace": "%s",
                		"name": "%s"
                	},
                	"localEndpoints": %d,
                	"serviceProxyHealthy": %b
                }""".formatted(check.namespace(), check.name(), check.localEndpoints(), healthy).getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Load-Balancing-Endpoint-Weight", Integer.toString(check.localEndpoints()));
        try (exchange) {
            exchange.sendResponseHeaders(healthy && check.localEndpoints() > 0 ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// Ends the servers of services that are not among these.
    public void retain(Set<ObjectKey> services) {
        for (var service : Set.copyOf(servers.keySet())) {
            if (!services.contains(service)) {
                set(service, null);
            }
        }
    }

    @Override
    public void close() {
        retain(Set.of());
        threads.close();
    }
}
