package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.pod.PodReports;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.thread.NeededThread;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pods of all hollow nodes. One thread, `hollow-pods`, syncs each pod when it has changed and when a timer of its own is due.
///
/// No pod is synced before [#start()]: the addresses of pods that run already have to be known by then.
final class HollowPods implements EventHandler<Pod>, AutoCloseable {

    /// Waits until all pods that exist have been handed to this handler.
    interface Sync {
        void await() throws InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(HollowPods.class);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    /// The number of pods that are synced before the informer may add changes again.
    private static final int BATCH = 200;

    /// A pod's entry in the queue of timers; outdated where the pod's own time is another.
    ///
    /// @param number of entries of the same time the one that was made first comes first
    private record Due(Instant at, long number, Entry entry) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private static final class Entry {
        private final HollowPod pod;
        private @Nullable Instant wakeAt;

        Entry(HollowPod pod) {
            this.pod = pod;
        }
    }

    private final HollowNodes nodes;
    private final HollowOptions options;
    private final PodReports reports;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock: the pods by their uids, and when to look at which; each pod's wakeAt has its entry in due
    private final Map<String, Entry> byUid = new HashMap<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long made;

    private @Nullable Thread thread;

    HollowPods(HollowNodes nodes, HollowOptions options, PodReports reports, InstantSource clock) {
        this.nodes = nodes;
        this.options = options;
        this.reports = reports;
        this.clock = clock;
    }

    void start(Sync sync) {
        thread = NeededThread.start("hollow-pods", () -> run(sync));
    }

    @Override
    public void onAdd(Pod pod) {
        see(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
            onDelete(before);
        }
        see(after);
    }

    @Override
    public void onDelete(Pod last) {
        lock.lock();
        try {
            var entry = byUid.remove(last.getMetadata().getUid());
            if (entry != null) {
                entry.wakeAt = null;
                entry.pod.release();
            }
        } finally {
            lock.unlock();
        }
    }

    private void see(Pod pod) {
        var node = nodes.get(pod.getSpec().getNodeName());
        if (node == null) {
            return;
        }
        lock.lock();
        try {
            var now = clock.instant();
            var entry = byUid.get(pod.getMetadata().getUid());
            if (entry == null) {
                entry = new Entry(new HollowPod(node, options, reports, pod, now));
                byUid.put(pod.getMetadata().getUid(), entry);
                wake(entry, now);
            } else if (entry.pod.update(pod)) {
                wake(entry, now);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Looks at all pods of a node: it was silent, and is no more.
    void lookAtAllOf(HollowNode node) {
        lock.lock();
        try {
            byUid.values().stream().filter(entry -> entry.pod.node() == node).forEach(entry -> wake(entry, clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private void wake(Entry entry, Instant at) {
        if (entry.wakeAt == null || at.isBefore(entry.wakeAt)) {
            entry.wakeAt = at;
            due.add(new Due(at, made++, entry));
            changed.signal();
        }
    }

    /// Looks at the pods whose time has come.
    ///
    /// @return when the next one's has, or null where none waits
    @Nullable Instant lookAtDue(Instant now) {
        lock.lock();
        try {
            int looked = 0;
            for (var next = due.peek(); next != null; next = due.peek()) {
                if (next.at.isAfter(now) || looked == BATCH) {
                    return next.at;
                }
                due.remove();
                if (next.at.equals(next.entry.wakeAt)) {
                    look(next.entry, now);
                    looked++;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void look(Entry entry, Instant now) {
        entry.wakeAt = null;
        Instant next;
        try {
            next = entry.pod.sync(now);
        } catch (RuntimeException e) {
            log.error("a hollow pod could not be looked at; trying again in {} s", RETRY.toSeconds(), e);
            next = now.plus(RETRY);
        }
        if (next != null) {
            wake(entry, next);
        }
    }

    /// Returns the number of pods on the nodes.
    int count() {
        lock.lock();
        try {
            return byUid.size();
        } finally {
            lock.unlock();
        }
    }

    private void run(Sync sync) {
        try {
            sync.await();
            while (true) {
                var next = lookAtDue(clock.instant());
                awaitUntil(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitUntil(@Nullable Instant next) throws InterruptedException {
        lock.lock();
        try {
            var earliest = due.peek();
            var until = HollowAnnotations.earliest(next, earliest == null ? null : earliest.at);
            var wait = until == null ? LONGEST_WAIT : Duration.between(clock.instant(), until);
            if (wait.isPositive()) {
                changed.awaitNanos(Math.min(wait.toNanos(), LONGEST_WAIT.toNanos()));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
