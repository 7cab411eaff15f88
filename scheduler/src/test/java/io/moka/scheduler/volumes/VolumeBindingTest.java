package io.moka.scheduler.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.StorageNames;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From Reserve to PreBind, with a binder that answers each write at once.
class VolumeBindingTest {

    private final List<String> writes = new ArrayList<>();

    private static StorageTable.Case row(String name) {
        return StorageTable.cases().filter(one -> one.toString().equals(name)).findFirst().orElseThrow();
    }

    /// Binds the claim that is written, or that the written volume names.
    private ClaimWriter binder(StorageTable.Objects objects, Runnable changed) {
        return new ClaimWriter() {
            @Override
            public PersistentVolume update(PersistentVolume volume) {
                writes.add("volume " + volume.getMetadata().getName() + " for " + volume.getSpec().getClaimRef().getName());
                bind(volume.getSpec().getClaimRef().getName(), volume.getMetadata().getName());
                return volume;
            }

            @Override
            public PersistentVolumeClaim update(PersistentVolumeClaim claim) {
                writes.add("claim " + claim.getMetadata().getName() + " on " + StorageNames.annotation(claim, StorageNames.SELECTED_NODE));
                bind(claim.getMetadata().getName(), "made");
                return claim;
            }

            private void bind(String claim, String volume) {
                objects.claims.computeIfPresent(new ObjectKey("n", claim), (key, found) -> new PersistentVolumeClaimBuilder(found).editMetadata().withResourceVersion("2")
                        .addToAnnotations(StorageNames.BIND_COMPLETED, "yes").endMetadata().editSpec().withVolumeName(volume).endSpec().editStatus().withPhase("Bound").endStatus().build());
                changed.run();
            }
        };
    }

    private static CycleState filtered(StorageTable.Case row, VolumeBinding plugin) {
        var state = new CycleState();
        var snapshot = row.snapshot();
        plugin.preFilter(state, row.pod(), snapshot);
        var check = plugin.check(state, row.pod());
        snapshot.nodes().forEach(check::of);
        return state;
    }

    @Test
    void chosenVolumeIsAssumedForOneClaimAndWrittenBeforeThePodIsBound() {
        var row = row("a waiting claim finds a volume on one node");
        var objects = row.objects();
        var storage = objects.storage();
        var plugin = new VolumeBinding(storage, binder(objects, storage::changed));
        var state = filtered(row, plugin);
        assertEquals(Verdict.SUCCESS, plugin.reserve(state, row.pod(), "a"));
        assertEquals("data", storage.volume("v").getSpec().getClaimRef().getName());
        assertEquals(List.of(), writes);
        assertEquals(Verdict.SUCCESS, plugin.preBind(state, row.pod(), "a"));
        assertEquals(List.of("volume v for data"), writes);
    }

    @Test
    void chosenNodeIsWrittenOnTheClaimForTheProvisioner() {
        var row = row("a volume can be made on any node");
        var objects = row.objects();
        var storage = objects.storage();
        var plugin = new VolumeBinding(storage, binder(objects, storage::changed));
        var state = filtered(row, plugin);
        plugin.reserve(state, row.pod(), "b");
        assertInstanceOf(Verdict.Unresolvable.class, plugin.preFilter(new CycleState(), row.pod(), row.snapshot()).verdict());
        assertEquals(Verdict.SUCCESS, plugin.preBind(state, row.pod(), "b"));
        assertEquals(List.of("claim data on b"), writes);
    }

    @Test
    void whatWasAssumedIsFreeAgainAfterAFailure() {
        var row = row("a waiting claim finds a volume on one node");
        var storage = row.objects().storage();
        var plugin = new VolumeBinding(storage, VolumePluginsTest.NO_WRITES);
        var state = filtered(row, plugin);
        plugin.reserve(state, row.pod(), "a");
        plugin.unreserve(state, row.pod(), "a");
        assertEquals(null, storage.volume("v").getSpec().getClaimRef());
    }

    @Test
    void podsWithoutWaitingClaimsWriteNothing() {
        var row = row("a bound volume chooses the node");
        var storage = row.objects().storage();
        var plugin = new VolumeBinding(storage, VolumePluginsTest.NO_WRITES);
        var state = filtered(row, plugin);
        plugin.reserve(state, row.pod(), "a");
        assertEquals(Verdict.SUCCESS, plugin.preBind(state, row.pod(), "a"));
    }

    @Test
    void claimHelpsThePodsThatUseIt() {
        var row = row("a bound volume chooses the node");
        var plugin = new VolumeBinding(row.objects().storage(), VolumePluginsTest.NO_WRITES);
        var claim = row.objects().claims.values().iterator().next();
        var other = new PersistentVolumeClaimBuilder(claim).editMetadata().withName("other").endMetadata().build();
        assertTrue(plugin.helps(row.pod(), new Change.OfStorage(ClusterEvent.STORAGE_CHANGED, claim)));
        assertFalse(plugin.helps(row.pod(), new Change.OfStorage(ClusterEvent.STORAGE_CHANGED, other)));
        assertTrue(plugin.helps(row.pod(), new Change.OfStorage(ClusterEvent.STORAGE_CHANGED, row.objects().volumes.getOrDefault(ObjectKey.ofCluster("v"), new PersistentVolume()))));
    }
}
