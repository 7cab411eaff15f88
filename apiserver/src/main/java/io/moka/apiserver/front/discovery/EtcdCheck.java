package io.moka.apiserver.front.discovery;

import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Checks whether etcd answers within two seconds. Concurrent checks share one request, and its result is used for half a second.
public final class EtcdCheck implements BooleanSupplier {
    private static final long PATIENCE_SECONDS = 2;
    private static final long HOLDS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// One request to etcd; `answered` is counted down when it succeeds, `ended` when it succeeds or fails.
    private record Probe(long askedNanos, CountDownLatch answered, CountDownLatch ended) {}

    private final Store store;
    private final AtomicReference<@Nullable Probe> last = new AtomicReference<>();

    public EtcdCheck(Store store) {
        this.store = store;
    }

    @Override
    public boolean getAsBoolean() {
        Probe probe = current();
        try {
            probe.ended().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return probe.answered().getCount() == 0;
    }

    private Probe current() {
        Probe known = last.get();
        boolean holds = known != null && (known.ended().getCount() > 0 || System.nanoTime() - known.askedNanos() < HOLDS_NANOS);
        if (known != null && holds) {
            return known;
        }
        Probe fresh = new Probe(System.nanoTime(), new CountDownLatch(1), new CountDownLatch(1));
        if (!last.compareAndSet(known, fresh)) {
            return current();
        }
        Thread.ofVirtual().name("etcd-check").start(() -> ask(fresh));
        return fresh;
    }

    private void ask(Probe probe) {
        try {
            if (store.currentRevision() >= 0) {
                probe.answered().countDown();
            }
        } catch (StoreUnavailableException away) {
            probe.ended().countDown();
        } finally {
            probe.ended().countDown();
        }
    }
}
