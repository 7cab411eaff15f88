package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.LogRequest;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// `GET /containerLogs/<namespace>/<pod>/<container>` with `follow`, `previous`, `tailLines`, `sinceSeconds`, `sinceTime`,
/// `timestamps`, `limitBytes` and `stream`.
final class LogHandler {

    private final ContainerRuntime runtime;
    private final PodWorkers pods;
    private final InstantSource clock;

    LogHandler(ContainerRuntime runtime, PodWorkers pods, InstantSource clock) {
        this.runtime = runtime;
        this.pods = pods;
        this.clock = clock;
    }

    void handle(HttpServerRequest request) throws InterruptedException {
        var container = Target.of(request.path(), pods).logged(flag(request, "previous"));
        var wanted = logRequest(request);
        var limit = number(request, "limitBytes");
        var response = request.response().setChunked(true).putHeader("Content-Type", "text/plain");
        var reader = Thread.currentThread();
        response.closeHandler(gone -> reader.interrupt());
        Futures.await(response.writeHead());
        try {
            runtime.logs(container.id(), wanted, new ResponseSink(response, limit == null ? Long.MAX_VALUE : limit, reader::interrupt));
        } catch (InterruptedException e) {
            if (response.closed()) {
                return;
            }
        }
        response.end();
    }

    private LogRequest logRequest(HttpServerRequest request) {
        var tail = number(request, "tailLines");
        var stream = request.getParam("stream", "All");
        return new LogRequest(flag(request, "follow"), flag(request, "timestamps"), tail == null ? null : (int) Math.min(tail, Integer.MAX_VALUE),
                since(request), !stream.equals("Stderr"), !stream.equals("Stdout"));
    }

    private @Nullable Instant since(HttpServerRequest request) {
        var seconds = number(request, "sinceSeconds");
        if (seconds != null) {
            return clock.instant().minusSeconds(seconds);
        }
        var time = request.getParam("sinceTime");
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw new HttpProblem(400, "sinceTime is not a time: " + time);
        }
    }

    static boolean flag(HttpServerRequest request, String name) {
        var value = request.getParam(name);
        return value != null && (value.equals("true") || value.equals("1"));
    }

    private static @Nullable Long number(HttpServerRequest request, String name) {
        var value = request.getParam(name);
        try {
            return value == null || value.isEmpty() ? null : Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, name + " is not a number: " + value);
        }
    }
}
