package io.moka.apiserver.kinds.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.request.WebSocketUpgrade;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.kinds.proxy.Forwarder;
import io.moka.apiserver.kinds.proxy.LinkRewriter;
import io.moka.apiserver.kinds.proxy.ProxyPath;
import io.moka.apiserver.kinds.proxy.ProxyableAddress;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Passes requests for logs, exec, attach and port-forward on to the kubelet of the pod's node. The bytes of an upgraded connection are passed on
/// unchanged, whichever protocol (WebSocket, SPDY) client and kubelet speak on it.
public final class KubeletProxy {
    private static final Map<String, String> PATHS = Map.of("log", "containerLogs", "exec", "exec", "attach", "attach", "portforward", "portForward");
    private static final Map<String, String> STREAMS = Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");
    private static final Map<String, String> RENAMED = Map.of("ports", "port");
    private static final List<String> UPGRADE_HEADERS = List.of("Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "X-Stream-Protocol-Version");
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Forwarder kubelets;
    private final Caches caches;
    private final ResourceType pods;
    private final ResourceType nodes;

    public KubeletProxy(Vertx vertx, KubeletOptions options, Caches caches, Catalog catalog) {
        this.caches = caches;
        kubelets = new Forwarder(vertx.createHttpClient(clientOptions(options)), failure -> ApiException.internal("error dialing backend: " + failure.getMessage()));
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
        if (log && WebSocketUpgrade.isWanted(exchange)) {
            WebSocketUpgrade.check(exchange);
            passOn(exchange, address, HttpMethod.GET, path, request -> streamMessages(exchange, request));
        } else if (log) {
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
        String parameters = parameters(query);
        return base + "/" + PodContainers.choose(pod, query.get("container")) + (subresource.equals("attach") ? withOutput(query, parameters) : parameters);
    }

    /// Returns the query's parameters under the kubelet's names.
    private static String parameters(Query query) {
        List<String> pairs = new ArrayList<>();
        query.parameters().forEach((name, values) -> {
            if (STREAMS.containsKey(name)) {
                if (query.flag(name)) {
                    pairs.add(STREAMS.get(name) + "=1");
                }
            } else if (!name.equals("container")) {
                values.forEach(value -> pairs.add(encode(RENAMED.getOrDefault(name, name)) + "=" + encode(value)));
            }
        });
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    /// Adds the output streams that an attach request does not mention, since they are wanted by default.
    private static String withOutput(Query query, String parameters) {
        StringBuilder all = new StringBuilder(parameters.isEmpty() ? "?" : parameters);
        for (String stream : List.of("stdout", "stderr")) {
            if (!query.has(stream)) {
                all.append(all.length() == 1 ? "" : "&").append(STREAMS.get(stream)).append("=1");
            }
        }
        return all.length() == 1 ? "" : all.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private void passOn(Exchange exchange, KubeletAddress address, HttpMethod method, String path, Function<HttpClientRequest, Future<Void>> steps) {
        kubelets.converse(exchange, options(address, method, path), steps);
    }

    private static RequestOptions options(KubeletAddress address, HttpMethod method, String path) {
        return new RequestOptions().setHost(address.host()).setPort(address.port()).setMethod(method).setURI(path);
    }

    /// Passes a request of `nodes/proxy` on to a node's kubelet.
    ///
    /// @param name the node's name, or `name:port`, `https:name:port`
    public void proxy(Exchange exchange, String name) {
        ProxyPath path = ProxyPath.of(exchange);
        if (path.redirectsToFolder(exchange)) {
            return;
        }
        String[] parts = name.split(":", -1);
        String nodeName = parts.length == 3 ? parts[1] : parts[0];
        caches.awaitFresh();
        ObjectNode node = caches.get(nodes, "", nodeName);
        if (node == null) {
            throw ApiException.notFound("", "nodes", nodeName);
        }
        KubeletAddress address = KubeletAddress.of(node);
        if (parts.length > 1 && !parts[parts.length - 1].equals(Integer.toString(address.port()))) {
            throw ApiException.badRequest("address not allowed");
        }
        ProxyableAddress.require(address.host());
        kubelets.forward(exchange, options(address, path.method(exchange), path.rest()), MultiMap.caseInsensitiveMultiMap(), new LinkRewriter(path.prefix(), address.toString()));
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

    /// Sends a log as messages of a WebSocket, an empty one first: binary, or in Base64 for a caller whose subprotocol is `base64.binary.k8s.io`.
    private static Future<Void> streamMessages(Exchange exchange, HttpClientRequest request) {
        boolean text = exchange.header("Sec-WebSocket-Protocol").strip().equals("base64.binary.k8s.io");
        return request.send().compose(answer -> {
            if (answer.statusCode() != 200) {
                return refuse(answer);
            }
            answer.pause();
            return WebSocketUpgrade.open(exchange).compose(socket -> {
                Promise<Void> left = Promise.promise();
                socket.closeHandler(gone -> {
                    request.reset();
                    left.tryComplete();
                });
                socket.exceptionHandler(broken -> left.tryComplete());
                socket.drainHandler(ready -> answer.resume());
                answer.handler(chunk -> {
                    send(socket, chunk, text);
                    if (socket.writeQueueFull()) {
                        answer.pause();
                    }
                });
                answer.endHandler(end -> socket.close());
                answer.exceptionHandler(broken -> socket.close());
                send(socket, Buffer.buffer(), text);
                answer.resume();
                return left.future();
            });
        });
    }

    private static void send(ServerWebSocket socket, Buffer chunk, boolean text) {
        if (text) {
            socket.writeTextMessage(Base64.getEncoder().encodeToString(chunk.getBytes()));
        } else {
            socket.writeBinaryMessage(chunk);
        }
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
        return request.connect().compose(answer -> answer.statusCode() == 101 ? Forwarder.join(exchange, answer) : refuse(answer));
    }
}
