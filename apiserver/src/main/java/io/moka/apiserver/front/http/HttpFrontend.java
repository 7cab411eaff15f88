package io.moka.apiserver.front.http;

import io.moka.apiserver.core.request.BodyBudget;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.PostUpgrade;
import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.request.RequestBody;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.request.RequestInfo;
import io.moka.apiserver.core.request.RequestPath;
import io.moka.apiserver.core.request.WebSocketUpgrade;
import io.moka.apiserver.core.status.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening socket: TLS, HTTP/1.1 and HTTP/2. Event loops read the head of a request; everything else happens on a virtual thread of its own, which
/// reads the body on demand ([RequestBody]).
public final class HttpFrontend implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFrontend.class);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(5);
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_WEBSOCKET_FRAME_BYTES = 64 * 1024;
    private static final int INITIAL_WINDOW_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final FrontendOptions options;
    private final RequestHandler handler;
    private final ServingCertificate certificate;
    private final BodyBudget bodies;
    // filled when the frontend begins to listen
    private final List<HttpServer> servers = new ArrayList<>();

    private HttpFrontend(Vertx vertx, FrontendOptions options, RequestHandler handler) {
        this.vertx = vertx;
        this.options = options;
        this.handler = handler;
        bodies = new BodyBudget(options.bodyBytes());
        certificate = new ServingCertificate(options.certFile(), options.keyFile());
    }

    /// Listens, and returns once the socket accepts connections.
    ///
    /// @param eventLoops the number of event loops: Vert.x distributes connections in turn to the servers of one address, each of which has a loop
    public static HttpFrontend listen(Vertx vertx, FrontendOptions options, int eventLoops, RequestHandler handler) {
        HttpFrontend frontend = new HttpFrontend(vertx, options, handler);
        try {
            for (int i = 0; i < eventLoops; i++) {
                frontend.listen();
            }
            vertx.setPeriodic(CERTIFICATE_LOOK.toMillis(), ignored -> Thread.ofVirtual().name("serving-certificate").start(frontend::followCertificate));
            return frontend;
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("cannot listen on " + options.bindAddress() + ":" + options.port() + ": " + failed.getCause(), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", stopped);
        }
    }

    private void listen() throws InterruptedException, ExecutionException, TimeoutException {
        HttpServer server = vertx.createHttpServer(serverOptions(options)).connectionHandler(this::connected).requestHandler(this::accept);
        server.listen(address(options)).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        servers.add(server);
    }

    /// Switches to a changed certificate, which new connections get.
    private void followCertificate() {
        KeyCertOptions changed = certificate.ifChanged();
        if (changed != null) {
            var tls = serverOptions(options).getSslOptions().setKeyCertOptions(changed);
            servers.forEach(server -> server.updateSSLOptions(tls, true)
                    .onSuccess(done -> LOG.info("Took over the certificate of {}", options.certFile()))
                    .onFailure(failed -> LOG.error("The certificate stays as it is: {}", failed.getMessage())));
        }
    }

    private void connected(HttpConnection connection) {
        HandshakeGuard.passed(((ConnectionBase) connection).channel());
        PostUpgrade.install(connection);
        SlowClients.install(connection, options.patience());
        ControlFrames.install(connection);
        SlowStreams.install(connection, options.patience(), options.goAwayChance());
    }

    /// Returns the address to listen on. A random port has to be one that the servers share: with port 0 each would get its own.
    private static SocketAddress address(FrontendOptions options) {
        return options.port() == 0 ? SocketAddress.sharedRandomPort(1, options.bindAddress()) : SocketAddress.inetSocketAddress(options.port(), options.bindAddress());
    }

    /// Uses Netty's own multiplexing of HTTP/2 streams: with the other implementation in Vert.x 5.2.0, several long responses on one connection that wait for
    /// the window at the same time may wait for ever.
    private static HttpServerOptions serverOptions(FrontendOptions options) {
        return new HttpServerOptions()
                .setHttp2MultiplexImplementation(true)
                .setSsl(true).setSslEngineOptions(new HandshakeGuard(engine(), options.patience().head())).setUseAlpn(true).setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setKeyCertOptions(new PemKeyCertOptions().addCertPath(options.certFile().toString()).addKeyPath(options.keyFile().toString()))
                .setClientAuth(ClientAuth.REQUEST).setTrustOptions(TrustOptions.wrap(new AcceptingTrust()))
                .setMaxHeaderSize(MAX_HEADER_BYTES).setMaxInitialLineLength(16 * 1024)
                .setHttp2ConnectionWindowSize(4 * INITIAL_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(options.maxStreams()).setMaxHeaderListSize(MAX_HEADER_BYTES).setInitialWindowSize(INITIAL_WINDOW_BYTES))
                .setTcpNoDelay(true).setTcpKeepAlive(true).setReuseAddress(true)
                .setMaxWebSocketFrameSize(MAX_WEBSOCKET_FRAME_BYTES).setMaxWebSocketMessageSize(4 * MAX_WEBSOCKET_FRAME_BYTES)
                .setWebSocketSubProtocols(WebSocketUpgrade.ANY_PROTOCOL)
                .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(false);
    }

    /// Uses BoringSSL where it is available: it needs no warm-up, and most of this server's encryption would happen before the JDK's engine is warm.
    private static SSLEngineOptions engine() {
        return OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }

    public int port() {
        return servers.getFirst().actualPort();
    }

    /// Returns the number of bytes that the bodies of all requests take at the moment.
    long bodyBytes() {
        return bodies.used();
    }

    private void accept(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        Executor eventLoop = task -> context.runOnContext(ignored -> task.run());
        if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
            if (request.getHeader("Upgrade") != null) {
                request.pause();
            }
            start(request, RequestBody.none(), eventLoop);
        } else {
            start(request, RequestBody.of(request, eventLoop, bodies, options.patience().body()), eventLoop);
        }
    }

    private void start(HttpServerRequest request, RequestBody body, Executor eventLoop) {
        Thread.ofVirtual().start(() -> handle(request, body, eventLoop));
    }

    private void handle(HttpServerRequest request, RequestBody body, Executor eventLoop) {
        Exchange exchange;
        try {
            exchange = exchange(request, body, eventLoop);
        } catch (ApiException malformed) {
            bare(request, body, eventLoop).fail(malformed);
            body.finish();
            return;
        }
        try {
            handler.handle(exchange);
        } finally {
            exchange.finish();
        }
    }

    /// Returns an exchange for a request whose URL cannot be parsed or is rejected.
    private static Exchange bare(HttpServerRequest request, RequestBody body, Executor eventLoop) {
        return new Exchange(request, RequestInfo.of("GET", "/", Query.parse("")), Query.parse(""), body, eventLoop);
    }

    private static Exchange exchange(HttpServerRequest request, RequestBody body, Executor eventLoop) {
        Query query = Query.parse(request.query());
        return new Exchange(request, RequestInfo.of(PostUpgrade.method(request), RequestPath.decode(request.path()), query), query, body, eventLoop);
    }

    /// Stops accepting connections, and closes each connection when its requests have been answered. Connections that are left (tunnels, incomplete requests)
    /// are closed a moment later, when no request is in progress or the time is over.
    public void drain(Duration patience, BooleanSupplier idle) {
        Future<?> closed = Future.all(servers.stream().map(server -> server.shutdown(patience.plus(LAST_ANSWERS).toMillis(), TimeUnit.MILLISECONDS)).toList());
        long deadline = System.nanoTime() + patience.toNanos();
        while (!closed.isComplete() && !idle.getAsBoolean() && System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        await(closed, LAST_ANSWERS);
    }

    private static void await(Future<?> closed, Duration patience) {
        try {
            closed.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException left) {
            LOG.debug("Some connections have not come to their end");
        } catch (ExecutionException failed) {
            throw new IllegalStateException("cannot close the listening socket", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Closes all connections that are still open.
    @Override
    public void close() {
        await(Future.all(servers.stream().map(HttpServer::close).toList()), LAST_ANSWERS);
    }
}
