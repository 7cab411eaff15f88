package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.volume.VolumeFailure;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.workqueue.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after one pod until nothing of it is left.
///
/// One virtual thread `pod-<name>` runs `wait, look, act, report` in a loop. Others only ring its bell. Follows upstream's
/// `podWorkers` and `syncPod`.
final class PodWorker {

    private static final Logger log = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(20);
    private static final long STANDARD_GRACE_SECONDS = 30;

    private final NodeServices services;
    private final Runnable whenDone;
    private final Inbox inbox = new Inbox();

    // written by the informer's thread
    private volatile Pod pod;
    private volatile boolean removed;

    // written by the worker's thread, read by the server's
    private volatile PodView view;

    // the worker's thread alone
    private final PodContainers containers;
    private final PodStart start;
    private final PodEnd end;
    private final PodResize resize;
    private final PodReporter reporter;
    private final LiveVolumes volumes;
    private final CrashLoops crashLoops = new CrashLoops();
    private final boolean settledBefore;
    private boolean admitted;
    private boolean finishReported;
    private boolean over;
    private PodStatuses.@Nullable Failure failure;
    private int failures;
    private final Thread thread;

    /// @param known ids of containers that the pod may have
    PodWorker(NodeServices services, Pod pod, Set<String> known, boolean removed, Runnable whenDone) {
        this.services = services;
        this.pod = pod;
        this.removed = removed;
        this.whenDone = whenDone;
        this.containers = new PodContainers(services, inbox::ring);
        this.start = new PodStart(services, containers, inbox::ring);
        this.end = new PodEnd(services, inbox::look);
        this.resize = new PodResize(services);
        this.reporter = new PodReporter(services, pod, start::problems, resize::verdict);
        this.volumes = new LiveVolumes(services, pod);
        known.forEach(inbox::look);
        this.view = containers.view(pod);
        this.settledBefore = Pods.isTerminal(pod);
        this.admitted = pod.getStatus() != null && pod.getStatus().getStartTime() != null;
        this.thread = Thread.ofVirtual().name("pod-" + pod.getMetadata().getName()).unstarted(this::run);
    }

    PodWorker begin() {
        thread.start();
        return this;
    }

    /// The pod has changed. What only its own status reports is no reason to wake.
    void update(Pod changed) {
        var before = pod;
        pod = changed;
        if (PodChange.isNews(before, changed)) {
            inbox.ring();
        }
    }

    /// The pod's object is gone.
    void remove(Pod last) {
        pod = last;
        removed = true;
        inbox.ring();
    }

    boolean isRemoved() {
        return removed;
    }

    /// The container may have changed.
    void look(String containerId) {
        inbox.look(containerId);
    }

    /// Events were missed: these containers exist now.
    void lookAtAll(Set<String> existing) {
        existing.forEach(inbox::look);
        view.containers().forEach(record -> inbox.look(record.id()));
        view.sandboxes().forEach(record -> inbox.look(record.id()));
    }

    PodView view() {
        return view;
    }

    Pod pod() {
        return pod;
    }

    void stop() {
        thread.interrupt();
    }

    private void run() {
        try {
            for (var wakeAt = sync(); wakeAt != Instant.MAX; wakeAt = sync()) {
                inbox.await(wakeAt == null ? null : Duration.between(services.clock().instant(), wakeAt));
            }
            whenDone.run();
        } catch (InterruptedException e) {
            containers.closeProbes();
        }
    }

    /// One look and what follows from it.
    ///
    /// @return when to look again at the latest; null for whenever something happens, the end of time when all is done
    private @Nullable Instant sync() throws InterruptedException {
        try {
            lookAtDirty();
            var wakeAt = removed || Pods.isTerminating(pod) ? terminate() : isSettled() ? settle() : keepRunning();
            failures = wakeAt == RETRY ? failures + 1 : 0;
            return wakeAt == RETRY ? retryAt() : wakeAt;
        } catch (RuntimeFailure | CniException | VolumeFailure | UncheckedIOException e) {
            log.warn("{}: {}; trying again", pod.getMetadata().getName(), e.getMessage());
            services.events().warning(pod, null, "FailedSync", "error syncing pod: " + e.getMessage());
        } catch (RuntimeException e) {
            log.error("{}: unforeseen; trying again", pod.getMetadata().getName(), e);
        }
        failures++;
        return retryAt();
    }

    /// Stands for: not all went well.
    private static final Instant RETRY = Instant.MIN;

    private Instant retryAt() {
        return services.clock().instant().plus(Backoff.delay(SHORTEST_RETRY, LONGEST_RETRY, Math.min(failures - 1, 20)));
    }

