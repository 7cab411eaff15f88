package io.moka.machinery.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.pki.TlsIdentity;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a component's health, metrics and its own pages over TLS.
///
/// Slow and silent clients are bounded by [HttpServerLimits].
public final class HealthServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthServer.class);
    private static final int BACKLOG = 16;
    private static final Duration RETRY = Duration.ofSeconds(1);

    static {
        HttpServerLimits.set();
    }

    private static final ComponentPage.Answer UNAUTHENTICATED = ComponentPage.Answer.status(401, "Unauthorized", "Unauthorized");

    private final HttpsServer server;
    private final Map<String, BooleanSupplier> readiness = new ConcurrentSkipListMap<>();
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Sleeper sleeper;
    private @Nullable Thread waiting;

    /// Asks whether a request may be answered: null if so, or the refusal.
    private interface Gate {
        ComponentPage.@Nullable Answer refusal(DelegatedAccess.Request request);
    }

    /// @param withPathsBelow whether paths below the route's are its own, too
    private record Route(ComponentApi api, Gate gate, boolean withPathsBelow) {
    }

    private HealthServer(HttpsServer server, BooleanSupplier started, Sleeper sleeper) {
        this.server = server;
        this.sleeper = sleeper;
        addReadiness("start", started);
    }

    /// Starts a server that answers at once. It says that the process is not ready until the process has started and so has added all its conditions.
    ///
    /// @param started whether the process has started, such as [ComponentProcess#hasStarted]
    /// @param clientAuthorities whose client certificates may read the metrics
    public static HealthServer start(InetSocketAddress address, BooleanSupplier started, Path certificate, Path key, Path... clientAuthorities) throws IOException {
        var health = create(started, Sleeper.SYSTEM, certificate, key, clientAuthorities);
        health.open(address);
        return health;
    }

    /// Like [#start], but a port that is in use is no error: opening it is tried again until it is free, and the process works meanwhile. For processes whose
    /// work must not depend on a port that nobody else needs.
    ///
    /// @param sleeper waits between two attempts
    public static HealthServer startOnceFree(InetSocketAddress address, BooleanSupplier started, Sleeper sleeper, Path certificate, Path key, Path... clientAuthorities)
            throws IOException {
        var health = create(started, sleeper, certificate, key, clientAuthorities);
        if (!health.tryOpen(address)) {
            health.waiting = NeededThread.start("health-port", () -> health.openOnceFree(address));
        }
        return health;
    }

    private static HealthServer create(BooleanSupplier started, Sleeper sleeper, Path certificate, Path key, Path... clientAuthorities) throws IOException {
        var authorities = new ByteArrayOutputStream();
        for (var file : clientAuthorities) {
            authorities.writeBytes(Files.readAllBytes(file));
            authorities.write('\n');
        }
        var context = TlsIdentity.read(certificate, key).serverContext(authorities.toByteArray());
        var suites = TlsIdentity.serverSuites().toArray(String[]::new);
        var https = HttpsServer.create();
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var tls = getSSLContext().getDefaultSSLParameters();
                tls.setWantClientAuth(true);
                tls.setCipherSuites(suites);
                parameters.setSSLParameters(tls);
            }
        });
        https.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("health-", 0).factory()));
        var health = new HealthServer(https, started, sleeper);
        https.createContext("/", health::answer);
        return health;
    }

    private void open(InetSocketAddress address) throws IOException {
        server.bind(address, BACKLOG);
        server.start();
    }

    /// Opens the port.
    ///
    /// @return false when it is in use
    private boolean tryOpen(InetSocketAddress address) throws IOException {
        try {
            open(address);
            return true;
        } catch (BindException e) {
            log.warn("health and metrics are not served at {}: {}; trying again each second", address, e.getMessage());
            return false;
        }
    }

    private void openOnceFree(InetSocketAddress address) {
        try {
            do {
                sleeper.sleep(RETRY);
            } while (!tryOpen(address));
            log.info("health and metrics are served at {}", address);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // a server that is closed is interrupted first
            if (!Thread.currentThread().isInterrupted()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Adds a condition without which `/readyz` fails.
    public void addReadiness(String name, BooleanSupplier check) {
        readiness.put(name, check);
    }

    /// Serves a page under this path to callers that may `get` it.
    public void addPage(String path, DelegatedAccess access, ComponentPage page) {
        routes.put(path, new Route((asked, query) -> page.get(query), request -> switch (access.decide(request)) {
            case DelegatedAccess.Decision.Allowed allowed -> null;
            case DelegatedAccess.Decision.Unauthenticated unknown -> UNAUTHENTICATED;
            case DelegatedAccess.Decision.Denied(var user) ->
                    ComponentPage.Answer.status(403, "Forbidden", "forbidden: User \"" + user + "\" cannot get path \"" + path + "\"");
        }, false));
    }

    /// Serves an API under this path and all below it to front proxies alone, which have authorised the request.
    public void addApi(String path, DelegatedAccess access, ComponentApi api) {
        routes.put(path, new Route(api, request -> request.certificate() != null && access.isFrontProxy(request.certificate()) ? null : UNAUTHENTICATED, true));
    }

    /// Whether the port has been opened.
    boolean isOpen() {
        return server.getAddress() != null;
    }

    /// Whether a thread still waits for the port.
    boolean waits() {
        return waiting != null && waiting.isAlive();
    }

    /// Returns the port of a server that is open.
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/healthz", "/livez" -> reply(exchange, 200, "ok");
                case "/readyz" -> ready(exchange);
                case "/metrics" -> metrics(exchange);
                default -> {
                    var route = route(path);
                    if (route == null) {
                        reply(exchange, 404, "404 page not found");
                    } else {
                        reply(exchange, answer(exchange, path, route));
                    }
                }
            }
        }
    }

    private @Nullable Route route(String path) {
        var exact = routes.get(path);
        return exact != null ? exact : routes.entrySet().stream().filter(each -> each.getValue().withPathsBelow && path.startsWith(each.getKey() + "/"))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    private static ComponentPage.Answer answer(HttpExchange exchange, String path, Route route) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return ComponentPage.Answer.status(405, "MethodNotAllowed", "only GET is served here");
        }
        try {
            var refusal = route.gate.refusal(new DelegatedAccess.Request(path, certificate(exchange), headers(exchange)));
            return refusal != null ? refusal : route.api.get(path, query(exchange.getRequestURI().getRawQuery()));
        } catch (ApiException | UncheckedIOException e) {
            log.info("{} could not be answered, as the apiserver could not be asked: {}", path, e.getMessage());
            return ComponentPage.Answer.status(503, "ServiceUnavailable", "the apiserver could not be asked");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ComponentPage.Answer.status(503, "ServiceUnavailable", "the component ends");
        } catch (RuntimeException e) {
            log.error("{} could not be answered", path, e);
            return ComponentPage.Answer.status(500, "InternalError", "Internal error");
        }
    }

    private static Map<String, List<String>> headers(HttpExchange exchange) {
        var headers = new HashMap<String, List<String>>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return headers;
    }

    private static Map<String, String> query(@Nullable String raw) {
        var query = new HashMap<String, String>();
        for (var part : raw == null ? new String[0] : raw.split("&")) {
            var sides = part.split("=", 2);
            query.put(URLDecoder.decode(sides[0], StandardCharsets.UTF_8), sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private void ready(HttpExchange exchange) throws IOException {
        var failed = readiness.entrySet().stream().filter(check -> !check.getValue().getAsBoolean()).map(Map.Entry::getKey).toList();
        if (failed.isEmpty()) {
            reply(exchange, 200, "ok");
        } else {
            reply(exchange, 500, "not ready: " + String.join(", ", failed));
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        if (certificate(exchange) != null) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            reply(exchange, 200, Metrics.scrape());
        } else {
            reply(exchange, 401, "Unauthorized");
        }
    }

    /// The client's certificate, which TLS has verified; null without one.
    private static @Nullable X509Certificate certificate(HttpExchange exchange) {
        try {
            return exchange instanceof HttpsExchange https && https.getSSLSession().getPeerCertificates()[0] instanceof X509Certificate shown ? shown : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static void reply(HttpExchange exchange, ComponentPage.Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.code(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    private static void reply(HttpExchange exchange, int code, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        if (waiting != null) {
            waiting.interrupt();
        }
        server.stop(0);
    }
}
