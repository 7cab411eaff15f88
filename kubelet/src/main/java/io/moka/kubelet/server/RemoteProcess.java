package io.moka.kubelet.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.client.Json;
import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects a client's streams with a command or an attached process in a container, on a virtual thread of its own.
final class RemoteProcess {

    private static final Logger log = LoggerFactory.getLogger(RemoteProcess.class);

    private static final Duration OUTPUT_TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<ContainerRuntime.Session> opening;
    private final boolean stdin;
    private volatile ContainerRuntime.@Nullable Session session;
    private volatile @Nullable JsonNode size;
    private volatile @Nullable BytePipe received;
    private volatile @Nullable Thread thread;

    /// @param stdin whether the process reads what the client sends
    RemoteProcess(Supplier<ContainerRuntime.Session> opening, boolean stdin) {
        this.opening = opening;
        this.stdin = stdin;
    }

    void start(ProcessStreams streams) {
        received = streams.stdin();
        if (!stdin) {
            received.close();
        }
        thread = TaskThread.start("stream", () -> run(streams));
    }

    boolean isStarted() {
        return thread != null;
    }

    private void run(ProcessStreams streams) {
        try (var input = streams.stdin(); var opened = opening.get()) {
            session = opened;
            applySize();
            streams.established();
            int code = opened.run(stdin ? input : null, streams);
            streams.finish(ExitStatus.of(code));
        } catch (RuntimeFailure e) {
            streams.finish(ExitStatus.failure(String.valueOf(e.getMessage())));
        } catch (Futures.ConnectionLost e) {
            log.debug("the client has left: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("a stream was cut short", e);
            fail(streams);
        }
    }

    /// The streams may be what has failed.
    private static void fail(ProcessStreams streams) {
        try {
            streams.finish(ExitStatus.failure("internal error"));
        } catch (RuntimeException e) {
            log.debug("the client was not told: {}", e.toString());
        }
    }

    /// @param json the terminal's new `Width` and `Height`, in characters; one that comes too early is used once there is a process
    void resize(byte[] json) {
        try {
            size = Json.mapper().readTree(json);
            applySize();
        } catch (IOException e) {
            log.debug("not a terminal size: {}", e.getMessage());
        }
    }

    private void applySize() {
        var open = session;
        var wanted = size;
        if (open != null && wanted != null) {
            TaskThread.start("resize", () -> resize(open, wanted));
        }
    }

    private static void resize(ContainerRuntime.Session process, JsonNode wanted) {
        try {
            process.resize(wanted.path("Width").asInt(), wanted.path("Height").asInt());
        } catch (RuntimeException e) {
            log.debug("the terminal keeps its size: {}", e.toString());
        }
    }

    /// The client has left; what it sent before is still read, but the process is not waited for.
    void disconnected() {
        var running = thread;
        var input = received;
        if (running != null && input != null) {
            TaskThread.start("last-words", () -> leave(input, running));
        }
    }

    private static void leave(BytePipe input, Thread running) {
        try {
            input.awaitConsumed(OUTPUT_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.interrupt();
    }
}
