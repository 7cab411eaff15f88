package io.moka.scheduler.queue;

import io.micrometer.core.instrument.Gauge;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.workqueue.Backoff;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// activeQ, backoffQ and unschedulableQ. Informers and binders put in, the scheduling cycle takes out.
public final class SchedulingQueue {

    private static final Duration SHORTEST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_UNSCHEDULABLE = Duration.ofMinutes(5);
    private static final Comparator<QueuedPod> BY_PRIORITY = Comparator.<QueuedPod>comparingInt(p -> -p.pod().priority())
            .thenComparing(QueuedPod::since).thenComparing(p -> p.pod().uid());
    private static final Comparator<Delayed> BY_TIME = Comparator.comparing(Delayed::until).thenComparing(d -> d.pod.pod().uid());

    private record Delayed(QueuedPod pod, Instant until) {
    }

    /// Where a pod is. A pod in flight remembers its newest state, and the events that came since its cycle began.
    private sealed interface Place {
        record Active(QueuedPod pod) implements Place {
        }

        record BackingOff(Delayed delayed) implements Place {
        }

        record Unschedulable(QueuedPod pod, Instant since) implements Place {
        }

        record InFlight(PodInfo newest, Set<ClusterEvent> missed) implements Place {
        }
    }

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock: places says of every known pod (by uid) where it is; active and backoff hold exactly those that it says
    private final Map<String, Place> places = new HashMap<>();
    private final TreeSet<QueuedPod> active = new TreeSet<>(BY_PRIORITY);
    private final TreeSet<Delayed> backoff = new TreeSet<>(BY_TIME);

    public SchedulingQueue(InstantSource clock) {
        this.clock = clock;
        gauge("active", Place.Active.class);
        gauge("backoff", Place.BackingOff.class);
        gauge("unschedulable", Place.Unschedulable.class);
    }

    private void gauge(String name, Class<? extends Place> place) {
        Gauge.builder("scheduler.pending.pods", this, queue -> queue.count(place)).tag("queue", name).register(Metrics.registry());
    }

    private long count(Class<? extends Place> kind) {
        lock.lock();
        try {
            return places.values().stream().filter(kind::isInstance).count();
        } finally {
            lock.unlock();
        }
    }

