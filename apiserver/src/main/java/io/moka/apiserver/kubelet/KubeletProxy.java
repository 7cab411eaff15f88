package io.moka.apiserver.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.http.Query;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.storage.Caches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes logs, exec, attach and port-forward on to the kubelet of the pod's node. An upgraded connection is handed through byte by
/// byte, whichever protocol (WebSocket, SPDY) client and kubelet speak on it.
public final class KubeletProxy {
    private static final Logger LOG = LoggerFactory.getLogger(KubeletProxy.class);
    private static final Map<String, String> PATHS = Map.of("log", "containerLogs", "exec", "exec", "attach", "attach", "portforward", "portForward");
    private static final Map<String, String> STREAMS = Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");
    private static final List<String> UPGRADE_HEADERS = List.of("Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "X-Stream-Protocol-Version");
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final HttpClient client;
    private final Caches caches;
    private final ResourceType pods;
    private final ResourceType nodes;

    public KubeletProxy(Vertx vertx, KubeletOptions options, Caches caches, Catalog catalog) {
        this.caches = caches;
        client = vertx.createHttpClient(clientOptions(options));
        pods = catalog.get("", "v1", "pods");
        nodes = catalog.get("", "v1", "nodes");
    }

    private static HttpClientOptions clientOptions(KubeletOptions options) {
        HttpClientOptions tls = new HttpClientOptions().setSsl(true).setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        if (options.clientCertificate() != null && options.clientKey() != null) {
            tls.setKeyCertOptions(new PemKeyCertOptions().addCertPath(options.clientCertificate().toString()).addKeyPath(options.clientKey().toString()));
        }
        return options.authority() == null
                ? tls.setTrustAll(true).setVerifyHost(false)
                : tls.setTrustOptions(new PemTrustOptions().addCertPath(options.authority().toString()));
    }

    /// @param subresource `log`, `exec`, `attach` or `portforward`
    public void handle(Exchange exchange, String namespace, String name, String subresource) {
        boolean log = subresource.equals("log");
        HttpMethod method = exchange.request().method();
        if (!method.equals(HttpMethod.GET) && (log || !method.equals(HttpMethod.POST))) {
            throw ApiException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        caches.awaitFresh();
        ObjectNode pod = caches.get(pods, namespace, name);
        if (pod == null) {
            throw ApiException.notFound("", "pods", name);
        }
        String path = path(exchange.query(), pod, subresource);
        KubeletAddress address = address(pod);
        if (log) {
            passOn(exchange, address, HttpMethod.GET, path, request -> stream(exchange, request));
        } else if (exchange.header("Upgrade").isEmpty()) {
            throw ApiException.badRequest("Upgrade request required");
        } else {
            passOn(exchange, address, method, path, request -> upgrade(exchange, request));
        }
    }

    private KubeletAddress address(ObjectNode pod) {
        String nodeName = Json.text(pod, "spec", "nodeName");
        if (nodeName.isEmpty()) {
            throw ApiException.badRequest("pod " + Json.name(pod) + " does not have a host assigned");
        }
        ObjectNode node = caches.get(nodes, "", nodeName);
        if (node == null) {
            throw ApiException.notFound("", "nodes", nodeName);
        }
        return KubeletAddress.of(node);
    }

    private static String path(Query query, ObjectNode pod, String subresource) {
        String base = "/" + PATHS.get(subresource) + "/" + Json.namespace(pod) + "/" + Json.name(pod);
        if (subresource.equals("portforward")) {
            return base + parameters(query);
        }
        return base + "/" + PodContainers.choose(pod, query.get("container")) + parameters(query);
    }

    /// The parameters by the kubelet's names.
    private static String parameters(Query query) {
        List<String> pairs = new ArrayList<>();
        query.parameters().forEach((name, values) -> {
            if (STREAMS.containsKey(name)) {
                if (query.flag(name)) {
                    pairs.add(STREAMS.get(name) + "=1");
                }
            } else if (!name.equals("container")) {
                values.forEach(value -> pairs.add(encode(name) + "=" + encode(value)));
            }
        });
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /// Answers the exchange step by step on its connection's event loop, so that nothing that arrives is missed, and waits until that is done.
    private void passOn(Exchange exchange, KubeletAddress address, HttpMethod method, String path, Function<HttpClientRequest, Future<Void>> steps) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        var options = new RequestOptions().setHost(address.host()).setPort(address.port()).setMethod(method).setURI(path);
        exchange.eventLoop().execute(() -> client.request(options).compose(request -> {
            request.exceptionHandler(ended -> LOG.debug("The connection to {} ended: {}", address, ended.getMessage()));
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
            throw failed.getCause() instanceof ApiException refusal ? refusal
                    : ApiException.internal("error dialing backend: " + address + ": " + failed.getCause().getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Future<Void> stream(Exchange exchange, HttpClientRequest request) {
        return request.send().compose(answer -> {
            if (answer.statusCode() != 200) {
                return refuse(answer);
            }
            String type = answer.getHeader("Content-Type");
            HttpServerResponse response = exchange.head(200, type == null ? "text/plain" : type).setChunked(true);
            response.closeHandler(gone -> request.reset());
            response.writeHead();
            return answer.pipeTo(response);
        });
    }

    private static Future<Void> refuse(HttpClientResponse answer) {
        return answer.body().compose(body -> Future.failedFuture(refusal(answer.statusCode(), body.toString(UTF_8).trim())));
    }

    private static ApiException refusal(int code, String text) {
        String reason = switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            default -> "InternalError";
        };
        return new ApiException(new Status(code < 400 ? 500 : code, reason, text, null));
    }

    private static Future<Void> upgrade(Exchange exchange, HttpClientRequest request) {
        for (String name : UPGRADE_HEADERS) {
            List<String> values = exchange.request().headers().getAll(name);
            if (!values.isEmpty()) {
                request.putHeader(name, values);
            }
        }
        return request.connect().compose(answer -> answer.statusCode() == 101 ? join(exchange, answer) : refuse(answer));
    }

    /// Joins the two connections until both directions have ended, or either has broken.
    private static Future<Void> join(Exchange exchange, HttpClientResponse answer) {
        NetSocket kubelet = answer.netSocket();
        kubelet.pause();
        HttpServerResponse response = exchange.response();
        answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        return exchange.request().toNetSocket().compose(caller -> {
            Future<Void> in = caller.pipeTo(kubelet);
            Future<Void> out = kubelet.pipeTo(caller);
            return Future.join(in, out).onComplete(ended -> {
                caller.close();
                kubelet.close();
            }).recover(broken -> Future.succeededFuture()).mapEmpty();
        });
    }
}
