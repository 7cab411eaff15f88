package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.probe.ContainerProbes;
import io.moka.kubelet.probe.ProbeResult;
import io.moka.kubelet.probe.Subject;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.volume.PinnedMounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker's state of its pod's containers: the engine's records, networks, probes and hooks. Used by the worker's thread alone.
final class PodContainers {

    private static final Logger log = LoggerFactory.getLogger(PodContainers.class);
    private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);

    /// The state of a postStart hook.
    private sealed interface Hook {

        record Pending() implements Hook {
        }

        record Done() implements Hook {
        }

        record Failed(String message) implements Hook {
        }
    }

    private final NodeServices services;
    private final Runnable wake;
    private final Map<String, ContainerRecord> records = new HashMap<>();
    private final Map<String, Attachment> attachments = new HashMap<>();
    private final Map<String, ContainerProbes> probes = new HashMap<>();
    private final Map<String, String> lastWords = new HashMap<>();

    // written by hooks' threads, too
    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();

    PodContainers(NodeServices services, Runnable wake) {
        this.services = services;
        this.wake = wake;
    }

    /// Reads the records of these containers from the engine again.
    void refresh(Pod pod, Collection<String> ids) {
        for (var id : ids) {
            var record = services.runtime().inspect(id);
            if (record == null) {
                forget(id);
            } else {
                put(pod, record);
            }
        }
    }

    void put(Pod pod, ContainerRecord record) {
        records.put(record.id(), record);
        if (record.isSandbox()) {
            var attachment = services.networks().find(record.id());
            if (attachment != null) {
                attachments.put(record.id(), attachment);
            }
        } else if (record.state() instanceof ContainerState.Exited end) {
            close(record.id());
            release(pod.getMetadata().getUid(), record);
            lastWords.computeIfAbsent(record.id(), id -> words(pod, record, end));
        }
    }

    private String words(Pod pod, ContainerRecord record, ContainerState.Exited end) {
        var container = container(pod, record.name());
        return container == null ? "" : services.messages().of(services.directories().pod(pod.getMetadata().getUid()), container, record, end);
    }

    void forget(String id) {
        var known = records.remove(id);
        if (known != null) {
            release(known.pod().uid(), known);
        }
        attachments.remove(id);
        lastWords.remove(id);
        close(id);
    }

    private void release(String uid, ContainerRecord record) {
        if (!record.isSandbox()) {
            PinnedMounts.release(services.directories().pod(uid), record.name(), record.attempt());
        }
    }

    private void close(String id) {
        hooks.remove(id);
        var open = probes.remove(id);
        if (open != null) {
            open.close();
        }
    }

    /// Stops all probes but the readiness probes: a pod that terminates reports whether it still serves, but its containers are not restarted.
    void keepReadinessOnly() {
        probes.values().forEach(ContainerProbes::keepReadinessOnly);
    }

    void closeProbes() {
        Set.copyOf(probes.keySet()).forEach(this::close);
    }

    List<ContainerRecord> all() {
        return List.copyOf(records.values());
    }

    PodView view(Pod pod) {
        var sandboxes = records.values().stream().filter(ContainerRecord::isSandbox).toList();
        var containers = records.values().stream().filter(record -> !record.isSandbox()).toList();
        var facts = new HashMap<String, InstanceFacts>();
        containers.forEach(record -> facts.put(record.id(), facts(record)));
        return new PodView(pod, containers, sandboxes, Map.copyOf(attachments), facts, services.hostIp());
    }

    private InstanceFacts facts(ContainerRecord record) {
        var asked = probes.get(record.id());
        var verdict = asked == null ? null : asked.verdict();
        if (hooks.get(record.id()) instanceof Hook.Failed(var message)) {
            return new InstanceFacts(false, false, message, null, "");
        }
        return new InstanceFacts(asked != null && asked.started(), asked != null && asked.ready(),
                verdict == null ? null : verdict.message(), verdict == null ? null : verdict.probe().getTerminationGracePeriodSeconds(),
                lastWords.getOrDefault(record.id(), ""));
    }

    /// Starts the probes of every running container that has none yet and whose postStart hook is done.
    void probe(Pod pod) {
        var view = view(pod);
        var ips = view.podIps();
        for (var record : view.containers()) {
            var container = container(view.pod(), record.name());
            if (record.state() instanceof ContainerState.Running(var startedAt, int pid) && container != null && !ips.isEmpty()
                    && !probes.containsKey(record.id()) && !(hooks.get(record.id()) instanceof Hook.Pending)) {
                var subject = new Subject(view.pod(), container, record.id(), ips.getFirst(), startedAt);
                probes.put(record.id(), new ContainerProbes(services.prober(), subject, wasReady(view.pod(), record), services.events(), services.clock(), services.sleeper(), wake).start());
            }
        }
    }

    private static boolean wasReady(Pod pod, ContainerRecord record) {
        return pod.getStatus() != null && statuses(pod).anyMatch(status -> record.uri().equals(status.getContainerID()) && Boolean.TRUE.equals(status.getReady()));
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return Stream.concat(pod.getStatus().getContainerStatuses().stream(), pod.getStatus().getInitContainerStatuses().stream());
    }

    /// Runs the container's postStart hook on a thread of its own. A container whose hook fails is killed and restarted.
    void hook(Pod pod, Container container, ContainerRecord record, String address) {
        hooks.put(record.id(), new Hook.Pending());
        services.tasks().submit(() -> {
            var subject = new Subject(pod, container, record.id(), address, services.clock().instant());
            try {
                var result = services.hooks().run(subject, container.getLifecycle().getPostStart(), HOOK_LIMIT);
                hooks.computeIfPresent(record.id(), (id, pending) -> result instanceof ProbeResult.Failure(var message)
                        ? failed(pod, container, message) : new Hook.Done());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.error("the postStart hook of {} has failed for a reason that was not foreseen", container.getName(), e);
                hooks.computeIfPresent(record.id(), (id, pending) -> failed(pod, container, e.toString()));
            }
            wake.run();
        });
    }

    private Hook failed(Pod pod, Container container, String message) {
        services.events().warning(pod, container.getName(), "FailedPostStartHook", "PostStartHook failed: " + message);
        return new Hook.Failed("FailedPostStartHook");
    }

    /// Whether a postStart hook still runs. The next container starts only after it.
    boolean hookPending() {
        return hooks.values().stream().anyMatch(hook -> hook instanceof Hook.Pending);
    }

    static @Nullable Container container(Pod pod, String name) {
        var all = new ArrayList<>(pod.getSpec().getContainers());
        all.addAll(pod.getSpec().getInitContainers());
        all.addAll(EphemeralContainers.of(pod));
        return all.stream().filter(container -> container.getName().equals(name)).findFirst().orElse(null);
    }
}
