package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.VolumeOrder;
import io.moka.machinery.storage.VolumeOrder.Action;
import io.moka.machinery.storage.VolumeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots, restoring and moves of volumes with real loop devices and file systems.
class VolumeOrdersTest {

    private static final Instant NOW = Instant.parse("2026-11-29T13:00:00Z");

    @TempDir
    Path temporary;

    private Path root;
    private Path disk;
    private PodDirectories directories;
    private LocalPathStore store;
    private VolumeOrders orders;
    private PersistentVolume volume;
    private int last;

    @BeforeEach
    void begin() throws IOException {
        root = temporary.toRealPath().resolve("volumes");
        disk = temporary.toRealPath().resolve("disk");
        directories = new PodDirectories(temporary.resolve("kubelet"));
        store = new LocalPathStore(directories);
        orders = new VolumeOrders(store, InstantSource.fixed(NOW));
        store.prepareRoot(root);
        store.prepareRoot(disk);
        volume = LocalVolumes.volume("one", root, "32Mi");
    }

    @AfterEach
    void unmount() throws IOException {
        store.thaw();
        Mounts.unmountAll(temporary.toRealPath());
    }

    private Path mounted(PersistentVolume mounted, String pod) throws IOException {
        var entry = directories.volume(pod, ClaimVolumes.KIND, mounted.getMetadata().getName());
        store.mount(mounted, entry);
        return entry;
    }

    private void end(String pod) throws IOException {
        directories.remove(pod);
        store.releaseUnused();
    }

    private VolumeOrder order(Action action, @Nullable String snapshot, @Nullable Path folder) {
        last++;
        return new VolumeOrder("order-" + last, action, snapshot, folder == null ? null : folder.toString(), NOW.plusSeconds(60));
    }

    private VolumeState carriedOut(VolumeOrder order) throws IOException {
        var state = orders.carryOut(volume, order);
        assertEquals("", state.problem());
        assertEquals(order.id(), state.answered());
        return state;
    }

    private String problem(VolumeOrder order) throws IOException {
        return orders.carryOut(volume, order).problem();
    }

    private static String content(Path path) throws IOException {
        return Files.readString(path.resolve("file"));
    }

    private void write(String text) throws IOException {
        Files.writeString(mounted(volume, "writer").resolve("file"), text);
        end("writer");
    }

    private PersistentVolume moved(Path from, Path to) {
        return new PersistentVolumeBuilder(volume).editMetadata().addToAnnotations(LocalPath.LEFT, from.toString()).addToAnnotations(LocalPath.MOVED_TO, to.toString()).endMetadata().build();
    }

    @Test
    void snapshotOfAVolumeInUseHasWhatWasWrittenBefore() throws IOException {
        var path = mounted(volume, "p");
        Files.writeString(path.resolve("file"), "first");

        var state = carriedOut(order(Action.SNAPSHOT, "early", null));
        Files.writeString(path.resolve("file"), "second");

        assertEquals(List.of(new VolumeState.Snapshot("early", NOW, 32 << 20)), state.snapshots());
        assertTrue(state.usedBytes() > 0);
        var folder = VolumeRoot.place(volume).snapshots();
        assertEquals(0700, (int) Files.getAttribute(folder, "unix:mode") & 07777);
        assertEquals("second", content(path));
        assertTrue(problem(order(Action.RESTORE, "early", null)).contains("still used by a pod"));
        end("p");
        carriedOut(order(Action.RESTORE, "early", null));
        assertEquals("first", content(mounted(volume, "q")));
    }

    @Test
    void orderIsCarriedOutOnce() throws IOException {
        write("first");
        var take = order(Action.SNAPSHOT, "early", null);
        carriedOut(take);
        carriedOut(take);
        assertTrue(problem(order(Action.SNAPSHOT, "early", null)).contains("there is a snapshot early already"));
        var restore = order(Action.RESTORE, "early", null);
        write("second");
        carriedOut(restore);
        write("third");
        carriedOut(restore);
        assertEquals("third", content(mounted(volume, "p")));
    }

    @Test
    void restoringThatWasBrokenOffKeepsPodsAwayUntilItIsFinished() throws IOException {
        write("first");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        write("second");
        var place = VolumeRoot.place(volume);
        var restore = order(Action.RESTORE, "early", null);
        LocalPathStore.requireOwn(volume, place).withPending(restore.id()).write(place.record());
        Files.writeString(place.draft(), "half a file system");

        var refused = assertThrows(IOException.class, () -> mounted(volume, "p"));
        assertTrue(String.valueOf(refused.getMessage()).contains("is being restored or moved"), refused.getMessage());
        new VolumeOrders(new LocalPathStore(directories), InstantSource.fixed(NOW.plusSeconds(3_600))).carryOut(volume, restore);
        assertEquals("first", content(mounted(volume, "p")));
    }

    @Test
    void orderThatIsTakenBackOpensTheVolume() throws IOException {
        write("first");
        var place = VolumeRoot.place(volume);
        LocalPathStore.requireOwn(volume, place).withPending("some").write(place.record());
        orders.withdraw(volume);
        assertEquals("first", content(mounted(volume, "p")));
    }

    @Test
    void orderThatComesTooLateIsRefused() throws IOException {
        write("first");
        var late = new VolumeOrder("late", Action.SNAPSHOT, "early", null, NOW.minusSeconds(1));
        assertTrue(problem(late).contains("nobody waited"));
        assertEquals(List.of(), carriedOut(order(Action.INSPECT, null, null)).snapshots());
    }

