package io.moka.apiserver.front.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.status.ApiException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Serves the paths that are no resources: discovery, health, version, metrics and the OpenAPI documents. Passes resource paths on.
public final class RootHandler implements RequestHandler {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Discovery discovery;
    private final HealthChecks health;
    private final Supplier<String> metrics;
    private final RequestHandler openApi;
    private final RequestHandler resources;
    private final Map<String, RequestHandler> pages = new TreeMap<>();

    public RootHandler(Discovery discovery, HealthChecks health, Supplier<String> metrics, RequestHandler openApi, RequestHandler resources) {
        this.discovery = discovery;
        this.health = health;
        this.metrics = metrics;
        this.openApi = openApi;
        this.resources = resources;
    }

    /// Adds a handler for one more path.
    public void add(String path, RequestHandler page) {
        pages.put(path, page);
    }

    /// Answers with plain text.
    public static void text(Exchange exchange, String text) {
        exchange.answer(200, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.info().resourceRequest()) {
            resources.handle(exchange);
            return;
        }
        switch (exchange.info().verb()) {
            case "get", "head" -> get(exchange);
            default -> throw ApiException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
    }

    private void get(Exchange exchange) {
        String path = exchange.info().path();
        if (path.equals("/version") || path.equals("/version/")) {
            exchange.answer(200, Version.document());
        } else if (path.equals("/metrics")) {
            exchange.answer(200, METRICS_TYPE, metrics.get().getBytes(UTF_8));
        } else if (path.startsWith("/openapi/")) {
            openApi.handle(exchange);
        } else if (path.equals("/")) {
            exchange.answer(200, paths());
        } else if (page(path) instanceof RequestHandler page) {
            page.handle(exchange);
        } else if (!health.answer(exchange) && !discovery.answer(exchange)) {
            throw ApiException.noSuchPath();
        }
    }

    private @Nullable RequestHandler page(String path) {
        return pages.get(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /// Returns all served paths, except those of objects.
    private ObjectNode paths() {
        var known = new TreeSet<>(List.of("/metrics", "/openapi/v2", "/openapi/v3", "/version"));
        known.addAll(discovery.paths());
        known.addAll(health.paths());
        known.addAll(pages.keySet());
        ObjectNode root = Json.object();
        known.forEach(root.putArray("paths")::add);
        return root;
    }
}
