package io.moka.apiserver.front.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends events to a server: in batches by a thread of its own, or one by one before their requests go on.
final class WebhookSink implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSink.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);
    private static final byte[] END = {};

    private final WebhookOptions options;
    private final Sleeper sleeper;
    private final AuditWebhook webhook;
    private final Truncation truncation;
    private final Counter lost;
    private final AtomicLong lostBefore = new AtomicLong();
    private final BlockingQueue<byte[]> queue;
    private final Thread sender = NeededThread.unstartedPlatform("audit-webhook", this::run);
    // used by the sender: the time for the next batch if there were no bursts
    private long theoreticalNanos = System.nanoTime();

    WebhookSink(WebhookOptions options, Sleeper sleeper, MeterRegistry metrics) throws IOException {
        this.sleeper = sleeper;
        this.options = options;
        webhook = new AuditWebhook(Objects.requireNonNull(options.configFile), options.initialBackoff);
        truncation = Truncation.of(options);
        queue = new ArrayBlockingQueue<>(Math.max(1, options.bufferEvents));
        lost = Counter.builder("apiserver_audit_error").tag("plugin", "webhook").register(metrics);
        if (options.mode == SinkMode.BATCH) {
            sender.start();
        }
    }

    @Override
    public boolean write(AuditEvent event) {
        if (options.mode != SinkMode.BATCH) {
            return sendNow(event) || options.mode == SinkMode.BLOCKING;
        }
        if (!queue.offer(event.bytes())) {
            lose(1);
        }
        return true;
    }

    /// Sends an event now. An event of a request whose time limit has passed is sent all the same.
    private boolean sendNow(AuditEvent event) {
        boolean interrupted = Thread.interrupted();
        try {
            return deliver(List.of(event.bytes()));
        } catch (InterruptedException late) {
            interrupted = true;
            lose(1);
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        List<byte[]> batch = new ArrayList<>();
        try {
            boolean open = true;
            while (open) {
                batch.clear();
                collect(batch);
                open = !batch.removeIf(event -> event == END);
                throttle();
                deliver(batch);
            }
        } catch (InterruptedException stopped) {
            lose(batch.size() + queue.size());
        }
    }

    /// Waits for a first event, then for further ones until there are enough or the first one has waited long enough.
    private void collect(List<byte[]> batch) throws InterruptedException {
        byte[] next = queue.take();
        long deadline = System.nanoTime() + options.batchWait.toNanos();
        while (next != null) {
            batch.add(next);
            next = next == END || batch.size() >= options.batchEvents ? null : queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void throttle() throws InterruptedException {
        if (options.throttled) {
            long interval = (long) (1e9 / options.batchesPerSecond);
            long now = System.nanoTime();
            theoreticalNanos = Math.max(theoreticalNanos, now - options.burstBatches * interval) + interval;
            sleeper.sleep(Duration.ofNanos(theoreticalNanos - now));
        }
    }

    private boolean deliver(List<byte[]> events) throws InterruptedException {
        List<byte[]> fitting = new ArrayList<>();
        for (byte[] event : events) {
            byte[] left = truncation.event(event);
            if (left != null) {
                fitting.add(left);
            }
        }
        boolean taken = fitting.size() == events.size();
        lose(events.size() - fitting.size());
        for (List<byte[]> batch : truncation.batches(fitting)) {
            if (!webhook.deliver(batch)) {
                taken = false;
                lose(batch.size());
            }
        }
        return taken;
    }

    private void lose(int events) {
        if (events > 0) {
            lost.increment(events);
            if (lostBefore.getAndAdd(events) % 10_000 == 0) {
                LOG.error("The audit webhook has missed events, {} by now", lostBefore.get());
            }
        }
    }

    @Override
    public void close() {
        webhook.hurry();
        try {
            if (sender.isAlive()) {
                queue.offer(END, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
                sender.join(LAST_WORDS);
                sender.interrupt();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        webhook.close();
    }
}
