package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/exec/…`, `/attach/…` over WebSocket, and `POST /run/…?cmd=` for a command whose output is the answer.
final class StreamHandler {

    private static final Logger log = LoggerFactory.getLogger(StreamHandler.class);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

    private final ContainerRuntime runtime;
    private final PodWorkers pods;

    StreamHandler(ContainerRuntime runtime, PodWorkers pods) {
        this.runtime = runtime;
        this.pods = pods;
    }

    /// On the event loop: checks the request, then takes the socket over.
    void upgrade(HttpServerRequest request) {
        var container = Target.of(request.path(), pods).running();
        boolean exec = request.path().startsWith("/exec/");
        var command = request.params().getAll("command");
        if (exec && command.isEmpty()) {
            throw new HttpProblem(400, "you must specify at least 1 command for the container");
        }
        boolean stdin = wants(request, "input", "stdin");
        boolean tty = exec ? wants(request, "tty", "tty") : container.tty();
        request.toWebSocket().onSuccess(socket -> serve(socket, stdin,
                () -> exec ? runtime.openExec(container.id(), List.copyOf(command), tty, stdin) : runtime.openAttach(container.id(), stdin)))
                .onFailure(failure -> log.debug("no WebSocket: {}", failure.getMessage()));
    }

    private static boolean wants(HttpServerRequest request, String name, String otherName) {
        return LogHandler.flag(request, name) || LogHandler.flag(request, otherName);
    }

    private interface Opening {
        ContainerRuntime.Session open();
    }

    private void serve(ServerWebSocket socket, boolean stdin, Opening opening) {
        var session = new AtomicReference<ContainerRuntime.@Nullable Session>();
        var thread = new AtomicReference<@Nullable Thread>();
        var channels = new ChannelSocket(socket, (columns, rows) -> {
            var open = session.get();
            if (open != null) {
                open.resize(columns, rows);
            }
        }, () -> {
            var running = thread.get();
            if (running != null) {
                running.interrupt();
            }
        });
        thread.set(Thread.ofVirtual().name("stream").start(() -> run(channels, stdin, opening, session)));
    }

    private void run(ChannelSocket channels, boolean stdin, Opening opening, AtomicReference<ContainerRuntime.@Nullable Session> holder) {
        try (var session = opening.open()) {
            holder.set(session);
            int code = session.run(stdin ? channels.stdin() : null, channels);
            channels.finish(ExitStatus.of(code));
        } catch (RuntimeFailure e) {
            channels.finish(ExitStatus.failure(String.valueOf(e.getMessage())));
        } catch (Futures.ConnectionLost e) {
            log.debug("the client has left: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.debug("a stream was cut short", e);
        } finally {
            channels.stdin().close();
        }
    }

    /// In a virtual thread: runs a command to its end.
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
