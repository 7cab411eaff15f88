package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists, pulls, loads and removes images of the engine.
final class DockerImages {

    private static final Logger log = LoggerFactory.getLogger(DockerImages.class);

    private final DockerClient docker;

    private final EngineCalls calls;
    private final Labels labels;

    DockerImages(DockerClient docker, EngineCalls calls, Labels labels) {
        this.calls = calls;
        this.docker = docker;
        this.labels = labels;
    }

    @Nullable ImageRecord find(String name) {
        try {
            var image = docker.inspectImageCmd(name).exec();
            var user = image.getConfig() == null ? null : image.getConfig().getUser();
            return new ImageRecord(image.getId(), orEmpty(image.getRepoTags()), orEmpty(image.getRepoDigests()),
                    image.getSize() == null ? 0 : image.getSize(), user == null ? "" : user);
        } catch (NotFoundException e) {
            return null;
        }
    }

    List<ImageRecord> list() {
        return docker.listImagesCmd().exec().stream()
                .map(image -> new ImageRecord(image.getId(), named(image.getRepoTags()), named(image.getRepoDigests()), image.getSize(), ""))
                .filter(image -> !image.tags().isEmpty() || !image.digests().isEmpty()).toList();
    }

    Set<String> used() {
        return docker.listContainersCmd().withShowAll(true).exec().stream().map(Container::getImageId).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    void remove(String name) {
        try {
            docker.removeImageCmd(name).exec();
        } catch (NotFoundException e) {
            log.debug("image {} is gone already", name);
        }
    }

    void pull(String name, @Nullable RegistryLogin login) throws InterruptedException {
        var command = docker.pullImageCmd(name);
        if (login != null) {
            command.withAuthConfig(new AuthConfig().withRegistryAddress(login.registry()).withUsername(login.username()).withPassword(login.password()));
        }
        var problem = new AtomicReference<@Nullable String>();
        var items = new Awaited<PullResponseItem>(item -> {
            if (item.isErrorIndicated()) {
                problem.set(item.getErrorDetail() == null ? item.getError() : item.getErrorDetail().getMessage());
            }
        });
        try (var _ = calls.heartbeat(items::giveUp); var stream = command.exec(items)) {
            stream.await(calls.deadlines().pullSilence());
        } catch (IOException e) {
            throw new RuntimeFailure(String.valueOf(e.getMessage()), e);
        }
        var message = problem.get();
        if (message != null) {
            throw new RuntimeFailure(message);
        }
    }

    /// The engine gives the files of containers alone, so one is made of the image, which is never started.
    void read(String id, ContainerRuntime.ImageReader reader) throws IOException {
        var container = calls.call(() -> {
            try (var command = docker.createContainerCmd(id)) {
                return command.withEntrypoint("none").withCmd("none").withLabels(labels.ofReader()).exec().getId();
            }
        });
        try (var tar = calls.call(() -> docker.copyArchiveFromContainerCmd(container, "/").exec()); var _ = calls.heartbeat(() -> close(tar))) {
            reader.read(tar);
        } finally {
            removeReader(container);
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            log.debug("closing the files of an image: {}", e.getMessage());
        }
    }

    /// Removes reader containers that an earlier, killed process left behind.
    void removeLeftReaders() {
        docker.listContainersCmd().withShowAll(true).withLabelFilter(labels.readers()).exec().forEach(container -> removeReader(container.getId()));
    }

    private void removeReader(String container) {
        calls.call(() -> {
            try {
                docker.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
            } catch (NotFoundException e) {
                log.debug("{} is gone already", container);
            }
            return container;
        });
    }

    void loadSandbox() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new RuntimeFailure("the sandbox program exists for x86-64 alone, not for " + System.getProperty("os.arch"));
        }
        load(new ImageArchive(SandboxImage.NAME).file(SandboxImage.PROGRAM, SandboxImage.program()));
    }

    void load(ImageArchive archive) {
        docker.loadImageCmd(new ByteArrayInputStream(archive.toTar())).exec();
    }

    private static List<String> orEmpty(@Nullable List<String> names) {
        return names == null ? List.of() : names;
    }

    private static List<String> named(String @Nullable [] names) {
        return names == null ? List.of() : Arrays.stream(names).filter(name -> !name.startsWith("<none>")).toList();
    }
}
