package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Implements [ContainerRuntime] on a Docker engine, through its API on a socket.
public final class DockerRuntime implements ContainerRuntime {

    private static final Logger log = LoggerFactory.getLogger(DockerRuntime.class);
    private static final int EXEC_OUTPUT_BYTES = 10 * 1024;

    private final DockerClient docker;
    private final EngineCalls calls;
    private final DockerCreate create;
    private final DockerStreams streams;
    private final DockerImages images;
    private final Labels labels;
    // asked of the engine once
    private volatile @Nullable Path storageFolder;
    private final ExecutorService commands = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("exec-", 0).factory());

    private DockerRuntime(DockerClient docker, URI host, Labels labels, EngineDeadlines deadlines) {
        this.docker = docker;
        this.labels = labels;
        this.calls = new EngineCalls(docker, deadlines);
        this.create = new DockerCreate(docker, labels);
        this.streams = new DockerStreams(docker, host, calls);
        this.images = new DockerImages(docker, calls, labels);
    }

    /// @param host such as `unix:///var/run/docker.sock`; nothing is sent yet
    public static DockerRuntime connect(String host, String cluster, String node) {
        return connect(host, cluster, node, EngineDeadlines.STANDARD);
    }

    static DockerRuntime connect(String host, String cluster, String node, EngineDeadlines deadlines) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host).withDockerTlsVerify(false).build();
        var http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).connectionTimeout(Duration.ofSeconds(5)).build();
        return new DockerRuntime(DockerClientImpl.getInstance(config, http), config.getDockerHost(), new Labels(cluster, node), deadlines);
    }

    @Override
    public String version() {
        return "docker://" + calls.ask(() -> docker.versionCmd().exec().getVersion());
    }

    @Override
    public String createSandbox(SandboxSpec spec) {
        return calls.call(() -> {
            try {
                return create.sandbox(spec);
            } catch (NotFoundException e) {
                log.info("the sandbox image is gone; making it anew");
                images.loadSandbox();
                return create.sandbox(spec);
            } catch (ConflictException e) {
                return replace(Labels.containerName(spec.pod(), "", spec.attempt()), () -> create.sandbox(spec));
            }
        });
    }

    @Override
    public String createContainer(ContainerSpec spec) {
        return calls.call(() -> {
            try {
                return create.container(spec);
            } catch (ConflictException e) {
                return replace(Labels.containerName(spec.pod(), spec.name(), spec.attempt()), () -> create.container(spec));
            }
        });
    }

    /// A create of a kubelet that was killed meanwhile may have left this name behind.
    private String replace(String name, Supplier<String> again) {
        log.info("replacing the leftover {}", name);
        remove(name);
        return again.get();
    }

    @Override
    public ContainerRecord start(String id) {
        return calls.call(() -> {
            try {
                docker.startContainerCmd(id).exec();
            } catch (NotModifiedException e) {
                log.debug("{} runs already", id);
            }
            return DockerInspection.record(docker.inspectContainerCmd(id).exec());
        });
    }

    @Override
    public void update(String id, ContainerSpec.Limits limits) {
        calls.call(() -> {
            create.update(id, limits);
            return id;
        });
    }

    @Override
    public void stop(String id, Duration grace) {
        calls.within(calls.deadlines().work().plus(grace), () -> {
            try {
                if (grace.isZero()) {
                    docker.killContainerCmd(id).exec();
                } else {
                    docker.stopContainerCmd(id).withTimeout((int) grace.toSeconds()).exec();
                }
            } catch (NotFoundException | NotModifiedException | ConflictException e) {
                log.debug("{} does not run", id);
            }
            return id;
        });
    }

    @Override
    public void remove(String id) {
        calls.call(() -> {
            try {
                docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
            } catch (NotFoundException e) {
                log.debug("{} is gone already", id);
            } catch (ConflictException e) {
                log.debug("{} is being removed already", id);
            }
            return id;
        });
    }

    @Override
    public @Nullable ContainerRecord inspect(String id) {
        return calls.<@Nullable ContainerRecord>ask(() -> {
            try {
                return DockerInspection.record(docker.inspectContainerCmd(id).exec());
            } catch (NotFoundException e) {
                return null;
            }
        });
    }

    @Override
    public long storageBytes(String id) {
        return calls.call(() -> {
            var sized = docker.listContainersCmd().withShowAll(true).withShowSize(true).withIdFilter(List.of(id)).exec();
            return sized.isEmpty() ? 0L : (sized.getFirst().getSizeRw() == null ? 0 : sized.getFirst().getSizeRw()) + DockerInspection.files(docker.inspectContainerCmd(id).exec()).logBytes();
        });
    }

    @Override
    public ContainerFiles files(String id) {
        return calls.ask(() -> {
            try {
                return DockerInspection.files(docker.inspectContainerCmd(id).exec());
            } catch (NotFoundException e) {
                return ContainerFiles.UNKNOWN;
            }
        });
    }

    @Override
    public List<ContainerSummary> list() {
        return calls.ask(() -> docker.listContainersCmd().withShowAll(true).withLabelFilter(labels.selector()).exec()).stream()
                .map(c -> new ContainerSummary(c.getId(), Labels.pod(c.getLabels()), "running".equals(c.getState()))).toList();
    }

    @Override
    public AutoCloseable watch(Consumer<RuntimeEvent> listener) {
        return new DockerEvents(docker, calls, labels, listener).start();
    }

    @Override
    public ExecResult exec(String id, List<String> command, Duration timeout) throws TimeoutException {
        var output = new ByteArrayOutputStream();
        try (var session = openExec(id, command, false, false)) {
            var end = commands.submit(() -> session.run(null, (stream, bytes) ->
                    output.write(bytes, 0, Math.min(bytes.length, EXEC_OUTPUT_BYTES - output.size()))));
            return new ExecResult(end.get(timeout.toMillis(), TimeUnit.MILLISECONDS), output.toString(StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            throw new RuntimeFailure(DockerErrors.message(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", e);
        }
    }

    @Override
    public Session openExec(String id, List<String> command, boolean tty, boolean stdin) {
        return calls.call(() -> streams.exec(id, command, tty, stdin));
    }

    @Override
    public Session openAttach(String id, boolean stdin) {
        return calls.call(() -> streams.attach(id, stdin));
    }

    @Override
    public void logs(String id, LogRequest request, OutputSink sink) throws InterruptedException {
        streams.logs(id, request, sink);
    }

    @Override
    public @Nullable ImageRecord image(String name) {
        return calls.<@Nullable ImageRecord>ask(() -> images.find(name));
    }

    @Override
    public List<ImageRecord> images() {
        return calls.ask(images::list);
    }

    @Override
    public Set<String> usedImages() {
        return calls.ask(images::used);
    }

    @Override
    public void removeImage(String name) {
        calls.call(() -> {
            images.remove(name);
            return name;
        });
    }

    @Override
    public Path storageFolder() {
        var known = storageFolder;
        if (known == null) {
            known = Path.of(calls.ask(() -> docker.infoCmd().exec().getDockerRootDir()));
            storageFolder = known;
        }
        return known;
    }

    @Override
    public void pull(String name, @Nullable RegistryLogin login) throws InterruptedException {
        images.pull(name, login);
    }

    /// Brings an image that was made here.
    public void load(ImageArchive archive) {
        calls.call(() -> {
            images.load(archive);
            return true;
        });
    }

    @Override
    public void readImage(String id, ImageReader reader) throws IOException {
        images.read(id, reader);
    }

    @Override
    public void prepareSandboxImage() {
        calls.call(() -> {
            images.removeLeftReaders();
            if (images.find(SandboxImage.NAME) == null) {
                images.loadSandbox();
            }
            return true;
        });
    }

    @Override
    public void close() {
        commands.shutdownNow();
        calls.close();
        try {
            docker.close();
        } catch (IOException e) {
            log.debug("closing the connection to Docker", e);
        }
    }
}
