package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

/// The runtime on a Docker engine, through its API on a socket.
public final class DockerRuntime implements ContainerRuntime {

    private static final Logger log = LoggerFactory.getLogger(DockerRuntime.class);
    private static final int EXEC_OUTPUT_BYTES = 10 * 1024;

    private final DockerClient docker;
    private final DockerCreate create;
    private final DockerStreams streams;
    private final DockerImages images;
    private final Labels labels;
    private final ExecutorService commands = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("exec-", 0).factory());

    private DockerRuntime(DockerClient docker, URI host, Labels labels) {
        this.docker = docker;
        this.labels = labels;
        this.create = new DockerCreate(docker, labels);
        this.streams = new DockerStreams(docker, host);
        this.images = new DockerImages(docker);
    }

    /// @param host such as `unix:///var/run/docker.sock`; nothing is sent yet
    public static DockerRuntime connect(String host, String cluster, String node) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host).withDockerTlsVerify(false).build();
        var http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).connectionTimeout(Duration.ofSeconds(5)).build();
        return new DockerRuntime(DockerClientImpl.getInstance(config, http), config.getDockerHost(), new Labels(cluster, node));
    }

    @Override
    public String version() {
        return "docker://" + call(() -> docker.versionCmd().exec().getVersion());
    }

    @Override
    public String createSandbox(SandboxSpec spec) {
        return call(() -> {
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
        return call(() -> {
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
        return call(() -> {
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
        call(() -> {
            create.update(id, limits);
            return id;
        });
    }

    @Override
    public void stop(String id, Duration grace) {
        call(() -> {
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
        call(() -> {
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
        return DockerRuntime.<@Nullable ContainerRecord>call(() -> {
            try {
                return DockerInspection.record(docker.inspectContainerCmd(id).exec());
            } catch (NotFoundException e) {
                return null;
            }
        });
    }

    @Override
    public List<ContainerSummary> list() {
        return call(() -> docker.listContainersCmd().withShowAll(true).withLabelFilter(labels.selector()).exec()).stream()
                .map(c -> new ContainerSummary(c.getId(), Labels.pod(c.getLabels()), "running".equals(c.getState()))).toList();
    }

    @Override
    public AutoCloseable watch(Consumer<RuntimeEvent> listener) {
        return new DockerEvents(docker, labels, listener).start();
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
        return call(() -> streams.exec(id, command, tty, stdin));
    }

    @Override
    public Session openAttach(String id, boolean stdin) {
        return call(() -> streams.attach(id, stdin));
    }

    @Override
    public void logs(String id, LogRequest request, OutputSink sink) throws InterruptedException {
        streams.logs(id, request, sink);
    }

    @Override
    public @Nullable ImageRecord image(String name) {
        return DockerRuntime.<@Nullable ImageRecord>call(() -> images.find(name));
    }

    @Override
    public List<ImageRecord> images() {
        return call(images::list);
    }

    @Override
    public void pull(String name, @Nullable RegistryLogin login) throws InterruptedException {
        images.pull(name, login);
    }

    /// Brings an image that was made here.
    public void load(ImageArchive archive) {
        call(() -> {
            images.load(archive);
            return true;
        });
    }

    @Override
    public void prepareSandboxImage() {
        call(() -> {
            if (images.find(SandboxImage.NAME) == null) {
                images.loadSandbox();
            }
            return true;
        });
    }

    @Override
    public void close() {
        commands.shutdownNow();
        try {
            docker.close();
        } catch (IOException e) {
            log.debug("closing the connection to Docker", e);
        }
    }

    private static <R extends @Nullable Object> R call(Supplier<R> request) {
        try {
            return request.get();
        } catch (DockerException e) {
            throw new RuntimeFailure(DockerErrors.message(e), e);
        } catch (RuntimeFailure e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RuntimeFailure("the Docker engine does not answer: " + e.getMessage(), e);
        }
    }
}
