package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The next actions for a pod that should run. A plan only decides and follows upstream's `computePodActions`.
///
/// @param newSandbox whether a sandbox has to be made before any container is started
/// @param start containers to start now
/// @param kill container instances to kill
/// @param over whether no container will ever run again, as the pod has succeeded or failed
/// @param waiting the reasons why containers wait, by their names
/// @param wakeAt when to plan again, or null if only an event can change the plan
public record PodPlan(boolean newSandbox, List<Container> start, List<Kill> kill, boolean over, Map<String, Waiting> waiting, @Nullable Instant wakeAt) {

    /// @param graceSeconds null for the pod's own grace period
    public record Kill(ContainerRecord record, String message, @Nullable Long graceSeconds) {
    }

    public static PodPlan of(PodView view, CrashLoops crashLoops, Instant now) {
        return new Planner(view, crashLoops, now).plan();
    }

    /// Gathers the parts of one plan.
    private static final class Planner {

        private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

        private final PodView view;
        private final CrashLoops crashLoops;
        private final Instant now;
        private final List<Container> start = new ArrayList<>();
        private final List<Kill> kill = new ArrayList<>();
        private final Map<String, Waiting> waiting = new HashMap<>();
        private @Nullable Instant wakeAt;

        Planner(PodView view, CrashLoops crashLoops, Instant now) {
            this.view = view;
            this.crashLoops = crashLoops;
            this.now = now;
        }

        PodPlan plan() {
            if (view.pod().getSpec().getContainers().stream().noneMatch(this::wantsToRun) || initHasFailed()) {
                return over();
            }
            var sandbox = view.sandbox();
            if (sandbox == null) {
                return withoutSandbox();
            }
            EphemeralContainers.of(view.pod()).forEach(this::ephemeral);
            if (initialized(sandbox)) {
                view.pod().getSpec().getContainers().forEach(container -> main(container, sandbox));
            }
            return new PodPlan(false, start, kill, false, waiting, wakeAt);
        }

        /// Plans the end of the pod. Sidecars end last, when no other container needs them any more.
        private PodPlan over() {
            view.nextToEnd().forEach(record -> kill.add(new Kill(record, "Stopping container " + record.name(), null)));
            return new PodPlan(false, List.of(), kill, kill.isEmpty(), waiting, null);
        }

        private PodPlan withoutSandbox() {
            view.containers().stream().filter(ContainerRecord::isRunning)
                    .forEach(record -> kill.add(new Kill(record, "Pod sandbox changed, it will be killed and re-created.", null)));
            if (kill.isEmpty()) {
                var inits = view.pod().getSpec().getInitContainers();
                if (inits.isEmpty()) {
                    view.pod().getSpec().getContainers().stream().filter(this::wantsToRun).forEach(this::startWhenAllowed);
                } else {
                    start.add(inits.getFirst());
                }
            }
            return new PodPlan(!start.isEmpty(), start, kill, false, waiting, wakeAt);
        }

        private boolean wantsToRun(Container container) {
            var latest = view.latest(container.getName());
            if (view.lost(container.getName()) != null && RestartRules.policy(view.pod(), container).equals("Never")) {
                return false;
            }
            return latest == null || !(latest.state() instanceof ContainerState.Exited end) || restarts(container, end);
        }

        private boolean restarts(Container container, ContainerState.Exited end) {
            return RestartRules.restarts(view.pod(), container, end.exitCode());
        }

        private boolean initHasFailed() {
            return view.pod().getSpec().getInitContainers().stream().filter(init -> !PodView.isSidecar(init)).anyMatch(init -> {
                var latest = view.latest(init.getName());
                var end = latest == null ? null : latest.exited();
                return end != null && end.exitCode() != 0 && !restarts(init, end);
            });
        }

