package io.moka.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.moka.machinery.process.Metrics;
import io.moka.scheduler.queue.QueuedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// The metrics of the attempts of one profile, with upstream's names and buckets.
final class Attempts {

    private static final int MOST_TOLD_APART = 16;

    private record Meters(Counter attempts, Timer duration) {
    }

    private final String profile;
    private final Timer algorithm;
    private final DistributionSummary attemptsOfPod;
    private final Map<String, Meters> byResult = new ConcurrentHashMap<>();
    private final Map<Integer, Timer> sli = new ConcurrentHashMap<>();

    Attempts(String profile) {
        this.profile = profile;
        this.algorithm = Timer.builder("scheduler.scheduling.algorithm.duration").serviceLevelObjectives(seconds(0.001, 15)).register(Metrics.registry());
        this.attemptsOfPod = DistributionSummary.builder("scheduler.pod.scheduling.attempts").serviceLevelObjectives(1, 2, 4, 8, 16).register(Metrics.registry());
    }

    /// The cycle has ended, whatever its result.
    void decided(long startNanos) {
        algorithm.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    void scheduled(QueuedPod pod, Instant now, long startNanos) {
        count("scheduled", startNanos);
        attemptsOfPod.record(pod.attempts());
        sli(Math.min(pod.attempts(), MOST_TOLD_APART)).record(Duration.between(pod.since(), now));
    }

    void unschedulable(long startNanos) {
        count("unschedulable", startNanos);
    }

    void failed(long startNanos) {
        count("error", startNanos);
    }

    private void count(String result, long startNanos) {
        var meters = byResult.computeIfAbsent(result, this::meters);
        meters.attempts.increment();
        meters.duration.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    private Meters meters(String result) {
        return new Meters(Counter.builder("scheduler.schedule.attempts").tag("result", result).tag("profile", profile).register(Metrics.registry()),
                Timer.builder("scheduler.scheduling.attempt.duration").tag("result", result).tag("profile", profile).serviceLevelObjectives(seconds(0.001, 15))
                        .register(Metrics.registry()));
    }

    /// Returns the timer for the time from a pod's first arrival in the queue to its binding, by the number of attempts.
    private Timer sli(int attempts) {
        return sli.computeIfAbsent(attempts, number -> Timer.builder("scheduler.pod.scheduling.sli.duration").tag("attempts", number == MOST_TOLD_APART ? number + "+" : number.toString())
                .serviceLevelObjectives(seconds(0.01, 20)).register(Metrics.registry()));
    }

    /// Upper bounds, each twice the one before.
    private static Duration[] seconds(double first, int count) {
        return IntStream.range(0, count).mapToObj(i -> Duration.ofNanos((long) (first * 1e9) << i)).toArray(Duration[]::new);
    }
}
