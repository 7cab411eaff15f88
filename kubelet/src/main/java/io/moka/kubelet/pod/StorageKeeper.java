package io.moka.kubelet.pod;

import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.thread.NeededThread;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends pods that use more of the node's disk than they may. A thread `local-storage` measures them one after the other.
final class StorageKeeper {

    private static final Logger log = LoggerFactory.getLogger(StorageKeeper.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final long GRACE_SECONDS = 1;

    private final NodeServices services;
    private final Collection<PodWorker> workers;
    private final LocalStorage storage;
    private final Thread thread = NeededThread.unstarted("local-storage", this::run);

    /// @param workers those of the node, also those that come later
    StorageKeeper(NodeServices services, Collection<PodWorker> workers) {
        this.services = services;
        this.workers = workers;
        this.storage = new LocalStorage(services);
    }

    /// To be started once, and stopped by an interrupt.
    Thread thread() {
        return thread;
    }

    LocalStorage.Use use(PodView view) {
        return storage.use(view);
    }

    private void run() {
        try {
            while (true) {
                evictExcessive();
                services.sleeper().sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at each pod once.
    void evictExcessive() {
        for (var worker : workers) {
            try {
                var excess = worker.view().anyRunning() ? storage.excess(worker.view()) : null;
                if (excess != null) {
                    worker.evict(new Eviction(excess, GRACE_SECONDS, false));
                }
            } catch (RuntimeFailure e) {
                log.warn("the storage of {} was not measured: {}", worker.pod().getMetadata().getName(), e.getMessage());
            } catch (RuntimeException e) {
                log.error("the storage of {} was not measured", worker.pod().getMetadata().getName(), e);
            }
        }
    }
}
