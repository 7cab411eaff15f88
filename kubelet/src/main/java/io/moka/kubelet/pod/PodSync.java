package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.meta.Pods;
import java.util.List;
import java.util.Map;

/// Brings one pod closer to its desired state in each pass: looks at its containers, acts and reports. Follows upstream's `syncPod` and `SyncTerminatingPod`.
///
/// Used by the pod's worker alone; only [#view], [#phase] and [#isContradictedBy] may be called by other threads. A pass that throws is repeated.
final class PodSync {

    private final NodeServices services;
    private final Inbox inbox;
    private final PodContainers containers;
    private final PodStart start;
    private final PodEnd end;
    private final PodResize resize;
    private final PodReporter reporter;
    private final PodVerdict verdict;
    private final LiveVolumes volumes;
    private final CrashLoops crashLoops = new CrashLoops();

    // written by the worker's thread, read by others
    private volatile PodView view;
    private volatile Phase phase;

    PodSync(NodeServices services, Pod pod, Inbox inbox) {
        this.services = services;
        this.inbox = inbox;
        this.containers = new PodContainers(services, inbox::ring);
        this.start = new PodStart(services, containers, inbox::ring);
        this.end = new PodEnd(services, inbox::look);
        this.resize = new PodResize(services);
        this.reporter = new PodReporter(services, pod, start::problems, resize::verdict);
        this.verdict = new PodVerdict(services, reporter.startTime());
        this.volumes = new LiveVolumes(services, pod);
        this.view = containers.view(pod);
        this.phase = phaseOf(pod);
    }

    /// A pod that has a start time was admitted by this kubelet or the one before it.
    private static Phase phaseOf(Pod pod) {
        if (Pods.isTerminal(pod)) {
            return new Phase.Over(null, true, false);
        }
        return pod.getStatus() != null && pod.getStatus().getStartTime() != null ? new Phase.Running() : new Phase.Arriving();
    }

    /// Returns the pod as the last pass saw it.
    PodView view() {
        return view;
    }

    Phase phase() {
        return phase;
    }

    /// Whether the API shows another status of the pod than the one last reported.
    boolean isContradictedBy(Pod shown) {
        return reporter.isContradictedBy(shown);
    }

    void close() {
        containers.closeProbes();
    }

    /// Makes one pass.
    ///
    /// @throws RuntimeException of the engine, the network or the volumes, when the pass could not be completed
    Next pass(Desired desired) throws InterruptedException {
        refresh(desired.pod());
        var healAt = desired.removed() || phase.isInherited() || !reporter.isContradictedBy(desired.pod()) ? null : reporter.heal(desired.pod());
        if (desired.isDeletion()) {
            return terminate(desired).orAt(healAt);
        }
        var next = switch (phase) {
            case Phase.Arriving arriving -> run(desired);
            case Phase.Running running -> run(desired);
            case Phase.Failing failing -> settle(desired);
            case Phase.Over over -> settle(desired);
            case Phase.Finished finished -> settle(desired);
        };
        return next.orAt(healAt);
    }

    /// Reads the containers that may have changed from the engine again.
    private void refresh(Pod pod) {
        for (var id = inbox.take(); id != null; id = inbox.take()) {
            try {
                containers.refresh(pod, List.of(id));
            } catch (RuntimeFailure e) {
                inbox.keep(id);
                throw e;
            }
        }
    }

    private PodView look(Pod pod) {
        view = containers.view(pod);
        return view;
    }

    /// Keeps the pod running: decides on one view of it, acts, and reports the result.
    private Next run(Desired desired) throws InterruptedException {
        var pod = desired.pod();
        var now = services.clock().instant();
        var failure = verdict.of(desired, phase instanceof Phase.Running, now);
        if (failure != null) {
            phase = new Phase.Failing(failure);
            return settle(desired);
        }
        phase = new Phase.Running();
        containers.probe(pod);
        var before = look(pod);
        var restarts = resize.apply(before, containers);
        var plan = PodPlan.of(before, crashLoops, now);
        end(desired, before, restarts);
        end(desired, before, plan.kill());
        reporter.announceBackOff(before, plan.waiting());
        boolean well = start(before, plan);
        containers.probe(pod);
        var after = look(pod);
        reporter.report(after, plan.waiting(), null, plan.over());
        if (plan.over()) {
            release(after, new Phase.Over(null, false, false));
            return new Next.OnEvent();
        }
        volumes.refresh(after, now);
        return well && resize.verdict() instanceof ResizeVerdict.Fits ? Next.earliest(plan.wakeAt(), verdict.deadline(pod), volumes.due(pod)) : new Next.Retry();
    }

    private void end(Desired desired, PodView view, List<PodPlan.Kill> kills) {
        kills.forEach(kill -> end.end(view, kill.record(), kill.graceSeconds() != null ? kill.graceSeconds() : desired.graceSeconds(), kill.message()));
    }

    /// Starts what the plan names. A sidecar that has started lets the next container start, of which nothing else would wake the worker.
    ///
    /// @return whether all of it was started
    private boolean start(PodView view, PodPlan plan) throws InterruptedException {
        if (plan.start().isEmpty() || containers.hookPending()) {
            return true;
        }
        if (plan.newSandbox() && !view.sandboxes().isEmpty()) {
            services.events().normal(view.pod(), null, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
            // the next attempt's number counts from the old sandboxes, so the view is kept
            end.removeSandboxes(containers, view.sandboxes());
        }
        boolean well = start.execute(view, plan, crashLoops);
        if (well && plan.start().stream().anyMatch(PodView::isSidecar)) {
            inbox.ring();
        }
        return well;
    }

    /// Ends a pod that has failed or is over: once nothing of it runs, reports it for the last time and gives back what it holds.
    private Next settle(Desired desired) {
        var present = look(desired.pod());
        if (present.anyRunning()) {
            end.endAll(present, desired.endGraceSeconds());
            return new Next.OnEvent();
        }
        if (phase instanceof Phase.Failing(var failure)) {
            var over = new Phase.Over(failure, false, false);
            phase = over;
            reporter.report(present, Map.of(), failure, true);
        }
        if (phase instanceof Phase.Over over) {
            release(present, over);
        }
        return new Next.OnEvent();
    }

    /// Gives back the pod's reservations, its network and its persistent volumes. Its dead containers stay for their logs.
    private void release(PodView present, Phase.Over over) {
        phase = over;
        var pod = present.pod();
        services.admission().release(pod.getMetadata().getUid());
        end.removeSandboxes(containers, present.sandboxes());
        end.releaseVolumes(pod);
        phase = over.afterRelease();
    }

    /// Ends a pod that is deleted. Once its containers are dead its object is deleted, while what is left is cleaned up.
    private Next terminate(Desired desired) throws InterruptedException {
        var pod = desired.pod();
        var present = look(pod);
        containers.keepReadinessOnly();
        if (present.anyRunning()) {
            end.endAll(present, desired.deletionGraceSeconds());
            if (!desired.removed()) {
                reporter.report(present, Map.of(), phase.verdict(), false);
            }
            return new Next.OnEvent();
        }
        services.admission().release(pod.getMetadata().getUid());
        if (!desired.removed() && !(phase instanceof Phase.Finished)) {
            var before = phase;
            phase = new Phase.Finished(before);
            reporter.finish(present, before.verdict(), before instanceof Phase.Over);
        }
        end.removeAll(pod, containers);
        return new Next.Never();
    }
}
