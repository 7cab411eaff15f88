package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.moka.kubelet.Eventually;
import io.moka.machinery.storage.LocalPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Volumes of [LocalPathStore] with real loop devices and file systems.
class LocalPathStoreTest {

    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path temporary;

    private Path root;
    private PodDirectories directories;
    private LocalPathStore store;

    @BeforeEach
    void begin() throws IOException {
        root = temporary.toRealPath().resolve("volumes");
        directories = new PodDirectories(temporary.resolve("kubelet"));
        store = new LocalPathStore(directories);
        store.prepareRoot(root);
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmountAll(temporary.toRealPath());
    }

    private Path entry(String pod, String volume) {
        return directories.volume(pod, ClaimVolumes.KIND, volume);
    }

    private Path mounted(PersistentVolume volume, String pod) throws IOException {
        var entry = entry(pod, volume.getMetadata().getName());
        store.mount(volume, entry);
        return entry;
    }

    private Path image(String volume) {
        return root.resolve(VolumeRoot.BOOKS).resolve(volume + ".img");
    }

    private boolean hasDevice(String volume) {
        try {
            return LoopImage.device(image(volume)) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The kernel frees a device with its last mount, and a container that another test starts has a copy of all mounts for a moment.
    private void awaitNoDevice(String volume) {
        Eventually.check("the device is free", () -> !hasDevice(volume));
    }

    @Test
    void volumeIsAsLargeAsItsClaimAndFullForItsPodAlone() throws IOException {
        var one = mounted(LocalVolumes.volume("one", root, "32Mi"), "p1");
        var two = mounted(LocalVolumes.volume("two", root, "32Mi"), "p2");
        assertTrue(Files.getFileStore(one).getTotalSpace() <= 32 * MEBIBYTE);
        assertEquals(0, Files.list(one).count(), "a new volume is empty");
        assertEquals(0777, (int) Files.getAttribute(one, "unix:mode") & 07777);

        var full = assertThrows(IOException.class, () -> Files.write(one.resolve("file"), new byte[(int) (40 * MEBIBYTE)]));

        assertTrue(full.getMessage().contains("No space left"), full.getMessage());
        Files.write(two.resolve("file"), new byte[(int) MEBIBYTE]);
        assertTrue(Files.size(image("two")) == 32 * MEBIBYTE);
    }

    /// If a mounted ext4 may not be grown, the file system is XFS.
    @Test
    void volumeGrowsWhileItIsMounted() throws IOException {
        var volume = LocalVolumes.volume("one", root, "320Mi");
        var path = mounted(volume, "p");
        Files.writeString(path.resolve("file"), "kept");
        long before = Files.getFileStore(path).getTotalSpace();

        assertTrue(store.growIfMounted(LocalVolumes.larger(volume, "420Mi")));

        assertTrue(Files.getFileStore(path).getTotalSpace() > before + 90 * MEBIBYTE);
        assertEquals("kept", Files.readString(path.resolve("file")));
    }

    @Test
    void volumeThatNobodyUsesGrowsWithItsNextPodAndNeverShrinks() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        mounted(volume, "p");
        directories.remove("p");
        store.releaseUnused();
        var larger = LocalVolumes.larger(volume, "64Mi");
        assertFalse(store.growIfMounted(larger));

        var path = mounted(larger, "q");
        assertTrue(Files.getFileStore(path).getTotalSpace() > 40 * MEBIBYTE);
        assertTrue(store.growIfMounted(volume));
        assertEquals(64 * MEBIBYTE, Files.size(image("one")));
    }

    @Test
    void contentLastsFromPodToPodAndTheLastOneUnmounts() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        Files.writeString(mounted(volume, "p").resolve("file"), "kept");
        mounted(volume, "q");
        directories.remove("p");
        store.releaseUnused();
        assertTrue(Mounts.isMountPoint(root.resolve("one")), "a pod uses it");
        assertEquals("kept", Files.readString(entry("q", "one").resolve("file")));
        directories.remove("q");
        store.releaseUnused();
        awaitNoDevice("one");
        assertEquals("kept", Files.readString(mounted(volume, "r").resolve("file")));
    }

    /// Simulates a process that was killed after any step.
    @Test
    void anotherProcessGoesOnWhereTheFirstWasKilled() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        var path = mounted(volume, "p");
        Files.writeString(path.resolve("file"), "kept");

