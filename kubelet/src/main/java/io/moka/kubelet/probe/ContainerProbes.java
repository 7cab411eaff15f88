package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Probe;
import io.moka.kubelet.event.PodEvents;
import io.moka.machinery.time.Sleeper;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs all probes of one container instance and holds their results. Safe for any number of threads.
///
/// Follows upstream's `prober.Manager` and its workers.
public final class ContainerProbes implements AutoCloseable {

    private final Prober prober;
    private final Subject subject;
    private final PodEvents events;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Runnable whenChanged;

    // guarded by this: loops are those that run; after close there are none
    private final Map<ProbeLoop.Kind, ProbeLoop> loops = new EnumMap<>(ProbeLoop.Kind.class);
    private boolean closed;

    private volatile boolean started;
    private volatile boolean ready;
    private volatile @Nullable Verdict verdict;

    /// The reason to end the container.
    ///
    /// @param probe the probe that failed
    public record Verdict(String message, Probe probe) {
    }

    /// @param wasReady whether an earlier kubelet has found this instance ready
    public ContainerProbes(Prober prober, Subject subject, boolean wasReady, PodEvents events, InstantSource clock, Sleeper sleeper, Runnable whenChanged) {
        this.prober = prober;
        this.subject = subject;
        this.events = events;
        this.clock = clock;
        this.sleeper = sleeper;
        this.whenChanged = whenChanged;
        this.started = subject.container().getStartupProbe() == null || wasReady;
        this.ready = started && (subject.container().getReadinessProbe() == null || wasReady);
    }

    public synchronized ContainerProbes start() {
        if (!started) {
            run(ProbeLoop.Kind.STARTUP, subject.container().getStartupProbe());
        } else {
            runMain();
        }
        return this;
    }

    /// Whether the startup probe, if there is one, has succeeded.
    public boolean started() {
        return started;
    }

    public boolean ready() {
        return ready;
    }

    /// Set once a liveness or startup probe has failed for good.
    public @Nullable Verdict verdict() {
        return verdict;
    }

    private void runMain() {
        run(ProbeLoop.Kind.LIVENESS, subject.container().getLivenessProbe());
        run(ProbeLoop.Kind.READINESS, subject.container().getReadinessProbe());
    }

    private void run(ProbeLoop.Kind kind, @Nullable Probe probe) {
        if (probe != null && !closed) {
            loops.put(kind, new ProbeLoop(prober, subject, kind, probe, clock, sleeper, (result, sure) -> accept(kind, probe, result, sure)).start());
        }
    }

    private void accept(ProbeLoop.Kind kind, Probe probe, ProbeResult result, boolean sure) {
        switch (result) {
            case ProbeResult.Success() -> { }
            case ProbeResult.Warning(var message) -> tell("ProbeWarning", kind.word() + " probe warning: " + message);
            case ProbeResult.Failure(var message) -> tell("Unhealthy", kind.word() + " probe failed: " + message);
        }
        if (!sure) {
            return;
        }
        boolean success = !(result instanceof ProbeResult.Failure);
        switch (kind) {
            case STARTUP -> startupKnown(success, probe);
            case LIVENESS -> {
                if (!success) {
                    condemn("failed liveness probe", probe);
                }
            }
            case READINESS -> {
                if (ready != success) {
                    ready = success;
                    whenChanged.run();
                }
            }
        }
    }

    private void tell(String reason, String message) {
        events.warning(subject.pod(), subject.container().getName(), reason, message);
    }

    private void startupKnown(boolean success, Probe probe) {
        if (!success) {
            condemn("failed startup probe", probe);
        } else if (!started) {
            synchronized (this) {
                endLoops(Set.of(ProbeLoop.Kind.STARTUP));
                started = true;
                ready = subject.container().getReadinessProbe() == null;
                runMain();
            }
            whenChanged.run();
        }
    }

    private void condemn(String why, Probe probe) {
        if (verdict == null) {
            verdict = new Verdict("Container " + subject.container().getName() + " " + why, probe);
            whenChanged.run();
        }
    }

    /// Keeps only the readiness probe running, so that no probe ends the container any more; a terminating container may go on serving and report that.
    public synchronized void keepReadinessOnly() {
        endLoops(EnumSet.complementOf(EnumSet.of(ProbeLoop.Kind.READINESS)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        endLoops(EnumSet.allOf(ProbeLoop.Kind.class));
    }

    private void endLoops(Set<ProbeLoop.Kind> kinds) {
        for (var kind : kinds) {
            var loop = loops.remove(kind);
            if (loop != null) {
                loop.close();
            }
        }
    }
}