    /// A pod without a node has appeared, or changed. A change may let an unschedulable pod fit.
    public void put(PodInfo pod) {
        lock.lock();
        try {
            switch (places.get(pod.uid())) {
                case null -> activate(QueuedPod.arriving(pod, clock.instant()));
                case Place.Active(var queued) -> {
                    active.remove(queued);
                    activate(queued.with(pod));
                }
                case Place.BackingOff(var delayed) -> {
                    backoff.remove(delayed);
                    backOff(delayed.pod.with(pod), delayed.until);
                }
                case Place.Unschedulable(var queued, var since) -> {
                    if (queued.helpedBy().contains(ClusterEvent.POD_CHANGED) && !sameSpec(queued.pod(), pod)) {
                        retry(queued.with(pod), since);
                    } else {
                        places.put(pod.uid(), new Place.Unschedulable(queued.with(pod), since));
                    }
                }
                case Place.InFlight(var newest, var missed) -> {
                    if (!sameSpec(newest, pod)) {
                        missed.add(ClusterEvent.POD_CHANGED);
                    }
                    places.put(pod.uid(), new Place.InFlight(pod, missed));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean sameSpec(PodInfo a, PodInfo b) {
        return a.pod().getSpec().equals(b.pod().getSpec())
                && Objects.equals(a.pod().getMetadata().getLabels(), b.pod().getMetadata().getLabels());
    }

    /// The pod is gone, or has a node.
    public void remove(String uid) {
        lock.lock();
        try {
            switch (places.remove(uid)) {
                case Place.Active(var queued) -> active.remove(queued);
                case Place.BackingOff(var delayed) -> backoff.remove(delayed);
                case Place.Unschedulable unschedulable -> { }
                case Place.InFlight inFlight -> { }
                case null -> { }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the pod whose turn it is.
    public QueuedPod take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                releaseDue();
                var next = active.pollFirst();
                if (next != null) {
                    places.put(next.pod().uid(), new Place.InFlight(next.pod(), EnumSet.noneOf(ClusterEvent.class)));
                    return next.attempted();
                }
                long wait = backoff.isEmpty() ? Duration.ofSeconds(30).toMillis()
                        : Duration.between(clock.instant(), backoff.first().until).toMillis() + 1;
                changed.await(Math.max(1, wait), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The cycle found no node. If something that could help has happened meanwhile, the pod is tried again after its pause.
    public void putUnschedulable(QueuedPod queued, Set<ClusterEvent> helpedBy) {
        lock.lock();
        try {
            if (!(places.get(queued.pod().uid()) instanceof Place.InFlight(var newest, var missed))) {
                return;
            }
            var waiting = queued.waitingFor(helpedBy).with(newest);
            if (missed.stream().anyMatch(helpedBy::contains)) {
                retry(waiting, clock.instant());
            } else {
                places.put(queued.pod().uid(), new Place.Unschedulable(waiting, clock.instant()));
            }
        } finally {
            lock.unlock();
        }
    }

    /// The cycle or the binding failed for a reason that is not the pod's: try again after its pause.
    public void putBack(QueuedPod queued) {
        lock.lock();
        try {
            if (places.get(queued.pod().uid()) instanceof Place.InFlight(var newest, var missed)) {
                retry(queued.with(newest), clock.instant());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Something happened: the pods that it could help are tried again.
    public void happened(ClusterEvent event) {
        lock.lock();
        try {
            for (var place : List.copyOf(places.values())) {
                switch (place) {
                    case Place.Unschedulable(var queued, var since) when queued.helpedBy().contains(event) -> retry(queued, since);
                    case Place.InFlight(var newest, var missed) -> missed.add(event);
                    case Place.Unschedulable other -> { }
                    case Place.Active queued -> { }
                    case Place.BackingOff delayed -> { }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The pause counts from the last attempt: who has waited longer than it goes on at once.
    private void retry(QueuedPod queued, Instant attempted) {
        var until = attempted.plus(Backoff.delay(SHORTEST_BACKOFF, LONGEST_BACKOFF, Math.max(0, queued.attempts() - 1)));
        if (until.isAfter(clock.instant())) {
            backOff(queued, until);
        } else {
            activate(queued);
        }
    }

    private void activate(QueuedPod queued) {
        places.put(queued.pod().uid(), new Place.Active(queued));
        active.add(queued);
        changed.signal();
    }

    private void backOff(QueuedPod queued, Instant until) {
        var delayed = new Delayed(queued, until);
        places.put(queued.pod().uid(), new Place.BackingOff(delayed));
        backoff.add(delayed);
        changed.signal();
    }

    private void releaseDue() {
        var now = clock.instant();
        while (!backoff.isEmpty() && !backoff.first().until.isAfter(now)) {
            activate(backoff.pollFirst().pod);
        }
        for (var place : List.copyOf(places.values())) {
            if (place instanceof Place.Unschedulable(var queued, var since) && !since.plus(LONGEST_UNSCHEDULABLE).isAfter(now)) {
                activate(queued);
            }
        }
    }

    /// For those who explain: how the queue stands with a pod, or null if it does not know it.
    public @Nullable String describe(String uid) {
        lock.lock();
        try {
            return switch (places.get(uid)) {
                case null -> null;
                case Place.Active active -> "activeQ";
                case Place.BackingOff backingOff -> "backoffQ until " + backingOff.delayed.until;
                case Place.Unschedulable unschedulable -> "unschedulableQ since " + unschedulable.since;
                case Place.InFlight inFlight -> "in flight";
            };
        } finally {
            lock.unlock();
        }
    }
}
