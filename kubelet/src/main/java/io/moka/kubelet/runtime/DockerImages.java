package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The engine's images.
final class DockerImages {

    private final DockerClient docker;

    DockerImages(DockerClient docker) {
        this.docker = docker;
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

    void pull(String name, @Nullable RegistryLogin login) throws InterruptedException {
        var command = docker.pullImageCmd(name);
        if (login != null) {
            command.withAuthConfig(new AuthConfig().withRegistryAddress(login.registry()).withUsername(login.username()).withPassword(login.password()));
        }
        var problem = new AtomicReference<@Nullable String>();
        try (var items = command.exec(new Awaited<PullResponseItem>(item -> {
            if (item.isErrorIndicated()) {
                problem.set(item.getErrorDetail() == null ? item.getError() : item.getErrorDetail().getMessage());
            }
        }))) {
            items.await();
        } catch (IOException e) {
            throw new RuntimeFailure(String.valueOf(e.getMessage()), e);
        }
        var message = problem.get();
        if (message != null) {
            throw new RuntimeFailure(message);
        }
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
