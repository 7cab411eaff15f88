package io.moka.scheduler;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.thread.TaskThread;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.queue.QueuedPod;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.Decision;
import io.moka.scheduler.why.DecisionLog;
import io.moka.scheduler.why.Outcome;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes pods from the queue and runs one scheduling cycle for each, on the thread `scheduling-loop`. Each binding has its own thread, 128 at most.
final class SchedulingLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(SchedulingLoop.class);
    private static final int PARALLEL_BINDINGS = 128;

    /// The cycles and counters for the pods of one `schedulerName`.
    private record Served(SchedulingCycle cycle, BindingCycle binding, Attempts attempts) {
    }

    private final SchedulingQueue queue;
    private final ClusterCache cache;
    private final Map<String, Served> profiles = new HashMap<>();
    private final PodConditions conditions;
    private final ConditionWrites<Runnable> writes = new ConditionWrites<>(Runnable::run);
    private final EventRecorder events;
    private final DecisionLog decisions;
    private final InstantSource clock;
    private final Snapshot snapshot = new Snapshot();
    private final Semaphore bindings = new Semaphore(PARALLEL_BINDINGS);
    private volatile boolean running;

    SchedulingLoop(SchedulingQueue queue, ClusterCache cache, List<Profile> profiles, PodConditions conditions, EventRecorder events, DecisionLog decisions,
            WaitingPods waiting, InstantSource clock) {
        this.queue = queue;
        this.cache = cache;
        var random = RandomGenerator.getDefault();
        profiles.forEach(profile -> this.profiles.put(profile.schedulerName(),
                new Served(new SchedulingCycle(profile, random), new BindingCycle(profile, waiting), new Attempts(profile.schedulerName()))));
        this.conditions = conditions;
        this.events = events;
        this.decisions = decisions;
        this.clock = clock;
    }

    /// Whether this process schedules: it holds the lease, if it needs one.
    boolean isRunning() {
        return running;
    }

    @Override
    public void run() {
        running = true;
        try {
            while (true) {
                schedule(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(QueuedPod queued) throws InterruptedException {
        var served = profiles.get(queued.pod().pod().getSpec().getSchedulerName());
        if (served == null || cache.isPlaced(queued.pod().uid())) {
            queue.remove(queued.pod().uid());
            return;
        }
        long start = System.nanoTime();
        cache.refresh(snapshot);
        try {
            var result = served.cycle.run(queued.pod(), snapshot);
            served.attempts.decided(start);
            switch (result) {
                case SchedulingResult.Scheduled scheduled -> assumeAndBind(served, queued, scheduled, start);
                case SchedulingResult.Unschedulable unschedulable -> refuse(served, queued, unschedulable, start);
            }
        } catch (RuntimeException e) {
            log.error("scheduling {} failed", queued.pod().key(), e);
            served.attempts.failed(start);
            decided(queued, new Outcome.Failed(String.valueOf(e.getMessage())));
            queue.putBack(queued);
        }
    }

    private void decided(QueuedPod queued, Outcome outcome) {
        decisions.add(new Decision(queued.pod(), clock.instant(), queued.attempts(), outcome));
    }

    private void assumeAndBind(Served served, QueuedPod queued, SchedulingResult.Scheduled scheduled, long start) throws InterruptedException {
        var node = scheduled.node().name();
        cache.assume(queued.pod(), node);
        decided(queued, scheduled.outcome());
        WaitingPods.@Nullable Waiting permission;
        try {
            permission = served.binding.reserve(scheduled.state(), queued.pod(), node);
        } catch (BindingCycle.RefusedException e) {
            notBound(served, queued, scheduled.state(), node, start, e);
            return;
        } catch (RuntimeException e) {
            giveUp(served, queued, scheduled.state(), node);
            throw e;
        }
        if (permission == null) {
            bindings.acquire();
            TaskThread.start("bind-" + queued.pod().key(), () -> bindAndRelease(served, queued, scheduled.state(), node, start));
        } else {
            TaskThread.start("permit-" + queued.pod().key(), () -> bindOncePermitted(served, queued, scheduled.state(), node, start, permission));
        }
    }

    private void bindAndRelease(Served served, QueuedPod queued, CycleState state, String node, long start) {
        try {
            bind(served, queued, state, node, start);
        } finally {
            bindings.release();
        }
    }

    /// A pod that waits for permission does not count as a running binding, so that the pods for which it waits can be bound.
    private void bindOncePermitted(Served served, QueuedPod queued, CycleState state, String node, long start, WaitingPods.Waiting permission) {
        try {
            served.binding.awaitPermission(permission);
            bindings.acquire();
        } catch (RuntimeException e) {
            notBound(served, queued, state, node, start, e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        bindAndRelease(served, queued, state, node, start);
    }

    private void bind(Served served, QueuedPod queued, CycleState state, String node, long start) {
        try {
            served.binding.bind(state, queued.pod(), node);
            queue.remove(queued.pod().uid());
            events.normal(queued.pod().pod(), "Scheduled", "Successfully assigned " + queued.pod().key() + " to " + node);
            served.attempts.scheduled(queued, clock.instant(), start);
        } catch (RuntimeException e) {
            notBound(served, queued, state, node, start, e);
        }
    }

    private void notBound(Served served, QueuedPod queued, CycleState state, String node, long start, RuntimeException why) {
        if (why instanceof ApiException || why instanceof UncheckedIOException || why instanceof BindingCycle.RefusedException) {
            log.info("binding {} to {} failed: {}", queued.pod().key(), node, why.getMessage());
        } else {
            log.error("binding {} to {} failed", queued.pod().key(), node, why);
        }
        served.attempts.failed(start);
        decided(queued, new Outcome.Failed("binding to " + node + " failed: " + why.getMessage()));
        giveUp(served, queued, state, node);
        if (why instanceof ApiException api && api.isNotFound()) {
            queue.remove(queued.pod().uid());
        } else {
            queue.putBack(queued);
        }
    }

    /// Frees the room that was taken for the pod and tells the queue, as this may help other pods.
    private void giveUp(Served served, QueuedPod queued, CycleState state, String node) {
        served.binding.unreserve(state, queued.pod(), node);
        if (cache.forget(queued.pod())) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_REMOVED, queued.pod(), null));
        }
    }

    private void refuse(Served served, QueuedPod queued, SchedulingResult.Unschedulable unschedulable, long start) {
        served.attempts.unschedulable(start);
        var pod = queued.pod();
        var nominatedNode = switch (unschedulable.nomination()) {
            case SchedulingResult.Nomination.Made(var node) -> {
                cache.nominate(pod, node);
                yield node;
            }
            case SchedulingResult.Nomination.Kept kept -> null;
            case SchedulingResult.Nomination.Cleared cleared -> {
                clearNomination(pod);
                yield "";
            }
        };
        decided(queued, unschedulable.outcome());
        queue.putUnschedulable(queued, unschedulable.refusedBy());
        events.warning(pod.pod(), "FailedScheduling", unschedulable.message());
        writes.submit(pod.uid(), () -> {
            if (!cache.isPlaced(pod.uid())) {
                conditions.unschedulable(pod, unschedulable.message(), nominatedNode);
            }
        });
    }

    private void clearNomination(PodInfo pod) {
        if (cache.removeNomination(pod.uid())) {
            queue.happened(new Change.OfPod(ClusterEvent.POD_REMOVED, pod, null));
        }
    }
}
