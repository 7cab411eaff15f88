package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.image.PulledImages;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MapClusterObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Owner and mode of token files: as private as the pod's user and group allow.
class TokenFilesTest {

    @TempDir
    Path folder;

    private record Case(String name, PodSecurityContext context, int uid, int gid, int mode) {
    }

    @Test
    void ownerAndModeFollowUserAndGroupOfThePod() throws IOException {
        for (var one : List.of(
                new Case("root", new PodSecurityContext(), 0, 0, 0644),
                new Case("user", new PodSecurityContextBuilder().withRunAsUser(1000L).build(), 1000, 0, 0600),
                new Case("group", new PodSecurityContextBuilder().withFsGroup(10_000L).build(), 0, 10_000, 0640),
                new Case("both", new PodSecurityContextBuilder().withRunAsUser(1000L).withFsGroup(10_000L).build(), 1000, 10_000, 0640))) {
            var file = setUp(one);

            assertEquals(one.uid, Files.getAttribute(file, "unix:uid"), one.name);
            assertEquals(one.gid, Files.getAttribute(file, "unix:gid"), one.name);
            assertEquals(one.mode, (int) Files.getAttribute(file, "unix:mode") & 07777, one.name);
        }
    }

    private Path setUp(Case one) throws IOException {
        var clock = InstantSource.system();
        var objects = new MapClusterObjects(clock);
        var directories = new PodDirectories(folder);
        var runtime = new FakeRuntime();
        var claims = new ClaimVolumes(directories, objects, Map::of, new LocalPathStore(directories), (claim, volume) -> { });
        var volumes = new PodVolumes(directories, objects, pod -> new Addresses(List.of(), ""), new Tokens(objects, clock), Map::of, claims,
                new ImageVolumes(directories, runtime, new ImagePuller(runtime, objects, (pod, container, warning, reason, message) -> { }, new PulledImages(folder.resolve("images")), clock)));
        var pod = new PodBuilder().withNewMetadata().withName(one.name).withUid(one.name).withNamespace("default").endMetadata()
                .withNewSpec().withSecurityContext(one.context).addNewContainer().withName("main").endContainer()
                .addNewVolume().withName("v").withNewProjected().addNewSource().withNewServiceAccountToken().withPath("token").endServiceAccountToken().endSource()
                .endProjected().endVolume().endSpec().build();
        return volumes.setUp(pod).get("v").resolve("token");
    }
}
