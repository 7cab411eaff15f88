package io.moka.scheduler.queue;

import io.micrometer.core.instrument.Gauge;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.workqueue.Backoff;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.QueueSort;
import io.moka.scheduler.framework.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Holds the pods that wait for a node: activeQ, backoffQ, unschedulableQ and the gated pods. Informers and binders add pods, the scheduling loop takes them.
/// Every operation costs O(log n), except an event, whose cost grows with the number of pods that its kind could help.
public final class SchedulingQueue {

    private static final Duration LONGEST_UNSCHEDULABLE = Duration.ofMinutes(5);
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

    /// The place of a pod in the queues. For a pod in flight, it holds the pod's newest state and the kinds of events that came since its cycle began.
    private sealed interface Place {
        record Gated(QueuedPod pod) implements Place {
        }

        record Active(QueuedPod pod) implements Place {
        }

        record BackingOff(BackingOffPods.Delayed delayed) implements Place {
        }

        record Unschedulable(UnschedulablePods.Waiting waiting) implements Place {
        }

        record InFlight(PodInfo newest, Set<ClusterEvent> missed) implements Place {
        }
    }

    private final InstantSource clock;
    private final Function<PodInfo, Verdict> gates;
    private final Duration shortestBackoff;
    private final Duration longestBackoff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock: places says of every known pod (by uid) where it is; the others hold exactly those that it says
    private final Map<String, Place> places = new HashMap<>();
    private final TreeSet<QueuedPod> active;
    private final BackingOffPods backoff = new BackingOffPods();
    private final UnschedulablePods unschedulable = new UnschedulablePods();
    private final Map<String, Set<ClusterEvent>> inFlight = new HashMap<>();
    private int gated;
    private final IncomingPods incoming = new IncomingPods();

    /// @param sort the order of activeQ
    /// @param gates whether a pod may enter activeQ: the PreEnqueue plugins of its profile
    public SchedulingQueue(InstantSource clock, QueueSort sort, Function<PodInfo, Verdict> gates, Duration shortestBackoff, Duration longestBackoff) {
        this.clock = clock;
        this.gates = gates;
        this.shortestBackoff = shortestBackoff;
        this.longestBackoff = longestBackoff;
        this.active = new TreeSet<>(Comparator.<QueuedPod, QueueSort.Entry>comparing(Function.identity(), sort).thenComparing(p -> p.pod().uid()));
        gauge("active", queue -> queue.active.size());
        gauge("backoff", queue -> queue.backoff.size());
        gauge("unschedulable", queue -> queue.unschedulable.size());
        gauge("gated", queue -> queue.gated);
    }

    private void gauge(String name, ToIntFunction<SchedulingQueue> size) {
        Gauge.builder("scheduler.pending.pods", this, queue -> queue.count(size)).tag("queue", name).register(Metrics.registry());
    }

    private int count(ToIntFunction<SchedulingQueue> size) {
        lock.lock();
        try {
            return size.applyAsInt(this);
        } finally {
            lock.unlock();
        }
    }

