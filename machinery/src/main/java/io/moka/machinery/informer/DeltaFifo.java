package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A queue of keys in the order in which they first changed, each with the changes since it was last popped.
///
/// Deltas of one key are merged, to two at most. A removal followed by a new object (another uid under the same name) is kept as two, so that a handler sees
/// both the end and the beginning. So is an object followed by its removal: handlers learn also of an object that came and went before they were called, as
/// they may wait for its creation or count its end. Follows upstream's `DeltaFIFO`, which keeps all deltas.
final class DeltaFifo<T extends HasMetadata> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Runnable onSync;

    // guarded by lock: order holds exactly the keys of deltas, each once; inHand is what was popped and is not handled yet
    private final ArrayDeque<ObjectKey> order = new ArrayDeque<>();
    private final Map<ObjectKey, List<Delta<T>>> deltas = new HashMap<>();
    private List<Delta<T>> inHand = List.of();
    private boolean closed;

    // guarded by lock: the first list's objects that are still to be handled
    private final Set<ObjectKey> initialKeys = new HashSet<>();
    private boolean listed;

    /// @param onSync called, perhaps more than once, when the first list has been handled to its end
    DeltaFifo(Runnable onSync) {
        this.onSync = onSync;
    }

    void add(Delta<T> delta) {
        lock.lock();
        try {
            enqueue(delta);
        } finally {
            lock.unlock();
        }
    }

    /// The complete state of the world: what `known` holds beyond it has been removed unseen.
    void replace(List<T> objects, Indexer<T> known) {
        lock.lock();
        try {
            var present = new HashSet<ObjectKey>();
            for (var object : objects) {
                present.add(ObjectKey.of(object));
            }
            removeAbsent(present, known);
            for (var object : objects) {
                enqueue(new Delta.Upserted<>(object));
            }
            if (!listed) {
                listed = true;
                initialKeys.addAll(present);
                announceSync();
            }
        } finally {
            lock.unlock();
        }
    }

    private void removeAbsent(Set<ObjectKey> present, Indexer<T> known) {
        if (!inHand.isEmpty() && inHand.getLast() instanceof Delta.Upserted<T>(var object) && !present.contains(ObjectKey.of(object))) {
            enqueue(new Delta.Removed<>(object));
        }
        for (var object : known.list()) {
            if (!present.contains(ObjectKey.of(object))) {
                enqueue(new Delta.Removed<>(object));
            }
        }
        for (var pending : List.copyOf(deltas.entrySet())) {
            if (!present.contains(pending.getKey()) && pending.getValue().getLast() instanceof Delta.Upserted<T>(var object)) {
                enqueue(new Delta.Removed<>(object));
            }
        }
    }

    private void enqueue(Delta<T> delta) {
        var key = ObjectKey.of(delta.object());
        var pending = deltas.get(key);
        if (pending == null) {
            pending = new ArrayList<>(1);
            deltas.put(key, pending);
            order.add(key);
            notEmpty.signal();
        }
        merge(pending, delta);
    }

    private void merge(List<Delta<T>> pending, Delta<T> delta) {
        if (pending.isEmpty()) {
            pending.add(delta);
            return;
        }
        switch (pending.getLast()) {
            case Delta.Upserted<T> last -> {
                if (delta instanceof Delta.Removed<T> && pending.size() == 1) {
                    pending.add(delta);
                } else {
                    pending.set(pending.size() - 1, delta);
                }
            }
            case Delta.Removed<T> last -> {
                if (delta instanceof Delta.Upserted<T>) {
                    if (pending.size() > 1) {
                        pending.removeFirst();
                    }
                    pending.add(delta);
                }
            }
        }
    }

    /// Waits for the next key's deltas, oldest first; null once the fifo is closed.
    @Nullable List<Delta<T>> pop() throws InterruptedException {
        lock.lock();
        try {
            while (order.isEmpty() && !closed) {
                notEmpty.await();
            }
            inHand = closed ? List.of() : deltas.remove(order.remove());
            return closed ? null : inHand;
        } finally {
            lock.unlock();
        }
    }

    /// To be called when what was popped has been handled.
    void handled(List<Delta<T>> popped) {
        lock.lock();
        try {
            inHand = List.of();
            popped.forEach(delta -> initialKeys.remove(ObjectKey.of(delta.object())));
            announceSync();
        } finally {
            lock.unlock();
        }
    }

    private void announceSync() {
        if (listed && initialKeys.isEmpty()) {
            onSync.run();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
