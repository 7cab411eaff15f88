package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Probe;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one probe of one container instance periodically, and reports when the same result has come as often as its threshold. A probe that could not be made
/// for a reason of the kubelet's own is no result; the next one follows after the period.
final class ProbeLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProbeLoop.class);
    private static final int PERIOD_SECONDS = 10;
    private static final int FAILURES = 3;

    /// The purpose of a probe.
    enum Kind {
        STARTUP("Startup"), LIVENESS("Liveness"), READINESS("Readiness");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// Returns the word with which the probe's events begin.
        String word() {
            return word;
        }
    }

    private final Prober prober;
    private final Subject subject;
    private final Kind kind;
    private final Probe probe;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final BiConsumer<ProbeResult, Boolean> listener;
    private final Thread thread;

    // the thread alone: results in a row
    private int successes;
    private int failures;

    /// @param listener gets each result, and whether its threshold has been reached
    ProbeLoop(Prober prober, Subject subject, Kind kind, Probe probe, InstantSource clock, Sleeper sleeper, BiConsumer<ProbeResult, Boolean> listener) {
        this.prober = prober;
        this.subject = subject;
        this.kind = kind;
        this.probe = probe;
        this.clock = clock;
        this.sleeper = sleeper;
        this.listener = listener;
        this.thread = NeededThread.unstarted("probe-" + kind + "-" + subject.pod().getMetadata().getName() + "-" + subject.container().getName(), this::run);
    }

    ProbeLoop start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            var first = subject.startedAt().plusSeconds(probe.getInitialDelaySeconds() == null ? 0 : probe.getInitialDelaySeconds());
            var wait = Duration.between(clock.instant(), first);
            if (wait.isPositive()) {
                sleeper.sleep(wait);
            }
            ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() throws InterruptedException {
        var period = Duration.ofSeconds(probe.getPeriodSeconds() == null ? PERIOD_SECONDS : probe.getPeriodSeconds());
        while (!Thread.interrupted()) {
            try {
                askOnce();
            } catch (RuntimeException e) {
                log.error("the {} probe of {} was not made; it is tried again in {} s", kind.word(), subject.container().getName(), period.toSeconds(), e);
            }
            sleeper.sleep(period);
        }
    }

    private void askOnce() {
        long begun = System.nanoTime();
        var result = prober.ask(subject, probe);
        switch (result) {
            case ProbeResult.Success _, ProbeResult.Warning _ -> {
                successes++;
                failures = 0;
            }
            case ProbeResult.Failure failure -> {
                failures++;
                successes = 0;
            }
        }
        if (!Thread.currentThread().isInterrupted()) {
            prober.metrics().record(subject, kind, result, System.nanoTime() - begun);
            listener.accept(result, successes >= threshold(probe.getSuccessThreshold(), 1) || failures >= threshold(probe.getFailureThreshold(), FAILURES));
        }
    }

    private static int threshold(@Nullable Integer given, int standard) {
        return given == null ? standard : given;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
