package io.moka.apiserver.kinds.proxy;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes requests on to another server. All steps run on the connection's event loop, so that no arriving data is missed.
public final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
            "te", "trailer", "transfer-encoding", "upgrade", "http2-settings");
    /// Headers with the caller's credentials for this server; they are not passed on.
    private static final Set<String> CREDENTIALS = Set.of("authorization", "impersonate-user", "impersonate-group", "impersonate-uid");

    private final HttpClient client;
    private final Function<Throwable, ApiException> unreachable;

    /// @param unreachable returns the answer to the caller when the other server could not be reached
    public Forwarder(HttpClient client, Function<Throwable, ApiException> unreachable) {
        this.client = client;
        this.unreachable = unreachable;
    }

    /// Answers the exchange through a request to the other server, and waits until the answer is complete.
    ///
    /// @param steps sends the request and handles its answer; a failure with an [ApiException] is the answer
    public void converse(Exchange exchange, RequestOptions options, Function<HttpClientRequest, Future<Void>> steps) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        exchange.eventLoop().execute(() -> client.request(options).compose(request -> {
            request.exceptionHandler(ended -> LOG.debug("The connection to {} ended: {}", options.getHost(), ended.getMessage()));
            return steps.apply(request);
        }).onComplete(result -> {
            if (result.succeeded()) {
                done.complete(null);
            } else {
                done.completeExceptionally(result.cause());
            }
        }));
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof ApiException refusal ? refusal : unreachable.apply(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Passes the whole request on: method, headers, body, or an upgrade.
    ///
    /// @param own this server's own headers, which replace the caller's
    public void forward(Exchange exchange, RequestOptions options, MultiMap own, AnswerFilter filter) {
        boolean upgrade = !exchange.header("Upgrade").isEmpty();
        // the body is awaited on this thread: on the event loop it could never arrive
        Buffer body = upgrade ? Buffer.buffer() : Buffer.buffer(exchange.body());
        converse(exchange, options, request -> {
            copyRequestHeaders(exchange, request);
            own.names().forEach(name -> request.headers().set(name, own.getAll(name)));
            return upgrade ? upgrade(exchange, request, filter) : request.send(body).compose(answer -> answer(exchange, request, answer, filter));
        });
    }

    private static void copyRequestHeaders(Exchange exchange, HttpClientRequest request) {
        exchange.request().headers().forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean ours = name.startsWith("x-remote-") || HOP_BY_HOP.contains(name) || CREDENTIALS.contains(name) || name.startsWith("impersonate-extra-") || name.startsWith("x-moka-")
                    || name.equals("host") || name.equals("content-length") || name.equals("cookie") || name.startsWith(":");
            if (!ours) {
                request.headers().add(header.getKey(), header.getValue());
            }
        });
        // HTTP/2 has a header for each cookie, HTTP/1.1 one for all (RFC 9113, 8.2.3)
        List<String> cookies = exchange.request().headers().getAll("Cookie");
        if (!cookies.isEmpty()) {
            request.putHeader("Cookie", String.join("; ", cookies));
        }
        String way = exchange.header("X-Forwarded-For");
        request.putHeader("X-Forwarded-For", (way.isEmpty() ? "" : way + ", ") + exchange.request().remoteAddress().hostAddress());
        request.putHeader("X-Forwarded-Uri", exchange.info().path());
        request.putHeader("X-Forwarded-Proto", "https");
        if (exchange.request().authority() != null) {
            request.putHeader("X-Forwarded-Host", exchange.request().authority().toString());
        }
    }

    private static Future<Void> answer(Exchange exchange, HttpClientRequest request, HttpClientResponse answer, AnswerFilter filter) {
        HttpServerResponse response = exchange.response().setStatusCode(answer.statusCode());
        answer.headers().forEach(header -> {
            if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                response.headers().add(header.getKey(), filter.header(header.getKey(), header.getValue()));
            }
        });
        response.closeHandler(gone -> request.reset());
        int longest = hasBody(exchange, answer) ? filter.longestBody(answer) : 0;
        if (longest > 0) {
            return rewrite(answer, response, filter, longest);
        }
        if (answer.getHeader("Content-Length") == null) {
            response.setChunked(true);
        }
        return answer.pipeTo(response);
    }

    private static boolean hasBody(Exchange exchange, HttpClientResponse answer) {
        return exchange.request().method() != HttpMethod.HEAD && answer.statusCode() != 204 && answer.statusCode() != 304;
    }

    /// Reads the body for the filter. One that turns out to be longer is passed on from its beginning.
    private static Future<Void> rewrite(HttpClientResponse answer, HttpServerResponse response, AnswerFilter filter, int longest) {
        Promise<Void> done = Promise.promise();
        Buffer read = Buffer.buffer();
        answer.exceptionHandler(done::tryFail);
        answer.endHandler(end -> Future.succeededFuture(read).map(body -> filter.body(answer, body)).compose(rewritten -> {
            response.putHeader("Content-Length", Integer.toString(rewritten.length()));
            return response.end(rewritten);
        }).onComplete(done));
        answer.handler(part -> {
            read.appendBuffer(part);
            if (read.length() > longest) {
                answer.pause();
                response.setChunked(answer.getHeader("Content-Length") == null);
                response.write(read);
                answer.pipeTo(response).onComplete(done);
            }
        });
        return done.future();
    }

    private static Future<Void> upgrade(Exchange exchange, HttpClientRequest request, AnswerFilter filter) {
        exchange.request().headers().forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("upgrade") || name.equals("connection")) {
                request.putHeader(header.getKey(), header.getValue());
            }
        });
        return request.connect().compose(answer -> answer.statusCode() == 101 ? join(exchange, answer) : answer(exchange, request, answer, filter));
    }

    /// Passes data between the two connections until both directions have ended, or one of them has failed.
    public static Future<Void> join(Exchange exchange, HttpClientResponse answer) {
        NetSocket server = answer.netSocket();
        server.pause();
        HttpServerResponse response = exchange.response();
        answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        return exchange.request().toNetSocket().compose(caller -> {
            Future<Void> in = caller.pipeTo(server);
            Future<Void> out = server.pipeTo(caller);
            return Future.join(in, out).onComplete(ended -> {
                caller.close();
                server.close();
            }).recover(broken -> Future.succeededFuture()).mapEmpty();
        });
    }
}
