package io.moka.kubectl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp`: files into a container and out of it, by the container's own `tar`.
@Command(name = "cp", mixinStandardHelpOptions = true, description = "Copy files into containers and out of them.")
final class CopyCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "PATH, or [NAMESPACE/]POD:PATH.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "The same.")
    private String destination = "";

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "Which container.")
    private @Nullable String container;

    @Option(names = "--no-preserve", description = "Do not keep owner and permissions.")
    private boolean noPreserve;

    /// @param pod empty for this machine
    record Place(@Nullable String namespace, String pod, String path) {

        static Place parse(String text) {
            int colon = text.indexOf(':');
            if (colon < 0 || text.startsWith("/") || text.startsWith("./") || text.startsWith("../")) {
                return new Place(null, "", text);
            }
            var pod = text.substring(0, colon);
            var path = text.substring(colon + 1);
            int slash = pod.indexOf('/');
            if (pod.isEmpty() || path.isEmpty() || pod.indexOf('/', slash + 1) > 0) {
                throw new UsageException("one of src or dest must be a local file specification");
            }
            return slash < 0 ? new Place(null, pod, path) : new Place(pod.substring(0, slash), pod.substring(slash + 1), path);
        }

        boolean isRemote() {
            return !pod.isEmpty();
        }

        /// The path's last part.
        String base() {
            var trimmed = path.replaceAll("/+$", "");
            return trimmed.substring(trimmed.lastIndexOf('/') + 1);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var from = Place.parse(source);
        var to = Place.parse(destination);
        if (from.isRemote() == to.isRemote()) {
            throw new UsageException("one of src or dest must be a " + (from.isRemote() ? "local" : "remote") + " file specification");
        }
        return from.isRemote() ? copyOut(from, Path.of(to.path())) : copyIn(Path.of(from.path()), to);
    }

    private String execPath(Place place) {
        return Kind.named(connection, "pods").path(place.namespace() == null ? connection.namespace() : place.namespace(), place.pod()) + "/exec";
    }

    private int execute(Place place, List<String> command, @Nullable InputStream stdin, OutputStream stdout, OutputStream stderr) throws IOException, InterruptedException {
        return new RemoteCommand(connection.client(), execPath(place), RemoteCommand.query(command, container, stdin != null, false), stdout, stderr).run(stdin);
    }

    private int copyIn(Path file, Place to) throws IOException, InterruptedException {
        if (!Files.exists(file)) {
            throw new UsageException(file + " doesn't exist in local filesystem");
        }
        var silence = new ByteArrayOutputStream();
        boolean intoFolder = execute(to, List.of("test", "-d", to.path()), null, silence, silence) == 0;
        var target = intoFolder ? to.path().replaceAll("/+$", "") + "/" + file.toAbsolutePath().normalize().getFileName() : to.path();
        int slash = target.lastIndexOf('/');
        var folder = slash < 0 ? "." : slash == 0 ? "/" : target.substring(0, slash);
        var command = noPreserve ? List.of("tar", "--no-same-permissions", "--no-same-owner", "-xmf", "-", "-C", folder) : List.of("tar", "-xmf", "-", "-C", folder);
        var pipe = new Pipe();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); var archive = pipe.reader()) {
            var out = pipe.writer();
            var writing = threads.submit(() -> {
                try (out) {
                    TarArchive.write(file, target.substring(slash + 1), out);
                }
                return null;
            });
            int status = execute(to, command, archive, System.out, System.err);
            archive.close();
            try {
                writing.get();
            } catch (ExecutionException e) {
                if (status == 0) {
                    throw new IOException(e.getCause().getMessage(), e.getCause());
                }
            }
            return ended(status);
        }
    }

    private int copyOut(Place from, Path to) throws IOException, InterruptedException {
        var target = Files.isDirectory(to) ? to.resolve(from.base()) : to;
        var pipe = new Pipe();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); var archive = pipe.reader()) {
            var out = pipe.writer();
            var running = threads.submit(() -> {
                try (out) {
                    return execute(from, List.of("tar", "cf", "-", from.path()), null, out, System.err);
                }
            });
            boolean any = TarArchive.extract(archive, from.path(), target, warning -> System.err.println("warning: " + warning));
            try {
                int status = running.get();
                if (!any && status == 0) {
                    throw new UsageException(from.path() + " is no such file or directory");
                }
                return ended(status);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private static int ended(int status) {
        if (status != 0) {
            throw new UsageException("command terminated with exit code " + status);
        }
        return 0;
    }
}
