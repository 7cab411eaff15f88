package io.moka.kubelet.pod;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What wakes a worker: a bell, and the containers that it should look at. Ringing twice is ringing once.
final class Inbox {

    private final Semaphore bell = new Semaphore(0);
    private final Set<String> dirty = ConcurrentHashMap.newKeySet();

    void ring() {
        bell.release();
    }

    void look(String containerId) {
        dirty.add(containerId);
        ring();
    }

    /// Puts a container back that could not be looked at; that alone is no reason to wake.
    void keep(String containerId) {
        dirty.add(containerId);
    }

    /// Waits for the bell, for so long at most, or for ever.
    void await(@Nullable Duration patience) throws InterruptedException {
        if (patience == null) {
            bell.acquire();
        } else {
            bell.tryAcquire(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
        }
        bell.drainPermits();
    }

    /// Takes one of the containers to look at, or gives null when there is none.
    @Nullable String take() {
        for (var id : List.copyOf(dirty)) {
            if (dirty.remove(id)) {
                return id;
            }
        }
        return null;
    }
}