    /// A pod without a node has appeared, or changed. A change may let an unschedulable pod fit.
    public void put(PodInfo pod) {
        lock.lock();
        try {
            switch (places.get(pod.uid())) {
                case null -> enter(QueuedPod.arriving(pod, clock.instant()));
                case Place.Gated(var queued) -> {
                    gated--;
                    enter(queued.with(pod));
                }
                case Place.Active(var queued) -> {
                    active.remove(queued);
                    activate(queued.with(pod));
                }
                case Place.BackingOff(var delayed) -> {
                    backoff.remove(delayed);
                    backOff(delayed.pod().with(pod), delayed.until(), delayed.afterError());
                }
                case Place.Unschedulable(var waiting) -> {
                    unschedulable.remove(waiting);
                    var queued = waiting.pod().with(pod);
                    if (!sameSpec(waiting.pod().pod(), pod) && queued.isHelpedBy(new Change.OfPod(ClusterEvent.POD_CHANGED, waiting.pod().pod(), pod))) {
                        retry(queued, waiting.since(), false, ClusterEvent.POD_CHANGED.name());
                    } else {
                        wait(queued, waiting.since());
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

    private void enter(QueuedPod queued) {
        if (gates.apply(queued.pod()) instanceof Verdict.Success) {
            incoming.count("active", IncomingPods.ADDED);
            activate(queued);
        } else {
            incoming.count("gated", IncomingPods.ADDED);
            gated++;
            places.put(queued.pod().uid(), new Place.Gated(queued));
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
                case Place.Gated pod -> gated--;
                case Place.Active(var queued) -> active.remove(queued);
                case Place.BackingOff(var delayed) -> backoff.remove(delayed);
                case Place.Unschedulable(var waiting) -> unschedulable.remove(waiting);
                case Place.InFlight pod -> inFlight.remove(uid);
                case null -> { }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the pod whose turn it is. A pod in back-off goes on early if there is no other, unless an error put it there.
    public QueuedPod take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                var next = next();
                if (next != null) {
                    return next;
                }
                var until = backoff.next();
                long wait = until == null ? LONGEST_SLEEP.toMillis() : Duration.between(clock.instant(), until).toMillis() + 1;
                changed.await(Math.clamp(wait, 1, LONGEST_SLEEP.toMillis()), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns the next pod, as [#take] does; null if there is none now.
    public @Nullable QueuedPod poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable QueuedPod next() {
        releaseDue();
        var next = active.pollFirst();
        var early = next == null ? backoff.early() : null;
        if (early != null) {
            backoff.remove(early);
            next = early.pod();
        }
        if (next == null) {
            return null;
        }
        var missed = EnumSet.noneOf(ClusterEvent.class);
        places.put(next.pod().uid(), new Place.InFlight(next.pod(), missed));
        inFlight.put(next.pod().uid(), missed);
        return next.attempted();
    }

    /// The cycle found no node. If something that could help has happened meanwhile, the pod is tried again after its pause.
    public void putUnschedulable(QueuedPod queued, Set<Plugin> refusedBy) {
        lock.lock();
        try {
            if (!(places.get(queued.pod().uid()) instanceof Place.InFlight(var newest, var missed))) {
                return;
            }
            inFlight.remove(queued.pod().uid());
            var waiting = queued.refusedBy(Set.copyOf(refusedBy)).with(newest);
            if (Collections.disjoint(missed, waiting.helpedBy())) {
                incoming.count("unschedulable", IncomingPods.ATTEMPT_FAILED);
                wait(waiting, clock.instant());
            } else {
                retry(waiting, clock.instant(), false, IncomingPods.ATTEMPT_FAILED);
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
                inFlight.remove(queued.pod().uid());
                retry(queued.with(newest), clock.instant(), true, IncomingPods.ATTEMPT_FAILED);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Something happened: the pods that it could help are tried again.
    public void happened(Change change) {
        lock.lock();
        try {
            for (var waiting : unschedulable.helpedBy(change)) {
                unschedulable.remove(waiting);
                retry(waiting.pod(), waiting.since(), false, change.event().name());
            }
            for (var missed : inFlight.values()) {
                missed.add(change.event());
            }
        } finally {
            lock.unlock();
        }
    }

    /// The pod is tried again now, whatever it waits for; a gated pod and one in flight are not.
    public void activate(String uid) {
        lock.lock();
        try {
            switch (places.get(uid)) {
                case Place.Unschedulable(var waiting) -> {
                    unschedulable.remove(waiting);
                    activate(waiting.pod());
                }
                case Place.BackingOff(var delayed) -> {
                    backoff.remove(delayed);
                    activate(delayed.pod());
                }
                case Place.Active pod -> { }
                case Place.Gated pod -> { }
                case Place.InFlight pod -> { }
                case null -> { }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The pause counts from the last attempt: a pod that has waited longer than it goes on at once.
    private void retry(QueuedPod queued, Instant attempted, boolean afterError, String event) {
        var until = attempted.plus(Backoff.delay(shortestBackoff, longestBackoff, Math.max(0, queued.attempts() - 1)));
        if (until.isAfter(clock.instant())) {
            incoming.count("backoff", event);
            backOff(queued, until, afterError);
        } else {
            incoming.count("active", event);
            activate(queued);
        }
    }

    private void activate(QueuedPod queued) {
        places.put(queued.pod().uid(), new Place.Active(queued));
        active.add(queued);
        changed.signal();
    }

    private void backOff(QueuedPod queued, Instant until, boolean afterError) {
        var delayed = new BackingOffPods.Delayed(queued, until, afterError);
        places.put(queued.pod().uid(), new Place.BackingOff(delayed));
        backoff.add(delayed);
        changed.signal();
    }

    private void wait(QueuedPod queued, Instant since) {
        var waiting = new UnschedulablePods.Waiting(queued, since);
        places.put(queued.pod().uid(), new Place.Unschedulable(waiting));
        unschedulable.add(waiting);
    }

    private void releaseDue() {
        var now = clock.instant();
        for (var due = backoff.due(now, longestBackoff); due != null; due = backoff.due(now, longestBackoff)) {
            backoff.remove(due);
            incoming.count("active", IncomingPods.BACKOFF_OVER);
            activate(due.pod());
        }
        for (var due = unschedulable.due(now, LONGEST_UNSCHEDULABLE); due != null; due = unschedulable.due(now, LONGEST_UNSCHEDULABLE)) {
            unschedulable.remove(due);
            incoming.count("active", IncomingPods.WAITED_TOO_LONG);
            activate(due.pod());
        }
    }

    /// The newest state of a waiting pod by its name; null if there is none. Costs as much as there are pods.
    public @Nullable PodInfo find(ObjectKey key) {
        lock.lock();
        try {
            return places.values().stream().map(SchedulingQueue::podAt).filter(pod -> pod.key().equals(key)).findFirst().orElse(null);
        } finally {
            lock.unlock();
        }
    }

    private static PodInfo podAt(Place place) {
        return switch (place) {
            case Place.Gated(var queued) -> queued.pod();
            case Place.Active(var queued) -> queued.pod();
            case Place.BackingOff(var delayed) -> delayed.pod().pod();
            case Place.Unschedulable(var waiting) -> waiting.pod().pod();
            case Place.InFlight(var newest, var missed) -> newest;
        };
    }

    /// Returns a pod's state in the queue, as text for explanations; null for an unknown pod.
    public @Nullable String describe(String uid) {
        lock.lock();
        try {
            return switch (places.get(uid)) {
                case null -> null;
                case Place.Gated(var queued) -> "gated (" + String.join(", ", gates.apply(queued.pod()).reasons()) + ")";
                case Place.Active pod -> "activeQ";
                case Place.BackingOff pod -> "backoffQ until " + pod.delayed.until();
                case Place.Unschedulable pod -> "unschedulableQ since " + pod.waiting.since();
                case Place.InFlight pod -> "in flight";
            };
        } finally {
            lock.unlock();
        }
    }
}
