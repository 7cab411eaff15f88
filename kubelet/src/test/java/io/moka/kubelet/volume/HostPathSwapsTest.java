package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.moka.kubelet.cgroup.CgroupName;
import io.moka.kubelet.container.ContainerDefaults;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.runtime.ContainerSpec.BindMount;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MapClusterObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A path of the node is exchanged for a link after the kubelet has checked it and before the engine mounts it. The container gets what was checked.
class HostPathSwapsTest {

    private static final String MARK = "of-the-host";

    @TempDir
    Path temporary;

    private final MapClusterObjects objects = new MapClusterObjects(InstantSource.system());
    private Path folder;
    private Path volume;
    private Path outside;
    private PodDirectories directories;
    private HostPathVolumes plugin;

    @BeforeEach
    void begin() throws IOException {
        folder = temporary.toRealPath();
        volume = Files.createDirectory(folder.resolve("volume"));
        outside = Files.createDirectories(folder.resolve("outside/b/c/sub")).getParent().getParent().getParent();
        for (var path : List.of(outside, outside.resolve("b"), outside.resolve("b/c"), outside.resolve("b/c/sub"))) {
            Files.writeString(path.resolve(MARK), "secret");
        }
        directories = new PodDirectories(folder.resolve("kubelet"));
        plugin = new HostPathVolumes(directories);
    }

    @AfterEach
    void end() throws IOException {
        Mounts.unmountAll(folder);
    }

    /// One way to mount a volume, and the folder on the way to it that is exchanged.
    record Swap(String swapped, VolumeMount mount, boolean claimed) {
        @Override
        public String toString() {
            return swapped + " " + mount.getSubPath() + " " + mount.getMountPropagation() + " " + mount.getRecursiveReadOnly() + (claimed ? " of a claim" : "");
        }
    }

    static List<Swap> swaps() {
        var plain = new VolumeMountBuilder().withName("v").withMountPath("/v").build();
        var mounts = List.of(plain, new VolumeMountBuilder(plain).withSubPath("sub").build(), new VolumeMountBuilder(plain).withSubPath("new/deep").build(),
                new VolumeMountBuilder(plain).withMountPropagation("HostToContainer").build(),
                new VolumeMountBuilder(plain).withSubPath("sub").withMountPropagation("HostToContainer").build(),
                new VolumeMountBuilder(plain).withReadOnly(true).build(), new VolumeMountBuilder(plain).withReadOnly(true).withRecursiveReadOnly("Enabled").build());
        var swaps = new ArrayList<Swap>();
        for (var swapped : List.of("a", "a/b", "a/b/c")) {
            for (var mount : mounts) {
                swaps.add(new Swap(swapped, mount, false));
                swaps.add(new Swap(swapped, mount, true));
            }
        }
        return swaps;
    }

    private Container container(VolumeMount mount) {
        return new ContainerBuilder().withName("c").withImage("i").withVolumeMounts(mount).build();
    }

    private Pod pod(Path path, String type, VolumeMount mount, boolean claimed) {
        var pod = new PodBuilder().withNewMetadata().withName("p").withNamespace("default").withUid("uid-p").endMetadata().withNewSpec().withNodeName("node")
                .withContainers(container(mount)).endSpec();
        if (!claimed) {
            return pod.editSpec().addNewVolume().withName("v").withNewHostPath(path.toString(), type).endVolume().endSpec().build();
        }
        objects.bound(LocalVolumes.claim("v", "ReadWriteOnce"), LocalVolumes.bare("v", "1Gi").editSpec().withNewHostPath(path.toString(), type).endSpec().build());
        return pod.editSpec().addNewVolume().withName("v").withNewPersistentVolumeClaim("data", false).endVolume().endSpec().build();
    }

    private Path setUp(Pod pod) throws IOException {
        var claims = new ClaimVolumes(directories, objects, Map::of, new LocalPathStore(directories), (claim, grown) -> {
        });
        var wanted = pod.getSpec().getVolumes().getFirst();
        return (claims.supports(wanted) ? claims : plugin).setUp(pod, wanted);
    }

