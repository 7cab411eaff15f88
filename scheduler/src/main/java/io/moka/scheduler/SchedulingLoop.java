package io.moka.scheduler;

import io.micrometer.core.instrument.Timer;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.process.Metrics;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.queue.QueuedPod;
import io.moka.scheduler.queue.SchedulingQueue;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes pods from the queue, one cycle each. The thread `scheduling-loop`; each binding has a thread of its own, 128 at most.
final class SchedulingLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(SchedulingLoop.class);
    private static final int PARALLEL_BINDINGS = 128;

    private final SchedulingQueue queue;
    private final ClusterCache cache;
    private final SchedulingCycle cycle;
    private final Binder binder;
    private final PodConditions conditions;
    private final EventRecorder events;
    private final Snapshot snapshot = new Snapshot();
    private final Semaphore bindings = new Semaphore(PARALLEL_BINDINGS);

    SchedulingLoop(SchedulingQueue queue, ClusterCache cache, SchedulingCycle cycle, Binder binder, PodConditions conditions, EventRecorder events) {
        this.queue = queue;
        this.cache = cache;
        this.cycle = cycle;
        this.binder = binder;
        this.conditions = conditions;
        this.events = events;
    }

    @Override
    public void run() {
        try {
            while (true) {
                schedule(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(QueuedPod queued) throws InterruptedException {
        if (cache.isPlaced(queued.pod().uid())) {
            queue.remove(queued.pod().uid());
            return;
        }
        long start = System.nanoTime();
        cache.refresh(snapshot);
        try {
            switch (cycle.run(queued.pod(), snapshot)) {
                case SchedulingResult.Scheduled scheduled -> assumeAndBind(queued, scheduled, start);
                case SchedulingResult.Unschedulable unschedulable -> refuse(queued, unschedulable, start);
            }
        } catch (RuntimeException e) {
            log.error("scheduling {} failed", queued.pod().key(), e);
            count("error", start);
            queue.putBack(queued);
        }
    }

    private void assumeAndBind(QueuedPod queued, SchedulingResult.Scheduled scheduled, long start) throws InterruptedException {
        var node = scheduled.node().name();
        cache.assume(queued.pod(), node);
        bindings.acquire();
        Thread.ofVirtual().name("bind-" + queued.pod().key()).start(() -> {
            try {
                bind(queued, node, start);
            } finally {
                bindings.release();
            }
        });
    }

    private void bind(QueuedPod queued, String node, long start) {
        try {
            binder.bind(queued.pod(), node);
            queue.remove(queued.pod().uid());
            events.normal(queued.pod().pod(), "Scheduled", "Successfully assigned " + queued.pod().key() + " to " + node);
            count("scheduled", start);
        } catch (ApiException | UncheckedIOException e) {
            log.info("binding {} to {} failed: {}", queued.pod().key(), node, e.getMessage());
            count("error", start);
            cache.forget(queued.pod());
            if (e instanceof ApiException api && api.isNotFound()) {
                queue.remove(queued.pod().uid());
            } else {
                queue.putBack(queued);
            }
        }
    }

    private void refuse(QueuedPod queued, SchedulingResult.Unschedulable unschedulable, long start) {
        count("unschedulable", start);
        queue.putUnschedulable(queued, unschedulable.helpedBy());
        events.warning(queued.pod().pod(), "FailedScheduling", unschedulable.message());
        Thread.ofVirtual().name("condition-" + queued.pod().key()).start(() -> conditions.unschedulable(queued.pod(), unschedulable.message()));
    }

    private static void count(String result, long startNanos) {
        Timer.builder("scheduler.scheduling.attempt.duration").tag("result", result).tag("profile", "default-scheduler")
                .register(Metrics.registry()).record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }
}
