package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.probe.ProbeResult;
import io.moka.kubelet.probe.Subject;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends containers and removes what a pod leaves. Ending runs beside the worker, so that a shorter grace can overtake it.
final class PodEnd {

    private static final Logger log = LoggerFactory.getLogger(PodEnd.class);
    /// What is left of the grace at least, whatever a hook or other containers have taken of it.
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    private final NodeServices services;
    private final Consumer<String> whenEnded;

    // the shortest grace that was asked for each container that is being ended; written by the ending's threads, too
    private final Map<String, Long> ending = new ConcurrentHashMap<>();

    // the worker's thread alone: when all of the pod was first asked to end
    private @Nullable Instant allSince;

    /// @param whenEnded gets the id of each container that was ended
    PodEnd(NodeServices services, Consumer<String> whenEnded) {
        this.services = services;
        this.whenEnded = whenEnded;
    }

    /// Ends a container within the grace; asked again, it acts only when the grace is shorter than before.
    void end(PodView view, ContainerRecord record, long graceSeconds, String message) {
        end(view, record, graceSeconds, 0, message);
    }

    /// @param waited seconds of the grace that have gone by before the container's turn
    private void end(PodView view, ContainerRecord record, long graceSeconds, long waited, String message) {
        var before = ending.get(record.id());
        if (before != null && before <= graceSeconds) {
            return;
        }
        ending.put(record.id(), graceSeconds);
        var container = PodContainers.container(view.pod(), record.name());
        if (before == null) {
            services.events().normal(view.pod(), record.name(), "Killing", message);
        }
        var grace = Duration.ofSeconds(waited == 0 ? graceSeconds : Math.max(LEAST_GRACE.toSeconds(), graceSeconds - waited));
        services.tasks().submit(() -> run(view, record, before == null ? container : null, grace));
    }

    /// @param container null where its preStop hook has been run already
    private void run(PodView view, ContainerRecord record, @Nullable Container container, Duration grace) {
        try {
            var left = container == null ? grace : grace.minus(preStop(view, record, container, grace));
            boolean shortened = left.compareTo(grace) < 0 && left.compareTo(LEAST_GRACE) < 0;
            services.runtime().stop(record.id(), shortened ? LEAST_GRACE : left);
        } catch (RuntimeFailure e) {
            log.warn("{} of {} could not be stopped: {}", record.name(), record.pod(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ending.remove(record.id());
            whenEnded.accept(record.id());
        }
    }

    private Duration preStop(PodView view, ContainerRecord record, Container container, Duration grace) throws InterruptedException {
        if (container.getLifecycle() == null || container.getLifecycle().getPreStop() == null || grace.isZero()) {
            return Duration.ZERO;
        }
        var start = services.clock().instant();
        var ips = view.podIps();
        var subject = new Subject(view.pod(), container, record.id(), ips.isEmpty() ? services.hostIp() : ips.getFirst(), start);
        if (services.hooks().run(subject, container.getLifecycle().getPreStop(), grace) instanceof ProbeResult.Failure(var message)) {
            services.events().warning(view.pod(), record.name(), "FailedPreStopHook", "PreStopHook failed: " + message);
        }
        return Duration.between(start, services.clock().instant());
    }

    /// Ends all that runs, sidecars after the others, and all of it within the one grace. To be called again after each end.
    void endAll(PodView view, long graceSeconds) {
        var now = services.clock().instant();
        allSince = allSince == null ? now : allSince;
        long waited = Duration.between(allSince, now).toSeconds();
        view.nextToEnd().forEach(record -> end(view, record, graceSeconds, view.endsLast(record) ? waited : 0, "Stopping container " + record.name()));
    }

    /// Takes the pod's sandboxes out of the network and removes them.
    void removeSandboxes(PodContainers containers, List<ContainerRecord> sandboxes) {
        for (var sandbox : sandboxes) {
            var network = sandbox.state() instanceof ContainerState.Running(var startedAt, int pid) ? "/proc/" + pid + "/ns/net" : "";
            services.networks().detach(sandbox.id(), network);
            services.runtime().remove(sandbox.id());
            containers.forget(sandbox.id());
        }
    }

    /// Removes everything: containers and sandboxes at once, then attachments without a sandbox, then files. Safe to repeat.
    void removeAll(Pod pod, PodContainers containers) throws InterruptedException {
        var uid = pod.getMetadata().getUid();
        var removals = new ArrayList<Future<?>>();
        var all = containers.all();
        removals.add(services.tasks().submit(() -> removeSandboxes(containers, all.stream().filter(ContainerRecord::isSandbox).toList())));
        all.stream().filter(record -> !record.isSandbox()).forEach(record -> removals.add(services.tasks().submit(() -> services.runtime().remove(record.id()))));
        for (var removal : removals) {
            await(removal);
        }
        services.networks().all().stream().filter(attachment -> attachment.podUid().equals(uid))
                .forEach(attachment -> services.networks().detach(attachment.sandboxId(), ""));
        try {
            services.directories().remove(uid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        services.tokens().forget(uid);
        containers.closeProbes();
    }

    private static void await(Future<?> removal) throws InterruptedException {
        try {
            removal.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
