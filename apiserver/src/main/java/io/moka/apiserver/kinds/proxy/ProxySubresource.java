package io.moka.apiserver.kinds.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Serves `pods/proxy` and `services/proxy`: resolves the name to an address, and passes the request on to it.
public final class ProxySubresource {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Caches caches;
    private final ResourceType pods;
    private final ResourceType services;
    private final ResourceType endpoints;
    private final Forwarder forwarder;

    private record Backend(String host, int port) {}

    public ProxySubresource(Vertx vertx, Caches caches, Catalog catalog) {
        this.caches = caches;
        pods = catalog.get("", "v1", "pods");
        services = catalog.get("", "v1", "services");
        endpoints = catalog.get("", "v1", "endpoints");
        var options = new HttpClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS).setTrustAll(true).setVerifyHost(false).setDecompressionSupported(false);
        forwarder = new Forwarder(vertx.createHttpClient(options), failure -> ApiException.unavailable("error trying to reach service: " + failure.getMessage()));
    }

    /// @param kind `pods` or `services`
    public void handle(Exchange exchange, String kind, String namespace, String name) {
        ProxyPath path = ProxyPath.of(exchange);
        if (path.redirectsToFolder(exchange)) {
            return;
        }
        ProxyTarget target = ProxyTarget.parse(name, kind.equals("pods") ? "pod" : "service");
        caches.awaitFresh();
        Backend backend = kind.equals("pods") ? pod(namespace, target) : service(namespace, target);
        var options = new RequestOptions().setHost(backend.host()).setPort(backend.port()).setSsl(target.tls())
                .setMethod(path.method(exchange)).setURI(path.rest());
        forwarder.forward(exchange, options, MultiMap.caseInsensitiveMultiMap(), new LinkRewriter(path.prefix(), backend.host() + ":" + backend.port()));
    }

    private Backend pod(String namespace, ProxyTarget target) {
        ObjectNode pod = require(pods, namespace, target.name());
        int port = target.port().isEmpty() ? firstPort(pod) : target.portNumber();
        if (port == 0 && !target.port().isEmpty()) {
            port = namedPort(pod, target.port());
        }
        String address = Json.text(pod, "status", "podIP");
        ProxyableAddress.require(address);
        return new Backend(address, port == 0 ? target.tls() ? 443 : 80 : port);
    }

    private static int firstPort(ObjectNode pod) {
        return pod.path("spec").path("containers").path(0).path("ports").path(0).path("containerPort").asInt();
    }

    private static int namedPort(ObjectNode pod, String name) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (Json.text(port, "name").equals(name)) {
                    return port.path("containerPort").asInt();
                }
            }
        }
        throw ApiException.badRequest("invalid pod request \"" + Json.name(pod) + ":" + name + "\"");
    }

    private Backend service(String namespace, ProxyTarget target) {
        ObjectNode service = require(services, namespace, target.name());
        String portName = target.portNumber() > 0 ? portName(service, target.portNumber()) : target.port();
        List<Backend> backends = new ArrayList<>();
        ObjectNode found = caches.get(endpoints, namespace, target.name());
        for (JsonNode subset : found == null ? Json.object() : found.path("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                if (Json.text(port, "name").equals(portName)) {
                    subset.path("addresses").forEach(address -> backends.add(new Backend(Json.text(address, "ip"), port.path("port").asInt())));
                }
            }
        }
        if (backends.isEmpty()) {
            throw ApiException.unavailable("no endpoints available for service \"" + target.name() + "\"");
        }
        Backend chosen = backends.get(ThreadLocalRandom.current().nextInt(backends.size()));
        ProxyableAddress.require(chosen.host());
        return chosen;
    }

    private static String portName(ObjectNode service, int number) {
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("port").asInt() == number) {
                return Json.text(port, "name");
            }
        }
        throw ApiException.unavailable("no service port " + number + " found for service \"" + Json.name(service) + "\"");
    }

    private ObjectNode require(ResourceType type, String namespace, String name) {
        ObjectNode found = caches.get(type, namespace, name);
        if (found == null) {
            throw ApiException.notFound("", type.plural(), name);
        }
        return found;
    }
}
