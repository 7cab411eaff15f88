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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Passes logs, exec, attach and port-forward on to the kubelet of the pod's node. An upgraded connection is handed through byte by
/// byte, whichever protocol (WebSocket, SPDY) client and kubelet speak on it.
public final class KubeletProxy {
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
        HttpClientOptions tls = new HttpClientOptions().setSsl(true).setConnectTimeout(CONNECT_TIMEOUT_MILLIS).setKeepAlive(false);
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
            stream(exchange, request(address, HttpMethod.GET, path));
        } else if (exchange.header("Upgrade").isEmpty()) {
            throw ApiException.badRequest("Upgrade request required");
        } else {
            upgrade(exchange, request(address, method, path));
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

    private HttpClientRequest request(KubeletAddress address, HttpMethod method, String path) {
        var options = new RequestOptions().setHost(address.host()).setPort(address.port()).setMethod(method).setURI(path);
        return await(client.request(options), address.toString());
    }

    private void stream(Exchange exchange, HttpClientRequest request) {
        HttpClientResponse answer = await(request.send().map(response -> {
            response.pause();
            return response;
        }), "the kubelet");
        if (answer.statusCode() != 200) {
            throw refusal(answer);
        }
        String type = answer.getHeader("Content-Type");
        HttpServerResponse response = exchange.head(200, type == null ? "text/plain" : type).setChunked(true);
        response.writeHead();
        response.closeHandler(gone -> request.connection().close());
        try {
            answer.pipeTo(response).toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException eitherHasGone) {
            request.connection().close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ApiException refusal(HttpClientResponse answer) {
        answer.resume();
        String text = await(answer.body(), "the kubelet").toString(UTF_8).trim();
        String reason = switch (answer.statusCode()) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            default -> "InternalError";
        };
        return new ApiException(new Status(answer.statusCode() < 400 ? 500 : answer.statusCode(), reason, text, null));
    }

    private void upgrade(Exchange exchange, HttpClientRequest request) {
        for (String name : UPGRADE_HEADERS) {
            List<String> values = exchange.request().headers().getAll(name);
            if (!values.isEmpty()) {
                request.putHeader(name, values);
            }
        }
        HttpClientResponse answer = await(request.connect(), "the kubelet");
        if (answer.statusCode() != 101) {
            throw refusal(answer);
        }
        NetSocket kubelet = answer.netSocket();
        kubelet.pause();
        HttpServerResponse response = exchange.response();
        answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        NetSocket caller = await(exchange.request().toNetSocket(), "the client");
        join(caller, kubelet);
    }

    private static void join(NetSocket caller, NetSocket kubelet) {
        Future<Void> in = caller.pipeTo(kubelet);
        Future<Void> out = kubelet.pipeTo(caller);
        try {
            Future.join(in, out).toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException eitherHasGone) {
            caller.close();
            kubelet.close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T await(Future<T> future, String whom) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw ApiException.internal("error dialing backend: " + whom + ": " + failed.getCause().getMessage());
        } catch (TimeoutException late) {
            throw ApiException.internal("error dialing backend: " + whom + " did not answer in time");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ApiException.internal("interrupted");
        }
    }
}
