package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs, exec and attach: Docker's multiplexed streams.
final class DockerStreams {

    private static final Logger log = LoggerFactory.getLogger(DockerStreams.class);

    private final DockerClient docker;

    DockerStreams(DockerClient docker) {
        this.docker = docker;
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
        try (var frames = command.exec(new Frames(sink))) {
            frames.await();
        } catch (IOException e) {
            log.debug("closing a log stream", e);
        }
    }

    ContainerRuntime.Session exec(String id, List<String> command, boolean tty, boolean stdin) {
        var created = docker.execCreateCmd(id).withCmd(command.toArray(String[]::new)).withTty(tty)
                .withAttachStdout(true).withAttachStderr(!tty).withAttachStdin(stdin).exec();
        return new Exec(created.getId(), tty);
    }

    ContainerRuntime.Session attach(String id, boolean stdin) {
        return new Attach(id, stdin);
    }

    /// Hands each frame on, in the stream's own thread.
    private static final class Frames extends ResultCallback.Adapter<Frame> {

        private final OutputSink sink;

        Frames(OutputSink sink) {
            this.sink = sink;
        }

        @Override
        public void onNext(Frame frame) {
            var stream = frame.getStreamType() == StreamType.STDERR ? OutputSink.Stream.STDERR : OutputSink.Stream.STDOUT;
            sink.write(stream, frame.getPayload());
        }

        void await() throws InterruptedException {
            try {
                awaitCompletion();
            } catch (RuntimeException e) {
                throw new RuntimeFailure(DockerErrors.message(e), e);
            }
        }
    }

    private final class Exec implements ContainerRuntime.Session {

        private final String id;
        private final boolean tty;

        Exec(String id, boolean tty) {
            this.id = id;
            this.tty = tty;
        }

        @Override
        public int run(@Nullable InputStream stdin, OutputSink sink) throws InterruptedException {
            var start = docker.execStartCmd(id).withTty(tty).withDetach(false);
            if (stdin != null) {
                start.withStdIn(stdin);
            }
            try (var frames = start.exec(new Frames(sink))) {
                frames.await();
            } catch (IOException e) {
                log.debug("closing an exec stream", e);
            }
            var code = docker.inspectExecCmd(id).exec().getExitCodeLong();
            return code == null ? -1 : code.intValue();
        }

        @Override
        public void resize(int columns, int rows) {
            try {
                docker.resizeExecCmd(id).withSize(rows, columns).exec();
            } catch (RuntimeException e) {
                log.debug("a terminal was not resized: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            log.debug("exec {} is over", id);
        }
    }

    private final class Attach implements ContainerRuntime.Session {

        private final String id;
        private final boolean wantsStdin;

        Attach(String id, boolean wantsStdin) {
            this.id = id;
            this.wantsStdin = wantsStdin;
        }

        @Override
        public int run(@Nullable InputStream stdin, OutputSink sink) throws InterruptedException {
            var command = docker.attachContainerCmd(id).withFollowStream(true).withStdOut(true).withStdErr(true);
            if (wantsStdin && stdin != null) {
                command.withStdIn(stdin);
            }
            try (var frames = command.exec(new Frames(sink))) {
                frames.await();
            } catch (IOException e) {
                log.debug("closing an attach stream", e);
            }
            return exitCode();
        }

        private int exitCode() {
            try {
                var state = docker.inspectContainerCmd(id).exec().getState();
                return Boolean.TRUE.equals(state.getRunning()) || state.getExitCodeLong() == null ? -1 : state.getExitCodeLong().intValue();
            } catch (NotFoundException e) {
                return -1;
            }
        }

        @Override
        public void resize(int columns, int rows) {
            try {
                docker.resizeContainerCmd(id).withSize(rows, columns).exec();
            } catch (RuntimeException e) {
                log.debug("a terminal was not resized: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            log.debug("attachment to {} is over", id);
        }
    }
}