    /// Returns the path that the engine is given for the volume of the pod's container.
    private Path source(Pod pod, Path volume) {
        var specs = new ContainerSpecs(objects, namespace -> List.of(), OomScores.ofThisNode(1L << 30), any -> new CgroupName(List.of("moka", "pod")), Map::of, ContainerDefaults.STANDARD);
        var inputs = new ContainerSpecs.Inputs(pod, pod.getSpec().getContainers().getFirst(), 0, "sandbox", null, new ImageRecord("id", List.of(), List.of(), 0, ""), new Addresses(List.of(), "127.0.0.1"),
                Map.of("v", volume), directories.pod("uid-p"));
        return specs.of(inputs).mounts().stream().filter(mount -> mount.target().equals("/v")).map(BindMount::source).map(Path::of).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource
    void swaps(Swap swap) throws IOException {
        var pod = pod(volume.resolve("a/b/c"), "DirectoryOrCreate", swap.mount, swap.claimed);
        var checked = setUp(pod);
        Files.createDirectories(checked.resolve("sub/inside"));
        Files.move(volume.resolve(swap.swapped), folder.resolve("moved"));
        Files.createSymbolicLink(volume.resolve(swap.swapped), target(swap.swapped));

        var given = source(pod, checked);

        assertTrue(given.startsWith(directories.pod("uid-p")), "the engine is given " + given);
        assertEquals(given, given.toRealPath());
        assertFalse(Files.exists(given.resolve(MARK), LinkOption.NOFOLLOW_LINKS), "the container sees the host");
        assertEquals("sub".equals(swap.mount.getSubPath()), Files.exists(given.resolve("inside")));
        assertFalse(Files.exists(outside.resolve("b/c/new")), "nothing was made outside");
    }

    /// The folder outside that the rest of the path leads to.
    private Path target(String swapped) {
        return switch (swapped) {
            case "a" -> outside;
            case "a/b" -> outside.resolve("b");
            default -> outside.resolve("b/c");
        };
    }

    @Test
    void pathBehindALinkOfTheNodesOwnerIsMountedAsItWasChecked() throws IOException {
        Files.createDirectories(folder.resolve("disk/data/inside"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("disk"));
        var pod = pod(folder.resolve("link/data"), "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false);
        var checked = setUp(pod);
        Files.delete(folder.resolve("link"));
        Files.createSymbolicLink(folder.resolve("link"), outside);

        assertTrue(Files.exists(source(pod, checked).resolve("inside")));
    }

    /// Only a privileged container can have such a mount.
    @Test
    void pathThatIsMountedInBothDirectionsIsGivenAsItIs() throws IOException {
        assertEquals(volume, setUp(pod(volume, "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").withMountPropagation("Bidirectional").build(), false)));
    }

    @Test
    void eachSetUpShowsThePathAsItIsThen() throws IOException {
        var pod = pod(volume.resolve("file"), "FileOrCreate", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false);
        Files.writeString(setUp(pod), "first");
        assertEquals("first", Files.readString(volume.resolve("file")));
        Files.delete(volume.resolve("file"));
        assertEquals("", Files.readString(setUp(pod)), "the file was made once more");
        Files.delete(volume.resolve("file"));
        Files.createDirectory(volume.resolve("file"));

        assertTrue(Files.isDirectory(setUp(pod(volume.resolve("file"), "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false))));
        directories.remove("uid-p");
        assertEquals(List.of(), Mounts.under(folder));
        assertTrue(Files.isDirectory(volume.resolve("file")));
    }

    @Test
    void folderThatContainsTheKubeletsIsGivenAsItIs() throws IOException {
        for (var path : List.of(Path.of("/"), folder, directories.pods())) {
            assertEquals(path, setUp(pod(path, "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false)));
        }
        assertNotEquals(volume, setUp(pod(volume, "", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false)));
    }

    @Test
    void mountOfTheNodeOnTheVeryPathStays() throws IOException {
        Tool.run("mount", "-t", "tmpfs", "tmpfs", volume.toString());
        Tool.run("mount", "--make-shared", volume.toString());
        var path = Files.createDirectory(volume.resolve("path"));
        var shown = setUp(pod(path, "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false));
        Tool.run("mount", "-t", "tmpfs", "tmpfs", path.toString());
        Files.writeString(path.resolve("file"), "x");
        assertEquals("x", Files.readString(shown.resolve("file")));

        directories.remove("uid-p");

        assertEquals(List.of(), Mounts.under(directories.pods()));
        assertEquals("x", Files.readString(path.resolve("file")));
    }

    /// Mounts of the node below a path are shown, and stay when the pod goes.
    @Test
    void mountsOfTheNodeBelowThePathAreShownAndStay() throws IOException {
        var disk = Files.createDirectory(volume.resolve("disk"));
        Tool.run("mount", "-t", "tmpfs", "tmpfs", volume.toString());
        Tool.run("mount", "--make-shared", volume.toString());
        Files.createDirectories(disk);
        Tool.run("mount", "-t", "tmpfs", "tmpfs", disk.toString());
        Files.writeString(disk.resolve("file"), "x");
        var pod = pod(volume, "Directory", new VolumeMountBuilder().withName("v").withMountPath("/v").build(), false);
        var shown = setUp(pod);
        assertEquals("x", Files.readString(shown.resolve("disk/file")));
        Files.createDirectories(volume.resolve("later"));
        Tool.run("mount", "-t", "tmpfs", "tmpfs", volume.resolve("later").toString());
        Files.writeString(volume.resolve("later/file"), "y");
        assertEquals("y", Files.readString(shown.resolve("later/file")), "a mount that is made later arrives where the path's mount is shared");


        directories.remove("uid-p");

        assertEquals(List.of(), Mounts.under(directories.pods()));
        assertEquals("x", Files.readString(disk.resolve("file")));
        assertEquals("y", Files.readString(volume.resolve("later/file")));
    }
}
