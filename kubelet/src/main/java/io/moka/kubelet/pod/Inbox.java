package io.moka.kubelet.pod;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Messages to a worker: a bell, the containers that it should check, and the order to evict its pod. Several rings before it wakes count as one.
final class Inbox {

    private final Semaphore bell = new Semaphore(0);
    private final Set<String> dirty = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Eviction eviction;

    void ring() {
        bell.release();
    }

    /// Orders the pod's eviction. The order stays.
    void evict(Eviction order) {
        eviction = order;
        ring();
    }

    /// Returns the last order to evict the pod; null if there is none.
    @Nullable Eviction eviction() {
        return eviction;
    }

    void look(String containerId) {
        dirty.add(containerId);
        ring();
    }

    /// Puts back a container that could not be checked, without ringing the bell.
    void keep(String containerId) {
        dirty.add(containerId);
    }

    /// Waits for the bell, at most for the given time; for ever if that is null.
    void await(@Nullable Duration patience) throws InterruptedException {
        if (patience == null) {
            bell.acquire();
        } else {
            bell.tryAcquire(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
        }
        bell.drainPermits();
    }

    /// Takes and returns one of the containers to check, or null if there is none.
    @Nullable String take() {
        for (var id : List.copyOf(dirty)) {
            if (dirty.remove(id)) {
                return id;
            }
        }
        return null;
    }
}
