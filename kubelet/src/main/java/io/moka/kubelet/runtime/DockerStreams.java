package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Implements logs, exec and attach on Docker.
final class DockerStreams {

    private static final Logger log = LoggerFactory.getLogger(DockerStreams.class);

    private final DockerClient docker;
    private final URI host;

    private final EngineCalls calls;

    DockerStreams(DockerClient docker, URI host, EngineCalls calls) {
        this.calls = calls;
        this.docker = docker;
        this.host = host;
    }

    void logs(String id, LogRequest request, OutputSink sink) throws InterruptedException {
        var command = docker.logContainerCmd(id).withFollowStream(request.follow()).withTimestamps(request.timestamps())
                .withStdOut(request.stdout()).withStdErr(request.stderr());
        if (request.tailLines() != null) {
            command.withTail(request.tailLines());
        }
        if (request.since() != null) {
            command.withSince((int) request.since().getEpochSecond());
        }
        var frames = new Awaited<Frame>(frame -> sink.write(stream(frame), frame.getPayload()));
        try (var _ = calls.heartbeat(frames::giveUp); var stream = command.exec(frames)) {
            stream.await();
        } catch (IOException e) {
            log.debug("closing a log stream", e);
        }
    }

    /// Takes a connection over and joins it until it ends, or the engine does not answer any more.
    ///
    /// @param opened gets the connection, so that it can be closed
    private void join(String path, String body, Consumer<DockerHijack> opened, Consumer<DockerHijack> join) {
        try (var hijack = calls.ask(() -> DockerHijack.open(host, path, body)); var _ = calls.heartbeat(hijack::close)) {
            opened.accept(hijack);
            join.accept(hijack);
        }
    }

    private static OutputSink.Stream stream(Frame frame) {
        return frame.getStreamType() == StreamType.STDERR ? OutputSink.Stream.STDERR : OutputSink.Stream.STDOUT;
    }

    ContainerRuntime.Session exec(String id, List<String> command, boolean tty, boolean stdin) {
        var created = docker.execCreateCmd(id).withCmd(command.toArray(String[]::new)).withTty(tty)
                .withAttachStdout(true).withAttachStderr(!tty).withAttachStdin(stdin).exec();
        return new Exec(created.getId(), tty);
    }

    ContainerRuntime.Session attach(String id, boolean stdin) {
        var config = docker.inspectContainerCmd(id).exec().getConfig();
        return new Attach(id, Boolean.TRUE.equals(config.getTty()), stdin, Boolean.TRUE.equals(config.getStdInOnce()));
    }

    private final class Exec implements ContainerRuntime.Session {

        private final String id;
        private final boolean tty;
        private volatile @Nullable DockerHijack streams;

        Exec(String id, boolean tty) {
            this.id = id;
            this.tty = tty;
        }

        @Override
        public int run(@Nullable InputStream stdin, OutputSink sink) {
            DockerStreams.this.join("/exec/" + id + "/start", "{\"Detach\":false,\"Tty\":" + tty + "}", hijack -> streams = hijack,
                    hijack -> hijack.join(stdin, true, tty, sink));
            var code = calls.<@Nullable Long>ask(() -> docker.inspectExecCmd(id).exec().getExitCodeLong());
            return code == null ? -1 : code.intValue();
        }

        @Override
        public void resize(int columns, int rows) {
            try {
                calls.ask(() -> docker.resizeExecCmd(id).withSize(rows, columns).exec());
            } catch (RuntimeFailure e) {
                log.debug("a terminal was not resized: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            var open = streams;
            if (open != null) {
                open.close();
            }
        }
    }

    private final class Attach implements ContainerRuntime.Session {

        private final String id;
        private final boolean tty;
        private final boolean stdin;
        private final boolean once;
        private volatile @Nullable DockerHijack streams;

        /// @param once whether the container's input ends with that of the first client
        Attach(String id, boolean tty, boolean stdin, boolean once) {
            this.id = id;
            this.tty = tty;
            this.stdin = stdin;
            this.once = once;
        }

        @Override
        public int run(@Nullable InputStream input, OutputSink sink) {
            var path = "/containers/" + id + "/attach?stream=1&stdout=1&stderr=1&stdin=" + (stdin ? 1 : 0);
            DockerStreams.this.join(path, "", hijack -> streams = hijack, hijack -> hijack.join(stdin ? input : null, once, tty, sink));
            return exitCode();
        }

        private int exitCode() {
            return calls.ask(() -> {
                try {
                    var state = docker.inspectContainerCmd(id).exec().getState();
                    return Boolean.TRUE.equals(state.getRunning()) || state.getExitCodeLong() == null ? -1 : state.getExitCodeLong().intValue();
                } catch (NotFoundException e) {
                    return -1;
                }
            });
        }

        @Override
        public void resize(int columns, int rows) {
            try {
                calls.ask(() -> docker.resizeContainerCmd(id).withSize(rows, columns).exec());
            } catch (RuntimeFailure e) {
                log.debug("a terminal was not resized: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            var open = streams;
            if (open != null) {
                open.close();
            }
        }
    }
}