        /// Returns whether all init containers are done. If not, plans to start the first that is not, or waits for it.
        private boolean initialized(ContainerRecord sandbox) {
            boolean mainHasStarted = view.pod().getSpec().getContainers().stream().map(c -> view.latest(c.getName()))
                    .anyMatch(latest -> latest != null && latest.sandboxId().equals(sandbox.id()) && !(latest.state() instanceof ContainerState.Created));
            for (var init : view.pod().getSpec().getInitContainers()) {
                var latest = view.latest(init.getName());
                var current = latest != null && latest.sandboxId().equals(sandbox.id()) ? latest : null;
                boolean done = PodView.isSidecar(init) ? sidecar(init, current) : mainHasStarted || init(init, current);
                if (!done && !mainHasStarted) {
                    return false;
                }
            }
            return true;
        }

        private boolean sidecar(Container init, @Nullable ContainerRecord current) {
            return switch (current == null ? new ContainerState.Created() : current.state()) {
                case ContainerState.Created created -> {
                    start.add(init);
                    yield false;
                }
                case ContainerState.Running running -> !condemned(current) && view.facts(current).started();
                case ContainerState.Exited end -> {
                    startWhenAllowed(init);
                    yield false;
                }
            };
        }

        private boolean init(Container init, @Nullable ContainerRecord current) {
            return switch (current == null ? new ContainerState.Created() : current.state()) {
                case ContainerState.Created created -> {
                    start.add(init);
                    yield false;
                }
                case ContainerState.Running running -> {
                    condemned(current);
                    yield false;
                }
                case ContainerState.Exited end -> {
                    if (end.exitCode() != 0) {
                        startWhenAllowed(init);
                    }
                    yield end.exitCode() == 0;
                }
            };
        }

        private void ephemeral(Container container) {
            var latest = view.latest(container.getName());
            if (latest == null || latest.state() instanceof ContainerState.Created) {
                start.add(container);
            }
        }

        private void main(Container container, ContainerRecord sandbox) {
            var latest = view.latest(container.getName());
            switch (latest == null ? new ContainerState.Created() : latest.state()) {
                case ContainerState.Created created -> start.add(container);
                case ContainerState.Running running -> {
                    if (!latest.sandboxId().equals(sandbox.id())) {
                        kill.add(new Kill(latest, "Pod sandbox changed, it will be killed and re-created.", null));
                    } else if (!latest.hash().equals(ContainerSpecs.hash(container))) {
                        kill.add(new Kill(latest, "Container " + container.getName() + " definition changed, will be restarted", null));
                    } else {
                        condemned(latest);
                    }
                }
                case ContainerState.Exited end -> {
                    if (restarts(container, end)) {
                        startWhenAllowed(container);
                    }
                }
            }
        }

        private boolean condemned(@Nullable ContainerRecord record) {
            if (record == null) {
                return false;
            }
            var facts = view.facts(record);
            if (facts.condemned() == null) {
                return false;
            }
            kill.add(new Kill(record, facts.condemned() + ", will be restarted", facts.graceSeconds()));
            return true;
        }

        private void startWhenAllowed(Container container) {
            var latest = view.latest(container.getName());
            var end = latest == null ? null : latest.exited();
            var delay = end == null ? Duration.ZERO : crashLoops.delay(container.getName(), end);
            // An end in the future means that the clock was set back; the wait could take any length of time, so it is skipped.
            if (end == null || !end.finishedAt().plus(delay).isAfter(now) || end.finishedAt().isAfter(now.plus(CLOCK_SKEW))) {
                start.add(container);
                return;
            }
            var allowed = end.finishedAt().plus(delay);
            wakeAt = wakeAt == null || allowed.isBefore(wakeAt) ? allowed : wakeAt;
            waiting.put(container.getName(), new Waiting("CrashLoopBackOff", "back-off " + text(delay) + " restarting failed container="
                    + container.getName() + " pod=" + latest.pod()));
        }

        /// Returns the duration as Go writes it: `10s`, `1m20s`.
        private static String text(Duration delay) {
            return (delay.toMinutes() > 0 ? delay.toMinutes() + "m" : "") + delay.toSecondsPart() + "s";
        }
    }
}
