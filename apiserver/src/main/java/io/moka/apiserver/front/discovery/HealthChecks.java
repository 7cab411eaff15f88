package io.moka.apiserver.front.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Serves `/healthz`, `/livez` and `/readyz`, whole or check by check. A server that cannot reach etcd is alive but not ready: a restart would
/// not help, and its caches still answer. (Upstream reports it as not alive.)
public final class HealthChecks {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, BooleanSupplier> live = new LinkedHashMap<>();
    private final Map<String, BooleanSupplier> ready = new LinkedHashMap<>();

    private volatile boolean shuttingDown;

    public HealthChecks() {
        live.put("ping", () -> true);
        ready.put("ping", () -> true);
        ready.put("shutdown", () -> !shuttingDown);
    }

    public void addReadiness(String name, BooleanSupplier check) {
        ready.put(name, check);
    }

    /// Adds a check that a server must also pass to be alive.
    public void add(String name, BooleanSupplier check) {
        live.put(name, check);
        ready.put(name, check);
    }

    /// Marks the server as shutting down, so that it is not ready from now on.
    public void shutDown() {
        shuttingDown = true;
    }

    /// Returns the paths of the endpoints and of each of their checks.
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        Map.of("/healthz", ready, "/livez", live, "/readyz", ready).forEach((endpoint, checks) -> {
            paths.add(endpoint);
            checks.keySet().forEach(check -> paths.add(endpoint + "/" + check));
        });
        return paths;
    }

    /// Answers a health path; false when the path is not one.
    public boolean answer(Exchange exchange) {
        String path = exchange.info().path();
        int slash = path.indexOf('/', 1);
        String endpoint = slash < 0 ? path : path.substring(0, slash);
        Map<String, BooleanSupplier> checks = switch (endpoint) {
            case "/readyz", "/healthz" -> ready;
            case "/livez" -> live;
            default -> Map.of();
        };
        if (checks.isEmpty()) {
            return false;
        }
        if (slash > 0 && path.length() > slash + 1) {
            single(exchange, checks, path.substring(slash + 1));
        } else {
            all(exchange, checks, endpoint.substring(1));
        }
        return true;
    }

    private static void single(Exchange exchange, Map<String, BooleanSupplier> checks, String name) {
        BooleanSupplier check = checks.get(name);
        if (check == null) {
            throw ApiException.noSuchPath();
        }
        boolean well = check.getAsBoolean();
        text(exchange, well ? 200 : 500, well ? "ok" : "internal server error: " + name + " failed: reason withheld\n");
    }

    private static void all(Exchange exchange, Map<String, BooleanSupplier> checks, String endpoint) {
        List<String> excluded = exchange.query().all("exclude");
        StringBuilder report = new StringBuilder();
        boolean well = true;
        for (var check : checks.entrySet()) {
            if (excluded.contains(check.getKey())) {
                report.append("[+]").append(check.getKey()).append(" excluded: ok\n");
                continue;
            }
            boolean passed = check.getValue().getAsBoolean();
            well &= passed;
            report.append(passed ? "[+]" : "[-]").append(check.getKey()).append(passed ? " ok\n" : " failed: reason withheld\n");
        }
        List<String> unknown = excluded.stream().filter(name -> !checks.containsKey(name)).toList();
        if (!unknown.isEmpty()) {
            report.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(unknown.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","))).append('\n');
        }
        report.append(endpoint).append(well ? " check passed\n" : " check failed\n");
        text(exchange, well ? 200 : 500, well && !exchange.query().has("verbose") ? "ok" : report.toString());
    }

    private static void text(Exchange exchange, int code, String text) {
        exchange.response().putHeader("X-Content-Type-Options", "nosniff");
        exchange.answer(code, TEXT, text.getBytes(UTF_8));
    }
}
