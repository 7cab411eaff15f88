package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.probe.ProbeResult;
import io.moka.kubelet.probe.Subject;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.workqueue.Backoff;
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

/// Ends containers and removes the remains of a pod. Each container is ended on a thread of its own, beside the worker, so that a later call with a shorter
/// grace period can end it sooner.
final class PodEnd {

    private static final Logger log = LoggerFactory.getLogger(PodEnd.class);
    /// The least grace that a container gets, however much of the grace period a hook or other containers have used.
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final NodeServices services;
    private final Consumer<String> whenEnded;

    // the shortest grace that was asked for each container that is being ended; written by the ending's threads, too
    private final Map<String, Long> ending = new ConcurrentHashMap<>();

    // how often in a row stopping each container has failed; an entry is removed when stopping succeeds, or with the pod
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    // the worker's thread alone: when the end of the whole pod was first requested
    private @Nullable Instant allSince;

    /// @param whenEnded gets the id of each container that was ended
    PodEnd(NodeServices services, Consumer<String> whenEnded) {
        this.services = services;
        this.whenEnded = whenEnded;
    }

    /// Ends a container within the grace; a further call acts only if its grace is shorter than before.
    void end(PodView view, ContainerRecord record, long graceSeconds, String message) {
        end(view, record, graceSeconds, 0, message);
    }

    /// @param waited seconds of the grace that have passed before the container's turn
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

    /// @param container null if its preStop hook has run already
    private void run(PodView view, ContainerRecord record, @Nullable Container container, Duration grace) {
        try {
            var left = container == null ? grace : grace.minus(preStop(view, record, container, grace));
            boolean shortened = left.compareTo(grace) < 0 && left.compareTo(LEAST_GRACE) < 0;
            services.runtime().stop(record.id(), shortened ? LEAST_GRACE : left);
            failures.remove(record.id());
        } catch (RuntimeFailure e) {
            pause(record, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("ending {} of {} has failed for a reason that was not foreseen", record.name(), record.pod(), e);
            pause(record, e.toString());
        } finally {
            ending.remove(record.id());
            whenEnded.accept(record.id());
        }
    }

    /// Waits before the container may be ended again. Until then, only a request with a shorter grace tries it.
    private void pause(ContainerRecord record, String problem) {
        int before = failures.merge(record.id(), 1, Integer::sum) - 1;
        var pause = Backoff.delay(SHORTEST_PAUSE, LONGEST_PAUSE, before);
        log.warn("{} of {} could not be stopped, trying again in {} ms: {}", record.name(), record.pod(), pause.toMillis(), problem);
        try {
            services.sleeper().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    /// Ends all running containers within one grace period, sidecars after the others. To be called again after each end.
    void endAll(PodView view, long graceSeconds) {
        var now = services.clock().instant();
        allSince = allSince == null ? now : allSince;
        long waited = Duration.between(allSince, now).toSeconds();
        view.nextToEnd().forEach(record -> end(view, record, graceSeconds, view.endsLast(record) ? waited : 0, "Stopping container " + record.name()));
    }

    /// Detaches the pod's sandboxes from the network and removes them.
    void removeSandboxes(PodContainers containers, List<ContainerRecord> sandboxes) {
        for (var sandbox : sandboxes) {
            var network = sandbox.state() instanceof ContainerState.Running(var startedAt, int pid) ? "/proc/" + pid + "/ns/net" : "";
            services.networks().detach(sandbox.id(), network);
            services.runtime().remove(sandbox.id());
            containers.forget(sandbox.id());
        }
    }

    /// Unmounts the persistent volumes of a pod that has no running container left.
    void releaseVolumes(Pod pod) {
        try {
            services.directories().releaseVolumes(pod.getMetadata().getUid());
            tearDownVolumes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Tears down unused volumes. A failure does not hold up this pod, as the volume may be another pod's; the node's housekeeping tries again.
    private void tearDownVolumes() {
        try {
            services.volumes().tearDown();
        } catch (IOException e) {
            log.warn("volumes that no pod uses stay for now: {}", e.getMessage());
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
            tearDownVolumes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        services.cgroups().remove(uid);
        services.tokens().forget(uid);
        services.prober().metrics().forget(uid);
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