    @Test
    void snapshotOfASmallerVolumeGrowsWithItsNextPod() throws IOException {
        write("first");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        volume = LocalVolumes.larger(volume, "64Mi");
        write("second");
        carriedOut(order(Action.RESTORE, "early", null));
        var path = mounted(volume, "p");
        assertEquals("first", content(path));
        assertTrue(Files.getFileStore(path).getTotalSpace() > 40L << 20);
    }

    @Test
    void newVolumeBeginsWithASnapshotAndIsItsOwn() throws IOException {
        write("first");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        var copy = new PersistentVolumeBuilder(LocalVolumes.volume("two", root, "64Mi")).editMetadata().addToAnnotations(LocalPath.SOURCE, "one/early").endMetadata().build();
        var path = mounted(copy, "q");
        assertEquals("first", content(path));
        assertTrue(Files.getFileStore(path).getTotalSpace() > 40L << 20);
        Files.writeString(path.resolve("file"), "of two");
        assertEquals("first", content(mounted(volume, "p")), "both are mounted");
        end("q");
        store.delete(copy);
        assertEquals(1, carriedOut(order(Action.INSPECT, null, null)).snapshots().size());
        for (var source : List.of("one/none", "../one/early", "one/../early")) {
            var bad = new PersistentVolumeBuilder(LocalVolumes.volume("three", root, "64Mi")).editMetadata().addToAnnotations(LocalPath.SOURCE, source).endMetadata().build();
            assertThrows(IOException.class, () -> store.make(bad));
        }
    }

    @Test
    void volumeMovesWithItsSnapshotsAndLeavesNothing() throws IOException {
        write("first");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        write("second");
        var move = order(Action.MOVE, null, disk);

        assertEquals(disk.resolve("one").toString(), carriedOut(move).path());
        assertThrows(IOException.class, () -> mounted(volume, "p"), "the object does not say yet that it has moved");
        var stale = volume;
        volume = moved(root, disk);
        write("third");
        assertEquals("", orders.carryOut(stale, move).problem(), "by a cache that does not show yet that it has moved");
        orders.forgetLeft(volume);
        orders.forgetLeft(volume);

        assertEquals(0, Files.list(root.resolve(VolumeRoot.BOOKS)).count());
        assertFalse(Files.exists(root.resolve("one")));
        assertEquals("third", content(mounted(volume, "p")));
        end("p");
        volume.getMetadata().getAnnotations().remove(LocalPath.LEFT);
        carriedOut(order(Action.RESTORE, "early", null));
        assertEquals("first", content(mounted(volume, "p")));
        end("p");
        store.delete(volume);
        assertEquals(0, Files.list(disk.resolve(VolumeRoot.BOOKS)).count());
    }

    @Test
    void moveIsRefusedWhereThereIsNoPlaceOrAPodUsesTheVolume() throws IOException {
        write("first");
        assertTrue(problem(order(Action.MOVE, null, root)).contains("already"));
        assertTrue(problem(order(Action.MOVE, null, temporary)).contains("is not given for volumes"));
        assertTrue(problem(order(Action.MOVE, null, Path.of("relative"))).contains("is not given for volumes"));
        var other = new PersistentVolumeBuilder(LocalVolumes.volume("one", disk, "32Mi")).editMetadata().withUid("other").endMetadata().build();
        store.make(other);
        assertTrue(problem(order(Action.MOVE, null, disk)).contains("another volume"));
        store.delete(other);
        mounted(volume, "p");
        assertTrue(problem(order(Action.MOVE, null, disk)).contains("still used by a pod"));
        assertEquals("first", content(mounted(volume, "p")));
        assertEquals(0, Files.list(disk.resolve(VolumeRoot.BOOKS)).count());
    }

    @Test
    void deletedVolumeTakesItsOwnSnapshotsAlone() throws IOException {
        write("first");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        carriedOut(order(Action.SNAPSHOT, "late", null));
        carriedOut(order(Action.DELETE_SNAPSHOT, "late", null));
        var two = LocalVolumes.volume("two", root, "32Mi");
        store.make(two);
        orders.carryOut(two, order(Action.SNAPSHOT, "early", null));

        store.delete(volume);

        assertEquals(List.of("two.img", "two.json", "two.snapshots"), Files.list(root.resolve(VolumeRoot.BOOKS)).map(file -> file.getFileName().toString()).sorted().toList());
        assertTrue(Files.exists(VolumeRoot.place(two).snapshots().resolve("early.img")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "a/b", "/etc/x", "-x", "x\ny", "Early"})
    void snapshotNamesArePlain(String name) throws IOException {
        write("first");
        for (var action : List.of(Action.SNAPSHOT, Action.RESTORE, Action.DELETE_SNAPSHOT)) {
            assertTrue(problem(order(action, name, null)).contains("is no name for a snapshot"), action + " " + name);
        }
    }

    /// Simulates the state after a process that was killed while it copied.
    @Test
    void startingProcessLetsTheWritersGoOn() throws Exception {
        var path = mounted(volume, "p");
        carriedOut(order(Action.SNAPSHOT, "early", null));
        var place = VolumeRoot.place(volume);
        Files.createFile(place.snapshots().resolve("late.img.new"));
        Tool.run("fsfreeze", "--freeze", place.data().toString());

        var second = new LocalPathStore(new PodDirectories(temporary.resolve("kubelet")));
        second.thaw();
        second.thaw();

        Files.writeString(path.resolve("file"), "goes on");
        assertFalse(Files.exists(place.snapshots().resolve("late.img.new")));
        assertTrue(Files.exists(place.snapshots().resolve("early.img")));
    }
}
