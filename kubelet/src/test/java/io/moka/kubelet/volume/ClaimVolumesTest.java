package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.source.MapClusterObjects;
import io.moka.kubelet.source.MissingSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimVolumesTest {

    @TempDir
    Path temporary;

    private final MapClusterObjects objects = new MapClusterObjects(InstantSource.system());
    private final List<String> grown = new ArrayList<>();
    private Path folder;
    private PodDirectories directories;
    private LocalPathStore store;
    private ClaimVolumes plugin;

    @BeforeEach
    void begin() throws IOException {
        folder = temporary.toRealPath();
        directories = new PodDirectories(folder.resolve("kubelet"));
        store = new LocalPathStore(directories);
        store.prepareRoot(folder.resolve("volumes"));
        plugin = new ClaimVolumes(directories, objects, () -> Map.of("disk", "ssd"), store, (claim, volume) -> grown.add(claim.getMetadata().getName()));
        Files.createDirectory(folder.resolve("disk"));
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmountAll(folder);
    }

    private static Pod pod(String name) {
        return new PodBuilder().withNewMetadata().withName(name).withNamespace("default").withUid("uid-" + name).endMetadata().withNewSpec().withNodeName("node")
                .addNewVolume().withName("d").withNewPersistentVolumeClaim("data", false).endVolume().addNewContainer().withName("c").endContainer().endSpec().build();
    }

    private Path setUp(Pod pod) throws IOException {
        return plugin.setUp(pod, pod.getSpec().getVolumes().getFirst());
    }

    private String refusal(PersistentVolumeClaim claim, PersistentVolume volume) {
        objects.bound(claim, volume);
        return String.valueOf(assertThrows(IOException.class, () -> setUp(pod("p"))).getMessage());
    }

    private PersistentVolumeBuilder local() {
        return LocalVolumes.bare("v", "1Gi").editSpec().withNewLocal().withPath(folder.resolve("disk").toString()).endLocal().endSpec();
    }

    private static PersistentVolumeClaim claim() {
        return LocalVolumes.claim("v", "ReadWriteOnce");
    }

    @Test
    void localVolumeIsAMountInThePodsFolder() throws IOException {
        objects.bound(claim(), local().build());
        var path = setUp(pod("p"));
        assertEquals(path, setUp(pod("p")));
        Files.writeString(path.resolve("file"), "x");
        assertEquals("x", Files.readString(folder.resolve("disk/file")));
        directories.remove("uid-p");
        assertEquals("x", Files.readString(folder.resolve("disk/file")), "the pod's folder goes, the content stays");
        assertEquals(List.of(), Mounts.under(folder));
    }

    @Test
    void hostPathVolumeIsMountedInThePodsFolder() throws IOException {
        objects.bound(claim(), LocalVolumes.bare("v", "1Gi").editSpec().withNewHostPath().withPath(folder.resolve("made").toString()).withType("DirectoryOrCreate").endHostPath().endSpec().build());
        var path = setUp(pod("p"));
        Files.writeString(path.resolve("file"), "x");
        assertEquals("x", Files.readString(folder.resolve("made/file")));
        assertTrue(path.startsWith(directories.pod("uid-p")));
        assertEquals(path, setUp(pod("p")));
        directories.releaseVolumes("uid-p");
        assertEquals(List.of(), Mounts.under(folder));
        assertEquals("x", Files.readString(folder.resolve("made/file")));
    }

    @Test
    void localPathVolumeIsMadeAndAClaimIsToldOfItsGrowth() throws IOException {
        var volume = LocalVolumes.volume("v", folder.resolve("volumes"), "32Mi");
        objects.bound(claim(), volume);
        var path = setUp(pod("p"));
        assertEquals(List.of(), grown);
        directories.releaseVolumes("uid-p");
        plugin.tearDown();
        objects.bound(claim(), LocalVolumes.larger(volume, "64Mi"));
        setUp(pod("p"));
        assertEquals(List.of("data"), grown);
        assertTrue(Files.getFileStore(path).getTotalSpace() > 40L << 20);
        directories.releaseVolumes("uid-p");
        plugin.tearDown();
        assertEquals(List.of(), Mounts.under(folder));
    }

    @Test
    void sharedFolderIsForManyPods() throws IOException {
        var volume = new PersistentVolumeBuilder(LocalVolumes.volume("v", folder.resolve("volumes"), "1Gi")).editSpec().withLocal(null)
                .withNewHostPath(folder.resolve("volumes/v").toString(), "Directory").endSpec().build();
        assertEquals("the shared folder " + folder.resolve("volumes/v") + " is not made yet", refusal(LocalVolumes.claim("v", "ReadWriteMany"), volume));
        store.make(volume);
        Files.writeString(setUp(pod("p")).resolve("file"), "of p");
        assertEquals("of p", Files.readString(setUp(pod("q")).resolve("file")));
        directories.remove("uid-p");
        directories.remove("uid-q");
        assertEquals("of p", Files.readString(folder.resolve("volumes/v/file")));
    }

    @Test
    void claimForOnePodHasOnePod() throws IOException {
        objects.bound(LocalVolumes.claim("v", "ReadWriteOncePod"), local().build());
        setUp(pod("p"));
        setUp(pod("p"));
        var refused = assertThrows(IOException.class, () -> setUp(pod("q")));
        assertEquals("volume uses the ReadWriteOncePod access mode and is already in use by another pod", refused.getMessage());
        directories.releaseVolumes("uid-p");
        setUp(pod("q"));
    }

    @Test
    void volumeThatCannotBeUsedSaysWhy() {
        assertThrows(MissingSource.class, () -> setUp(pod("p")));
        assertEquals("PVC data is not bound", refusal(new PersistentVolumeClaimBuilder(claim()).editStatus().withPhase("Pending").endStatus().build(), local().build()));
        assertEquals("can't start pod because PVC data is being deleted",
                refusal(new PersistentVolumeClaimBuilder(claim()).editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build(), local().build()));
        assertEquals("PV v is not bound to PVC data", refusal(claim(), local().editSpec().editClaimRef().withUid("other").endClaimRef().endSpec().build()));
        assertEquals("volumeMode Block is not supported by this node", refusal(claim(), local().editSpec().withVolumeMode("Block").endSpec().build()));
        assertEquals("MountVolume.NodeAffinity check failed: no matching NodeSelectorTerms", refusal(claim(), local().editSpec().withNewNodeAffinity().withNewRequired()
                .addNewNodeSelectorTerm().addNewMatchExpression().withKey("disk").withOperator("In").withValues("hdd").endMatchExpression().endNodeSelectorTerm().endRequired().endNodeAffinity().endSpec().build()));
        assertEquals("path \"/none\" does not exist", refusal(claim(), local().editSpec().editLocal().withPath("/none").endLocal().endSpec().build()));
        assertEquals("no volume plugin matched the source of PV v", refusal(claim(), LocalVolumes.bare("v", "1Gi").editSpec().withNewCsi().withDriver("x").endCsi().endSpec().build()));
    }

    @Test
    void ephemeralVolumeUsesThePodsOwnClaimAlone() {
        var pod = new PodBuilder(pod("p")).editSpec().editVolume(0).withPersistentVolumeClaim(null).withNewEphemeral().endEphemeral().endVolume().endSpec().build();
        objects.bound(new PersistentVolumeClaimBuilder(claim()).editMetadata().withName("p-d").endMetadata().build(), local().build());
        var refused = assertThrows(IOException.class, () -> setUp(pod));
        assertEquals("PVC p-d was not created for the pod (pod is not owner)", refused.getMessage());
    }
}
