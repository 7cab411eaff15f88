package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/exec/…`, `/attach/…` over WebSocket or SPDY, and `POST /run/…?cmd=` for a command whose output is the answer.
final class StreamHandler {

    private static final Logger log = LoggerFactory.getLogger(StreamHandler.class);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

    private final ContainerRuntime runtime;
    private final PodWorkers pods;

    StreamHandler(ContainerRuntime runtime, PodWorkers pods) {
        this.runtime = runtime;
        this.pods = pods;
    }

    /// On the event loop: checks the request, then takes the connection over.
    void upgrade(HttpServerRequest request) {
        var container = Target.of(request.path(), pods).running();
        boolean exec = request.path().startsWith("/exec/");
        var command = request.params().getAll("command");
        if (exec && command.isEmpty()) {
            throw new HttpProblem(400, "you must specify at least 1 command for the container");
        }
        boolean stdin = wants(request, "input", "stdin");
        boolean tty = exec ? wants(request, "tty", "tty") : container.tty();
        var process = new RemoteProcess(
                () -> exec ? runtime.openExec(container.id(), List.copyOf(command), tty, stdin) : runtime.openAttach(container.id(), stdin), stdin);
        if (SpdyUpgrade.isWanted(request)) {
            var expected = streams(request, stdin, tty);
            SpdyUpgrade.accept(request, SpdyProcessStreams.PROTOCOL)
                    .onSuccess(socket -> new SpdyProcessStreams(socket, Vertx.currentContext(), expected, process))
                    .onFailure(failure -> log.debug("no SPDY: {}", failure.getMessage()));
        } else {
            var protocol = ChannelProtocol.negotiate(request, ChannelProtocol.values());
            var wanted = new ChannelProcessStreams.Wanted(wants(request, "output", "stdout"), wants(request, "error", "stderr") && !tty);
            request.toWebSocket().onSuccess(socket -> ChannelProcessStreams.begin(socket, protocol, wanted, process))
                    .onFailure(failure -> log.debug("no WebSocket: {}", failure.getMessage()));
        }
    }

    /// Returns the names of the streams that a SPDY client is going to open.
    private static Set<String> streams(HttpServerRequest request, boolean stdin, boolean tty) {
        var types = new HashSet<>(Set.of("error"));
        if (stdin) {
            types.add("stdin");
        }
        if (wants(request, "output", "stdout")) {
            types.add("stdout");
        }
        if (wants(request, "error", "stderr") && !tty) {
            types.add("stderr");
        }
        if (wants(request, "tty", "tty")) {
            types.add("resize");
        }
        return types;
    }

    private static boolean wants(HttpServerRequest request, String name, String otherName) {
        return LogHandler.flag(request, name) || LogHandler.flag(request, otherName);
    }

    /// Runs a command to its end. Must be called on a virtual thread.
    void run(HttpServerRequest request) {
        var container = Target.of(request.path(), pods).running();
        var command = request.getParam("cmd", "");
        if (command.isBlank()) {
            throw new HttpProblem(400, "cmd is missing");
        }
        try {
            var result = runtime.exec(container.id(), List.of(command.strip().split(" +")), RUN_LIMIT);
            request.response().setStatusCode(result.exitCode() == 0 ? 200 : 500).end(result.output());
        } catch (TimeoutException e) {
            throw new HttpProblem(504, "the command did not end within " + RUN_LIMIT.toSeconds() + "s");
        }
    }
}
