package io.moka.scheduler.queue;

import io.moka.scheduler.filters.SchedulingGates;
import java.time.Duration;
import java.time.InstantSource;

/// Queues for tests.
public final class Queues {

    private Queues() {
    }

    public static SchedulingQueue queue(InstantSource clock) {
        return new SchedulingQueue(clock, new PrioritySort(), new SchedulingGates()::preEnqueue, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
}
