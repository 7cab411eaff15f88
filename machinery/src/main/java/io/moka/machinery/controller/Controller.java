package io.moka.machinery.controller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.workqueue.WorkQueue;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs workers that take keys from a queue and pass them to a reconciler. Each worker is a virtual thread `<name>-<n>`.
public final class Controller<K> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private static final Duration ENDING = Duration.ofSeconds(1);

    private final String name;
    private final WorkQueue<K> queue;
    private final Reconciler<K> reconciler;
    private final int workers;
    private final List<Thread> threads = new ArrayList<>();
    private final Timer work;
    private final Counter retries;

    public Controller(String name, WorkQueue<K> queue, int workers, Reconciler<K> reconciler) {
        this.name = name;
        this.queue = queue;
        this.reconciler = reconciler;
        this.workers = workers;
        this.work = Timer.builder("workqueue.work.duration").tag("name", name).register(Metrics.registry());
        this.retries = Counter.builder("workqueue.retries").tag("name", name).register(Metrics.registry());
        Gauge.builder("workqueue.depth", queue, WorkQueue::depth).tag("name", name).register(Metrics.registry());
    }

    public synchronized void start() {
        for (int i = 0; i < workers; i++) {
            threads.add(NeededThread.start(name + "-" + i, this::run));
        }
    }

    private void run() {
        try {
            for (var key = queue.take(); key != null; key = queue.take()) {
                process(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(K key) {
        long start = System.nanoTime();
        try {
            settle(key, reconciler.reconcile(key));
        } catch (ApiException e) {
            retry(key, e, e.isConflict() || e.isNotFound() || e.isRetriable());
        } catch (Exception e) {
            retry(key, e, e instanceof UncheckedIOException);
        } catch (StackOverflowError e) {
            retry(key, e, false);
        } finally {
            work.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            queue.done(key);
        }
    }

    private void settle(K key, Outcome outcome) {
        queue.forget(key);
        switch (outcome) {
            case Outcome.Done done -> { }
            case Outcome.RequeueAfter(var delay) -> queue.addAfter(key, delay);
            case Outcome.RequeueAt(var instant) -> queue.addAt(key, instant);
            case Outcome.Terminal(var reason) -> log.warn("{}: {}: {}", name, key, reason);
        }
    }

    private void retry(K key, Throwable e, boolean expected) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        if (expected) {
            log.debug("{}: {}: {}", name, key, e.getMessage());
        } else if (e instanceof ApiException) {
            log.warn("{}: {} failed: {}", name, key, e.getMessage());
        } else {
            log.warn("{}: {} failed", name, key, e);
        }
        retries.increment();
        var asked = e instanceof ApiException refused ? refused.retryAfter() : null;
        queue.addRateLimited(key, asked == null ? Duration.ZERO : asked);
    }

    /// Lets no further key start; what is being reconciled is interrupted, and waited for a second at most.
    @Override
    public synchronized void close() {
        queue.close();
        threads.forEach(Thread::interrupt);
        long until = System.nanoTime() + ENDING.toNanos();
        try {
            for (var thread : threads) {
                thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }
}