    private void lookAtDirty() {
        for (var id = inbox.take(); id != null; id = inbox.take()) {
            try {
                containers.refresh(pod, List.of(id));
            } catch (RuntimeFailure e) {
                inbox.keep(id);
                throw e;
            }
        }
        view = containers.view(pod);
    }

    private boolean isSettled() {
        return settledBefore || over || failure != null;
    }

    private @Nullable Instant keepRunning() throws InterruptedException {
        if (!admit()) {
            return settle();
        }
        var now = services.clock().instant();
        var deadline = deadline();
        if (deadline != null && !now.isBefore(deadline)) {
            failure = new PodStatuses.Failure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            return settle();
        }
        containers.probe(view);
        view = containers.view(pod);
        var restarts = resize.apply(view, containers);
        view = containers.view(pod);
        var plan = PodPlan.of(view, crashLoops, now);
        end(restarts, plan.kill());
        reporter.announceBackOff(view, plan.waiting());
        boolean well = act(plan);
        containers.probe(containers.view(pod));
        view = containers.view(pod);
        reporter.report(view, plan.waiting(), failure, plan.over());
        if (plan.over()) {
            over = true;
            giveBack();
            return null;
        }
        volumes.refresh(view, now);
        well &= resize.verdict() instanceof ResizeVerdict.Fits;
        return well ? earliest(plan.wakeAt(), deadline, volumes.due(pod)) : RETRY;
    }

    private void end(List<PodPlan.Kill> restarts, List<PodPlan.Kill> condemned) {
        restarts.forEach(kill -> end.end(view, kill.record(), specGrace(), kill.message()));
        condemned.forEach(kill -> end.end(view, kill.record(), kill.graceSeconds() != null ? kill.graceSeconds() : specGrace(), kill.message()));
    }

    /// What the pod had reserved, and its network. Its dead containers stay for their logs.
    private void giveBack() {
        services.admission().release(pod.getMetadata().getUid());
        end.removeSandboxes(containers, view.sandboxes());
    }

    /// A sidecar that has started lets the next container start, which nothing else would tell.
    private boolean act(PodPlan plan) throws InterruptedException {
        if (plan.start().isEmpty() || containers.hookPending()) {
            return true;
        }
        if (plan.newSandbox()) {
            if (!view.sandboxes().isEmpty()) {
                services.events().normal(pod, null, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
                removeOldSandboxes();
            }
        }
        boolean well = start.execute(view, plan, crashLoops);
        if (well && plan.start().stream().anyMatch(PodView::isSidecar)) {
            inbox.ring();
        }
        return well;
    }

    /// The next attempt's number counts from the old sandboxes, so the plan's view is kept.
    private void removeOldSandboxes() {
        end.removeSandboxes(containers, view.sandboxes());
    }

    private boolean admit() {
        var rejection = services.admission().admit(pod, admitted);
        if (rejection != null) {
            failure = new PodStatuses.Failure(rejection.reason(), rejection.message());
            services.events().warning(pod, null, rejection.reason(), rejection.message().replaceFirst("^Pod was rejected: ", ""));
            return false;
        }
        admitted = true;
        return true;
    }

    private @Nullable Instant deadline() {
        var seconds = pod.getSpec().getActiveDeadlineSeconds();
        return seconds == null ? null : reporter.startTime().plusSeconds(seconds);
    }

    /// The pod is over, or must be: nothing may run.
    private @Nullable Instant settle() {
        if (view.anyRunning()) {
            end.endAll(view, specGrace());
            return null;
        }
        if (!settledBefore && !over) {
            over = true;
            reporter.report(view, Map.of(), failure, true);
        }
        giveBack();
        return null;
    }

    /// The pod is to go. Once its containers are dead its object is deleted, while what is left is cleaned up.
    private @Nullable Instant terminate() throws InterruptedException {
        containers.keepReadinessOnly();
        if (view.anyRunning()) {
            end.endAll(view, deletionGrace());
            if (!removed) {
                reporter.report(view, Map.of(), failure, false);
            }
            return null;
        }
        services.admission().release(pod.getMetadata().getUid());
        if (!removed && !finishReported) {
            finishReported = true;
            reporter.finish(view, failure, settledBefore || over);
        }
        end.removeAll(pod, containers);
        return Instant.MAX;
    }

    private long specGrace() {
        var seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        return seconds == null ? STANDARD_GRACE_SECONDS : seconds;
    }

    /// A pod that was deleted by force still gets a second.
    private long deletionGrace() {
        var seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        return Math.max(1, seconds == null ? specGrace() : seconds);
    }

    private static @Nullable Instant earliest(@Nullable Instant... instants) {
        Instant earliest = null;
        for (var instant : instants) {
            if (instant != null && (earliest == null || instant.isBefore(earliest))) {
                earliest = instant;
            }
        }
        return earliest;
    }
}
