package io.moka.scheduler.queue;

import io.micrometer.core.instrument.Counter;
import io.moka.machinery.process.Metrics;
import java.util.HashMap;
import java.util.Map;

/// The metric `scheduler_queue_incoming_pods_total`: pods that enter a queue, by the event that brought them there. Guarded by the queue's lock.
final class IncomingPods {

    static final String ADDED = "PodAdd";
    static final String ATTEMPT_FAILED = "ScheduleAttemptFailure";
    static final String BACKOFF_OVER = "BackoffComplete";
    static final String WAITED_TOO_LONG = "UnschedulableTimeout";

    private record Way(String queue, String event) {
    }

    private final Map<Way, Counter> counters = new HashMap<>();

    void count(String queue, String event) {
        counters.computeIfAbsent(new Way(queue, event), way -> Counter.builder("scheduler.queue.incoming.pods").tag("queue", queue).tag("event", event)
                .register(Metrics.registry())).increment();
    }
}
