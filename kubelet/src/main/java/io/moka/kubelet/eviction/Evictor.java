package io.moka.kubelet.eviction;

import io.moka.kubelet.node.Pressure;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the node's resources and evicts pods when they run short. One thread, `eviction`.
public final class Evictor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Evictor.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration LONGEST_ENDING = Duration.ofSeconds(30);
    private static final Duration ENDING_POLL = Duration.ofMillis(250);
    private static final long IMMEDIATE_GRACE_SECONDS = 1;

    private final Supplier<Map<Signal, Observation>> signals;
    private final PressureState state;
    private final PodMeasure measure;
    private final PodWorkers workers;
    private final Runnable reclaimDisk;
    private final Reports reports;
    private final long softGraceSeconds;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Thread thread = NeededThread.unstarted("eviction", this::run);

    // used by the thread alone: the pressures last reported; the signal for which no pod was left to evict, which is logged once
    private Set<Pressure> told = Set.of();
    private @Nullable Signal helpless;

    /// The settings that flags give.
    ///
    /// @param transition how long a pressure is reported after it was last seen
    /// @param softGraceSeconds the longest grace period, in seconds, of a pod that is evicted for a soft threshold; the pod's own grace period is used if it is
    /// shorter
    public record Settings(List<Threshold> thresholds, Duration transition, long softGraceSeconds) {
    }

    /// The receivers of the evictor's reports.
    ///
    /// @param pressures gets the node's pressures whenever they have changed
    /// @param nodeEvents gets the reason and the message of each warning about the node
    public record Reports(Consumer<Set<Pressure>> pressures, BiConsumer<String, String> nodeEvents) {
    }

    /// @param reclaimDisk frees what no pod needs
    public Evictor(Settings settings, Supplier<Map<Signal, Observation>> signals, PodMeasure measure, PodWorkers workers, Runnable reclaimDisk, Reports reports,
            InstantSource clock, Sleeper sleeper) {
        this.signals = signals;
        this.state = new PressureState(settings.thresholds, settings.transition);
        this.measure = measure;
        this.workers = workers;
        this.reclaimDisk = reclaimDisk;
        this.reports = reports;
        this.softGraceSeconds = settings.softGraceSeconds;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    public Evictor start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (true) {
                var evicted = look();
                if (evicted == null) {
                    sleeper.sleep(PERIOD);
                } else {
                    awaitEnd(evicted);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the pod has ended, but not longer than [#LONGEST_ENDING]: its resources are free only when all of it, including its sandbox, is gone.
    private void awaitEnd(String uid) throws InterruptedException {
        long polls = LONGEST_ENDING.dividedBy(ENDING_POLL);
        for (long i = 0; i < polls && !workers.isGone(uid); i++) {
            sleeper.sleep(ENDING_POLL);
        }
    }

    /// Reads the signals once and acts on the most urgent threshold that is due.
    ///
    /// @return the uid of the pod that is evicted, or null
    @Nullable String look() {
        try {
            var seen = signals.get();
            var verdict = state.observe(seen, clock.instant());
            if (!verdict.pressures().equals(told)) {
                told = verdict.pressures();
                reports.pressures.accept(told);
                log.warn("the node is short of: {}", told.isEmpty() ? "nothing any more" : told);
            }
            return verdict.due().isEmpty() ? null : reclaim(verdict.due().getFirst(), seen);
        } catch (RuntimeFailure e) {
            log.warn("nothing is evicted for now: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("nothing is evicted for now", e);
        }
        return null;
    }

    private @Nullable String reclaim(Threshold threshold, Map<Signal, Observation> seen) {
        var signal = threshold.signal();
        reports.nodeEvents.accept("EvictionThresholdMet", "Attempting to reclaim " + signal.resource());
        if (signal.pressure() == Pressure.DISK) {
            reclaimDisk.run();
            if (state.unsettled(signals.get()).isEmpty()) {
                log.info("enough of {} was reclaimed without evicting a pod", signal.resource());
                return null;
            }
        }
        var victim = EvictionPlan.victim(threshold, seen.get(signal), measure.of(signal));
        if (victim == null) {
            if (helpless != signal) {
                log.error("the node is short of {}, and there is no pod to evict", signal.resource());
            }
            helpless = signal;
            return null;
        }
        helpless = null;
        var metadata = victim.usage().pod().getMetadata();
        log.warn("evicting pod {}/{}: {}", metadata.getNamespace(), metadata.getName(), victim.message());
        workers.evict(metadata.getUid(), victim.message(), threshold.isHard() ? IMMEDIATE_GRACE_SECONDS : softGraceSeconds);
        return metadata.getUid();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
