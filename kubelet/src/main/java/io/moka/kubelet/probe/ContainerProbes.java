package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Probe;
import io.moka.kubelet.event.PodEvents;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All probes of one container instance and what they have come to. Safe for any number of threads.
///
/// Follows upstream's `prober.Manager` and its workers.
public final class ContainerProbes implements AutoCloseable {

    private final Prober prober;
    private final Subject subject;
    private final PodEvents events;
    private final InstantSource clock;
    private final Runnable whenChanged;

    // guarded by this: loops are those that run; after close there are none
    private final Map<ProbeLoop.Kind, ProbeLoop> loops = new EnumMap<>(ProbeLoop.Kind.class);
    private boolean closed;

    private volatile boolean started;
    private volatile boolean ready;
    private volatile @Nullable Verdict verdict;

    /// Why the container is to be ended.
    ///
    /// @param probe whose failure it was
    public record Verdict(String message, Probe probe) {
    }

    /// @param wasReady what was known of this instance before, by a kubelet that ran earlier
    public ContainerProbes(Prober prober, Subject subject, boolean wasReady, PodEvents events, InstantSource clock, Runnable whenChanged) {
        this.prober = prober;
        this.subject = subject;
        this.events = events;
        this.clock = clock;
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
            loops.put(kind, new ProbeLoop(prober, subject, kind, probe, clock, (result, sure) -> accept(kind, probe, result, sure)).start());
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

    /// From now on nothing condemns the container; one that terminates may go on serving, and says so.
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
