package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The scheduler's view of claims, volumes, storage classes and CSI nodes.
public final class Storage {

    private final AssumedObjects<PersistentVolumeClaim> claims;
    private final AssumedObjects<PersistentVolume> volumes;
    private final Function<String, @Nullable StorageClass> classes;
    private final Function<String, @Nullable CSINode> csiNodes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    Storage(AssumedObjects<PersistentVolumeClaim> claims, AssumedObjects<PersistentVolume> volumes, Function<String, @Nullable StorageClass> classes,
            Function<String, @Nullable CSINode> csiNodes) {
        this.claims = claims;
        this.volumes = volumes;
        this.classes = classes;
        this.csiNodes = csiNodes;
    }

    public static Storage of(Lister<PersistentVolumeClaim> claims, Lister<PersistentVolume> volumes, Lister<StorageClass> classes, Lister<CSINode> csiNodes) {
        return new Storage(new AssumedObjects<>(claims::get, claims::list), new AssumedObjects<>(volumes::get, volumes::list),
                name -> classes.get("", name), name -> csiNodes.get("", name));
    }

    AssumedObjects<PersistentVolumeClaim> claims() {
        return claims;
    }

    AssumedObjects<PersistentVolume> volumes() {
        return volumes;
    }

    @Nullable PersistentVolumeClaim claim(ObjectKey key) {
        return claims.get(key);
    }

    @Nullable PersistentVolume volume(String name) {
        return volumes.get(ObjectKey.ofCluster(name));
    }

    @Nullable StorageClass storageClass(PersistentVolumeClaim claim) {
        var name = Claims.className(claim);
        return name.isEmpty() ? null : classes.apply(name);
    }

    @Nullable CSINode csiNode(String node) {
        return csiNodes.apply(node);
    }

    /// Wakes the threads that wait in [#await].
    public void changed() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Looks anew after each change.
    ///
    /// @return whether it came about in time
    boolean await(BooleanSupplier wanted, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!wanted.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = news.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
