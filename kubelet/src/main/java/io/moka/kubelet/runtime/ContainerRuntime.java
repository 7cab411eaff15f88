package io.moka.kubelet.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

    /// Starts a created container or sandbox and returns its new record. Starting a running one changes nothing. One that can't be started is
    /// [ContainerState.Exited] from then on, with the engine's message as its error.
    ContainerRecord start(String id);

    /// Gives a running container other limits; a limit of zero stays as it is.
    void update(String id, ContainerSpec.Limits limits);

    /// Sends SIGTERM (or the image's own signal), and SIGKILL after the grace; returns when it has ended. Unknown ids are ignored.
    void stop(String id, Duration grace);

    /// Removes a container, killing it if it runs. Unknown ids are ignored.
    void remove(String id);

    /// Returns the engine's record of a container, or null if there is none.
    @Nullable ContainerRecord inspect(String id);

    /// Returns how many bytes of the node's disk the container's writable layer and log take; 0 for unknown ids. An expensive call.
    long storageBytes(String id);

    /// Returns the places of the container's files and output; [ContainerFiles#UNKNOWN] for unknown ids.
    ContainerFiles files(String id);

    /// Every container and sandbox of this cluster's node, also those that have ended.
    List<ContainerSummary> list();

    /// Reports each end and removal from now on. After a gap (the engine was away) the listener gets [RuntimeEvent.Lost].
    AutoCloseable watch(Consumer<RuntimeEvent> listener);

    /// Runs a command in a running container and collects the first 10 KiB of its output.
    ///
    /// @throws TimeoutException when it has not ended in time; the command itself goes on, as Docker can't end it
    ExecResult exec(String id, List<String> command, Duration timeout) throws TimeoutException;

    /// Prepares a command with its own streams; nothing runs before [Session#run].
    Session openExec(String id, List<String> command, boolean tty, boolean stdin);

    /// Prepares to join the streams of the container's main process.
    Session openAttach(String id, boolean stdin);

    /// Sends the log to the sink; with `follow` until the container ends or the thread is interrupted.
    void logs(String id, LogRequest request, OutputSink sink) throws InterruptedException;

    /// Returns the image of that name or id on this node, or null.
    @Nullable ImageRecord image(String name);

    List<ImageRecord> images();

    /// Returns the ids of images that have a container, running or not, of this kubelet or of other users.
    Set<String> usedImages();

    /// Removes this name from its image, and the image if it was the last name. Fails if a container uses the image; unknown names are ignored.
    void removeImage(String name);

    /// The folder in which the engine keeps images and containers.
    Path storageFolder();

    /// Fetches the image from its registry.
    void pull(String name, @Nullable RegistryLogin login) throws InterruptedException;

    /// Gives the files of an image to a reader, as a tar archive of the root folder. The engine may add empty files and folders of its own.
    ///
    /// @param id of the image
    /// @throws IOException what the reader throws, and when the archive ends early
    void readImage(String id, ImageReader reader) throws IOException;

    /// Reads an image's files.
    interface ImageReader {
        void read(InputStream tar) throws IOException;
    }

    /// Makes sure that what sandboxes are made of is there.
    void prepareSandboxImage();

    @Override
    void close();

    /// The streams of a process in a container, usable once.
    interface Session extends AutoCloseable {

        /// Joins the streams. Returns the exit code when the process has ended, or -1 if it outlives the session.
        int run(@Nullable InputStream stdin, OutputSink sink) throws InterruptedException;

        /// Tells the process's terminal its new size.
        void resize(int columns, int rows);

        @Override
        void close();
    }
}
