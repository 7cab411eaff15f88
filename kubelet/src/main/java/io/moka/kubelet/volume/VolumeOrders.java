package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeOrder;
import io.moka.machinery.storage.VolumeState;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the orders of administrators: snapshots, restoring and moving.
///
/// An order is carried out once, even if the process is killed at any moment. The volume's record names the order that replaces or moves the content
/// (`pending`) before anything is changed, and nothing mounts the volume until the record names it as done. So an order that was interrupted can be started
/// again: no pod has written to the volume meanwhile.
final class VolumeOrders {

    private static final Logger log = LoggerFactory.getLogger(VolumeOrders.class);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MOST_TRIES = 100;

    private final LocalPathStore store;
    private final InstantSource clock;

    VolumeOrders(LocalPathStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// @return the answer; for a move, with the place of the content once the object names it
    VolumeState carryOut(PersistentVolume volume, VolumeOrder order) throws IOException {
        return store.locked(volume.getMetadata().getName(), () -> {
            var place = VolumeRoot.place(volume);
            var record = LocalPathStore.requireOwn(volume, place);
            if (record.pending() != null && !record.pending().equals(order.id())) {
                record = record.withPending(null);
                record.write(place.record());
            }
            var problem = "";
            try {
                if (!order.id().equals(record.done())) {
                    requireInTime(order, record);
                    carryOut(volume, order, place, record);
                    log.info("{} of volume {} by order {}", order.action(), record.volume(), order.id());
                }
            } catch (IOException e) {
                record.withPending(null).write(place.record());
                problem = String.valueOf(e.getMessage());
            }
            boolean moved = order.action() == VolumeOrder.Action.MOVE && problem.isEmpty();
            return state(moved ? VolumeRoot.place(volume, String.valueOf(order.root())) : place, order.id(), problem);
        });
    }

    private static VolumeState state(VolumeRoot.Place place, String order, String problem) throws IOException {
        return new VolumeState(order, problem, place.data().toString(), DiskUsage.bytes(place.image()).orElse(0), Snapshots.of(place).states());
    }

    private void requireInTime(VolumeOrder order, VolumeRecord record) throws IOException {
        if (!order.id().equals(record.pending()) && clock.instant().isAfter(order.until())) {
            throw new IOException("the order came to the node after " + order.until() + ", when nobody waited for it any more");
        }
    }

    private void carryOut(PersistentVolume volume, VolumeOrder order, VolumeRoot.Place place, VolumeRecord record) throws IOException {
        switch (order.action()) {
            case INSPECT -> log.trace("volume {} is inspected", record.volume());
            case SNAPSHOT -> Snapshots.of(place).take(order.snapshot(), order.id(), place, record, clock.instant());
            case DELETE_SNAPSHOT -> Snapshots.of(place).delete(order.snapshot());
            case RESTORE -> restore(order, place, record);
            case MOVE -> move(volume, order, place, record);
        }
    }

    /// Unmounts the volume and waits until no process can write to the image any more, not even a process of a deleted pod, whose mount cannot be found.
    private void detach(VolumeRoot.Place place) throws IOException {
        store.unmountUnused(place);
        for (int tries = 0; LoopImage.device(place.image()) != null; tries++) {
            if (tries == MOST_TRIES) {
                throw new IOException(LoopImage.device(place.image()) + " still has the volume at " + place.data() + ", as a program uses it");
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Sleeper.SYSTEM.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void restore(VolumeOrder order, VolumeRoot.Place place, VolumeRecord record) throws IOException {
        var snapshots = Snapshots.of(place);
        var snapshot = snapshots.get(order.snapshot());
        detach(place);
        var pending = record.withPending(order.id());
        pending.write(place.record());
        var draft = place.draft();
        Files.deleteIfExists(draft);
        ImageCopy.copy(snapshots.image(snapshot), draft);
        // a larger file system than the record says is grown to what it is already; a smaller one would never grow
        pending.withBytes(snapshot.bytes()).write(place.record());
        Files.move(draft, place.image(), StandardCopyOption.ATOMIC_MOVE);
        pending.withBytes(snapshot.bytes()).withDone(order.id()).write(place.record());
    }

    /// Copies the content. The old one stays, and stays closed, until the volume's object names the new root; [#forgetLeft] deletes it then.
    private void move(PersistentVolume volume, VolumeOrder order, VolumeRoot.Place place, VolumeRecord record) throws IOException {
        if (StorageNames.hasAnnotation(volume, LocalPath.LEFT)) {
            throw new IOException("content of an earlier move is still to be deleted from " + StorageNames.annotation(volume, LocalPath.LEFT));
        }
        var target = VolumeRoot.place(volume, String.valueOf(order.root()));
        if (target.root().equals(place.root())) {
            throw new IOException("the volume is below " + target.root().path() + " already");
        }
        detach(place);
        var begun = VolumeRecord.read(target.record());
        if (begun == null) {
            LocalPathStore.requireFree(target);
        } else if (!begun.uid().equals(record.uid())) {
            throw new IOException("the content of another volume " + record.volume() + " is below " + target.root().path());
        } else if (order.id().equals(begun.done())) {
            // complete, and perhaps in use already; the old content has been closed ever since
            return;
        }
        record.withPending(order.id()).write(place.record());
        var draft = record.withData(target.data()).withBytes(0);
        draft.write(target.record());
        try {
            Files.deleteIfExists(target.image());
            ImageCopy.copy(place.image(), target.image());
            Snapshots.of(place).copyTo(target.snapshots());
            Files.createDirectories(target.data());
        } catch (IOException e) {
            LocalPathStore.deleteUnmounted(target, draft);
            throw e;
        }
        draft.withBytes(record.bytes()).withDone(order.id()).write(target.record());
    }

    /// Deletes the content at the place from which the volume has been moved.
    void forgetLeft(PersistentVolume volume) throws IOException {
        store.locked(volume.getMetadata().getName(), () -> {
            var old = VolumeRoot.place(volume, StorageNames.annotation(volume, LocalPath.LEFT));
            var place = VolumeRoot.place(volume);
            LocalPathStore.requireOwn(volume, place);
            if (!old.root().equals(place.root())) {
                store.deleteOwn(volume, StorageNames.annotation(volume, LocalPath.LEFT));
            }
            return old;
        });
    }

    /// Opens a volume again whose order is gone: each broken-off step leaves either the content before it or the one after it.
    void withdraw(PersistentVolume volume) throws IOException {
        store.locked(volume.getMetadata().getName(), () -> {
            var place = VolumeRoot.place(volume);
            var record = VolumeRecord.read(place.record());
            if (record != null && record.pending() != null && record.uid().equals(volume.getMetadata().getUid())) {
                record.withPending(null).write(place.record());
            }
            return place;
        });
    }
}
