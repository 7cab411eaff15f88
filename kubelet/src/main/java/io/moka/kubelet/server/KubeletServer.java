package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.moka.kubelet.health.KubeletHealth;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.stats.Measurements;
import io.moka.kubelet.stats.MetricsPage;
import io.moka.machinery.client.Json;
import io.moka.machinery.net.QuickGzip;
import io.moka.machinery.pki.TlsIdentity;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.thread.TaskThread;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the kubelet's API by HTTPS on the kubelet's port.
public final class KubeletServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KubeletServer.class);
    private static final List<String> PROTOCOLS = Stream.concat(ChannelProtocol.names().stream(), Stream.of(PortForwardHandler.TUNNEL)).toList();
    private static final Duration BLOCKED_THREAD_CHECK = Duration.ofSeconds(10);
    private static final int LONGEST_MESSAGE_BYTES = 1 << 20;
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final PodWorkers pods;
    private final LogHandler logs;
    private final StreamHandler streams;
    private final PortForwardHandler portForwards;
    private final Measurements measurements;
    private final KubeletHealth health;
    private final HttpServer server;

    /// The address to listen on, and the certificates.
    ///
    /// @param patience how long a connection may be open without a complete request
    public record Address(String host, int port, Path certificate, Path key, Path clientAuthority, Duration patience) {

        public Address(String host, int port, Path certificate, Path key, Path clientAuthority) {
            this(host, port, certificate, key, clientAuthority, Duration.ofSeconds(30));
        }
    }

    private KubeletServer(Vertx vertx, Address address, ContainerRuntime runtime, PodWorkers pods, Measurements measurements, KubeletHealth health,
            InstantSource clock) {
        this.health = health;
        this.vertx = vertx;
        this.pods = pods;
        this.logs = new LogHandler(runtime, pods, clock);
        this.streams = new StreamHandler(runtime, pods);
        this.portForwards = new PortForwardHandler(pods);
        this.measurements = measurements;
        var options = new HttpServerOptions().setHost(address.host).setPort(address.port).setSsl(true).setUseAlpn(false)
                .setKeyCertOptions(new PemKeyCertOptions().setCertPath(address.certificate.toString()).setKeyPath(address.key.toString()))
                .setTrustOptions(new PemTrustOptions().addCertPath(address.clientAuthority.toString()))
                .setClientAuth(ClientAuth.REQUEST).setWebSocketSubProtocols(PROTOCOLS).setMaxWebSocketMessageSize(LONGEST_MESSAGE_BYTES)
                .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false);
        TlsIdentity.serverSuites().forEach(options::addEnabledCipherSuite);
        this.server = vertx.createHttpServer(options);
    }

    public static KubeletServer start(Address address, ContainerRuntime runtime, PodWorkers pods, Measurements measurements, KubeletHealth health,
            InstantSource clock) {
        var vertx = Vertx.vertx(new VertxOptions().setBlockedThreadCheckInterval(BLOCKED_THREAD_CHECK.toMillis()).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
        var server = new KubeletServer(vertx, address, runtime, pods, measurements, health, clock);
        var bounds = new ConnectionBounds(vertx, address.patience);
        Futures.await(server.server.connectionHandler(connection -> {
            bounds.connected(connection);
            PostUpgrade.install(connection);
        }).requestHandler(bounds.counting(server.routes())).listen());
        log.info("serving on {}:{}", address.host, server.port());
        return server;
    }

    public int port() {
        return server.actualPort();
    }

    /// Returns the router of all paths. All paths except the health checks require an administrator's certificate.
    private Router routes() {
        var router = Router.router(vertx);
        router.route("/healthz").handler(route -> health(route, "not healthy: ", health.notAlive()));
        router.route("/livez").handler(route -> health(route, "not alive: ", health.notAlive()));
        router.route("/readyz").handler(route -> health(route, "not ready: ", health.notReady()));
        router.route().handler(route -> {
            Callers.requireAdministrator(route.request());
            route.next();
        });
        router.route("/exec/*").handler(upgrading(streams::upgrade));
        router.route("/attach/*").handler(upgrading(streams::upgrade));
        router.route("/portForward/*").handler(upgrading(portForwards::upgrade));
        router.route("/containerLogs/*").handler(blocking(logs::handle));
        router.route("/run/*").handler(blocking(streams::run));
        router.route("/pods").handler(blocking(request -> json(request, new PodListBuilder().withItems(pods.all().stream().map(PodView::pod).toList()).build())));
        router.route("/stats/summary").handler(blocking(request -> json(request, measurements.summary())));
        router.route("/metrics").handler(blocking(request -> text(request, Metrics.scrape() + measurements.volumes().text())));
        router.route("/metrics/resource").handler(blocking(request -> page(request, measurements.resource())));
        router.route("/metrics/cadvisor").handler(blocking(request -> page(request, measurements.cadvisor())));
        router.route("/metrics/probes").handler(blocking(request -> page(request, measurements.probes())));
        router.errorHandler(404, route -> refuse(route.request(), 404, "404 page not found"));
        router.route().failureHandler(KubeletServer::refuse);
        return router;
    }

    private static void health(RoutingContext route, String verdict, String problems) {
        if (problems.isEmpty()) {
            route.response().end("ok");
        } else {
            route.response().setStatusCode(500).putHeader("Content-Type", "text/plain; charset=utf-8").end(verdict + problems + "\n");
        }
    }

    /// Works on a request and may block.
    private interface Work {
        void on(HttpServerRequest request) throws InterruptedException;
    }

    /// On the event loop: the connection is taken over.
    private static Handler<RoutingContext> upgrading(Handler<HttpServerRequest> upgrade) {
        return route -> {
            var request = route.request();
            if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade")) && !SpdyUpgrade.isWanted(request)) {
                throw new HttpProblem(400, "unable to upgrade: only WebSocket and SPDY/3.1 are spoken here");
            }
            upgrade.handle(request);
        };
    }

    /// On a thread of its own.
    private static Handler<RoutingContext> blocking(Work work) {
        return route -> {
            route.request().pause();
            TaskThread.start("request", () -> serve(route.request(), work));
        };
    }

    private static void serve(HttpServerRequest request, Work work) {
        try {
            work.on(request);
        } catch (HttpProblem e) {
            refuse(request, e.status(), e.getMessage());
        } catch (RuntimeFailure e) {
            refuse(request, 500, e.getMessage());
        } catch (Futures.ConnectionLost e) {
            log.debug("the client has left: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("{} {} failed", request.method(), request.path(), e);
            refuse(request, 500, "internal error");
        }
    }

    private static void refuse(RoutingContext route) {
        if (route.failure() instanceof HttpProblem problem) {
            refuse(route.request(), problem.status(), problem.getMessage());
        } else {
            log.error("{} {} failed", route.request().method(), route.request().path(), route.failure());
            refuse(route.request(), 500, "internal error");
        }
    }

    private static void json(HttpServerRequest request, Object value) {
        request.response().putHeader("Content-Type", "application/json").end(Buffer.buffer(Json.bytes(value)));
    }

    private static void text(HttpServerRequest request, String text) {
        request.response().putHeader("Content-Type", METRICS_TYPE).end(text);
    }

    private static void page(HttpServerRequest request, MetricsPage page) {
        var response = request.response().putHeader("Content-Type", METRICS_TYPE).setChunked(true);
        try {
            if (acceptsGzip(request)) {
                response.putHeader("Content-Encoding", "gzip");
                zipped(page, response);
            } else {
                page.writeTo(new ResponseStream(response));
            }
        } catch (RuntimeException e) {
            response.headers().remove("Content-Encoding");
            throw e;
        }
        response.end();
    }

    /// The first bytes leave when a block is full, so that a page that cannot be made is answered by an error.
    private static void zipped(MetricsPage page, HttpServerResponse response) {
        try {
            var body = new QuickGzip(new BufferedOutputStream(new ResponseStream(response), QuickGzip.BLOCK_BYTES));
            page.writeTo(body);
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean acceptsGzip(HttpServerRequest request) {
        return request.headers().getAll("Accept-Encoding").stream().flatMap(header -> Stream.of(header.split(","))).map(coding -> coding.replace(" ", ""))
                .anyMatch(coding -> coding.equals("gzip") || coding.startsWith("gzip;") && !coding.matches("gzip;q=0(\\.0*)?"));
    }

    private static void refuse(HttpServerRequest request, int status, @Nullable String message) {
        if (!request.response().headWritten()) {
            request.response().setStatusCode(status).putHeader("Content-Type", "text/plain; charset=utf-8").end(message + "\n");
        } else {
            request.connection().close();
        }
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