        var second = new LocalPathStore(new PodDirectories(temporary.resolve("kubelet")));
        second.mount(volume, path);
        second.releaseUnused();
        assertEquals("kept", Files.readString(path.resolve("file")));
        Mounts.unmountAll(directories.pods());
        second.releaseUnused();
        awaitNoDevice("one");
    }

    @Test
    void makingThatWasBrokenOffBeginsAnew() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        var place = VolumeRoot.place(volume);
        new VolumeRecord("one", "uid-one", directories.pods().toString(), place.data().toString(), FileSystemType.EXT4).write(place.record());
        Files.writeString(place.image(), "half a file system");
        assertEquals(0, Files.list(mounted(volume, "p")).count());
    }

    @Test
    void volumesOfAnotherKubeletStayMounted() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        store.make(volume);
        new LocalPathStore(new PodDirectories(temporary.resolve("other"))).releaseUnused();
        assertTrue(hasDevice("one"));
        store.releaseUnused();
        awaitNoDevice("one");
    }

    @Test
    void deletionLeavesNothing() throws IOException {
        var volume = LocalVolumes.volume("one", root, "shop/db/one", "32Mi");
        var path = mounted(volume, "p");
        Files.writeString(path.resolve("file"), "content");
        var other = LocalVolumes.volume("two", root, "shop/two", "32Mi");
        store.make(other);

        assertThrows(IOException.class, () -> store.delete(volume), "a pod uses it");
        directories.remove("p");
        store.delete(volume);
        store.delete(volume);

        awaitNoDevice("one");
        assertFalse(Files.exists(root.resolve("shop/db")));
        assertTrue(Files.exists(root.resolve("shop/two")));
        assertFalse(Files.exists(image("one")));
        assertFalse(Files.exists(VolumeRoot.place(volume).record()));
        store.delete(other);
        assertFalse(Files.exists(root.resolve("shop")));
    }

    @Test
    void deletionStopsAtAMountThatIsNotTheVolumes() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        store.make(volume);
        var precious = Files.createDirectory(temporary.resolve("precious"));
        Files.writeString(precious.resolve("file"), "precious");
        Linux.unmountNow(root.resolve("one"));
        Mounts.bind(precious, Files.createDirectories(root.resolve("one/inside")));

        assertThrows(IOException.class, () -> store.delete(volume));
        assertEquals("precious", Files.readString(precious.resolve("file")));
    }

    @Test
    void anotherVolumesContentIsNeitherTakenNorDeleted() throws IOException {
        var volume = LocalVolumes.volume("one", root, "32Mi");
        Files.writeString(mounted(volume, "p").resolve("file"), "kept");
        var impostor = new PersistentVolumeBuilder(volume).editMetadata().withUid("other").endMetadata().build();

        assertThrows(IOException.class, () -> store.mount(impostor, entry("q", "one")));
        store.delete(impostor);
        assertEquals("kept", Files.readString(entry("p", "one").resolve("file")));
        assertThrows(IOException.class, () -> store.make(LocalVolumes.volume("two", root, "one/two", "32Mi")));
        Files.createDirectory(root.resolve("mine"));
        assertThrows(IOException.class, () -> store.make(LocalVolumes.volume("three", root, "mine", "32Mi")));
    }

    @Test
    void contentThatWasThereIsNotMadeAgain() throws IOException {
        var made = new PersistentVolumeBuilder(LocalVolumes.volume("one", root, "32Mi")).editMetadata().addToAnnotations(LocalPath.MADE, "true").endMetadata().build();
        assertThrows(IOException.class, () -> store.mount(made, entry("p", "one")));
        assertNull(VolumeRecord.read(VolumeRoot.place(made).record()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", ".moka-local-path", "a//b", "a/.hidden", "", "/etc"})
    void noPathLeadsOutOfTheRoot(String relative) {
        assertThrows(IOException.class, () -> store.make(LocalVolumes.volume("one", root, relative, "32Mi")));
    }

    @Test
    void folderThatWasNotGivenIsNotUsed() throws IOException {
        var disk = Files.createDirectory(temporary.toRealPath().resolve("disk"));
        var refused = assertThrows(IOException.class, () -> store.make(LocalVolumes.volume("one", disk, "32Mi")));
        assertTrue(refused.getMessage().contains("is its disk mounted?"), refused.getMessage());
        var outside = LocalVolumes.volume("two", root, "32Mi");
        outside.getMetadata().getAnnotations().remove(LocalPath.ROOT);
        assertThrows(IOException.class, () -> store.make(outside));
    }
}
