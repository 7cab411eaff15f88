package io.moka.kubelet.runtime;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine that runs containers, seen by one kubelet. Safe for any number of threads; every call blocks.
///
/// Calls throw [RuntimeFailure] when the engine refuses or can't be reached. Follows upstream's CRI in spirit: a pod is a
/// sandbox, which holds its namespaces, and containers that join it.
public interface ContainerRuntime extends AutoCloseable {

    /// The engine's name and version, such as `docker://20.10.24`. Fails when the engine does not answer.
    String version();

    /// Makes the sandbox without starting it and returns its id. A leftover of the same pod and attempt is replaced.
    String createSandbox(SandboxSpec spec);

    /// Makes a container without starting it and returns its id. Its sandbox need not run yet.
    String createContainer(ContainerSpec spec);

    /// Starts what was created, and returns it as it is then. Starting what runs changes nothing. What can't be started is
    /// [ContainerState.Exited] from then on, with the engine's words as its error.
    ContainerRecord start(String id);

    /// Gives a running container other limits; what is zero stays as it is.
    void update(String id, ContainerSpec.Limits limits);

    /// Sends SIGTERM (or the image's own signal), and SIGKILL after the grace; returns when it has ended. Unknown ids are ignored.
    void stop(String id, Duration grace);

    /// Removes a container, killing it if it runs. Unknown ids are ignored.
    void remove(String id);

    /// What is known of a container, or null where there is none.
    @Nullable ContainerRecord inspect(String id);

    /// Every container and sandbox of this cluster's node, also those that have ended.
    List<ContainerSummary> list();

    /// Reports each end and removal from now on. After a gap (the engine was away) the listener gets [RuntimeEvent.Lost].
    AutoCloseable watch(Consumer<RuntimeEvent> listener);

    /// Runs a command in a running container and collects the first 10 KiB of its output.
    ///
    /// @throws TimeoutException when it has not ended in time; the command itself is left alone, as Docker can't end it
    ExecResult exec(String id, List<String> command, Duration timeout) throws TimeoutException;

    /// Prepares a command with its own streams; nothing runs before [Session#run].
    Session openExec(String id, List<String> command, boolean tty, boolean stdin);

    /// Prepares to join the streams of the container's main process.
    Session openAttach(String id, boolean stdin);

    /// Sends the log to the sink; with `follow` until the container ends or the thread is interrupted.
    void logs(String id, LogRequest request, OutputSink sink) throws InterruptedException;

    /// The image of that name or id on this node, or null.
    @Nullable ImageRecord image(String name);

    List<ImageRecord> images();

    /// Fetches the image from its registry.
    void pull(String name, @Nullable RegistryLogin login) throws InterruptedException;

    /// Makes sure that what sandboxes are made of is there.
    void prepareSandboxImage();

    @Override
    void close();

    /// The streams of a process in a container, usable once.
    interface Session extends AutoCloseable {

        /// Joins the streams and returns the exit code when the process has ended, or -1 when it goes on without us.
        int run(@Nullable InputStream stdin, OutputSink sink) throws InterruptedException;

        /// Tells the process's terminal its new size.
        void resize(int columns, int rows);

        @Override
        void close();
    }
}
