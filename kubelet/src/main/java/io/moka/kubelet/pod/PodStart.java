package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.cni.PortMapping;
import io.moka.kubelet.container.ConfigError;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.image.ImageOutcome;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.runtime.SandboxSpec;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.volume.VolumeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts a pod's sandbox and containers. Independent steps run in parallel: volumes are set up and containers
/// created while the sandbox starts and gets its network. Used by the pod's worker alone.
final class PodStart {

    private static final Logger log = LoggerFactory.getLogger(PodStart.class);

    private final NodeServices services;
    private final PodContainers containers;
    private final Runnable wake;

    /// The reasons why containers could not be started, by their names; kept until they are tried again.
    private final Map<String, Waiting> problems = new HashMap<>();

    PodStart(NodeServices services, PodContainers containers, Runnable wake) {
        this.services = services;
        this.containers = containers;
        this.wake = wake;
    }

    Map<String, Waiting> problems() {
        return problems;
    }

    /// A sandbox that works.
    private record Ready(ContainerRecord sandbox, List<String> podIps) {
    }

    /// A sandbox whose process runs.
    private record Started(ContainerRecord record, int pid) {
    }

    /// The result of creating a container.
    private sealed interface Creation {

        record Created(String id) implements Creation {
        }

        record Postponed(Waiting why) implements Creation {
        }
    }

    /// Makes the sandbox and starts the containers that the plan names.
    ///
    /// @return whether all of them were started; if not, the caller tries again later
    boolean execute(PodView view, PodPlan plan, CrashLoops crashLoops) throws InterruptedException {
        var pod = view.pod();
        if (plan.newSandbox() && !mayStart(pod)) {
            return false;
        }
        prepareFiles(pod);
        var volumes = services.tasks().submit(() -> services.volumes().setUp(pod));
        String sandboxId;
        Future<Ready> ready;
        if (plan.newSandbox()) {
            sandboxId = createSandbox(view);
            ready = services.tasks().submit(() -> bringUp(view, sandboxId));
        } else {
            var sandbox = Objects.requireNonNull(view.sandbox());
            sandboxId = sandbox.id();
            ready = services.tasks().submit(() -> new Ready(sandbox, view.podIps()));
        }
        var creations = new LinkedHashMap<Container, Future<Creation>>();
        for (var container : plan.start()) {
            creations.put(container, services.tasks().submit(() -> create(view, container, sandboxId, volumes, ready)));
        }
        return finish(view, volumes, ready, creations, crashLoops);
    }

    /// Whether the node has what the pod asks for besides resources; if not, an event says what is missing.
    private boolean mayStart(Pod pod) {
        if (!pod.getSpec().getResourceClaims().isEmpty()) {
            services.events().warning(pod, null, "FailedPrepareDynamicResources", "Failed to prepare dynamic resources: this node has no driver for resource claims");
            return false;
        }
        var refusal = services.handlers().refusal(pod);
        if (refusal != null) {
            services.events().warning(pod, null, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + refusal);
        }
        return refusal == null;
    }

    private boolean finish(PodView view, Future<Map<String, Path>> volumes, Future<Ready> ready,
            Map<Container, Future<Creation>> creations, CrashLoops crashLoops) throws InterruptedException {
        var pod = view.pod();
        try {
            var running = await(ready);
            containers.put(pod, running.sandbox);
            services.files().writeHosts(services.directories().pod(pod.getMetadata().getUid()), pod, running.podIps);
            await(volumes);
            boolean all = true;
            for (var creation : creations.entrySet()) {
                boolean started = start(view, creation.getKey(), await(creation.getValue()), running, crashLoops);
                all &= started;
                if (started && hasPostStart(creation.getKey())) {
                    break;
                }
            }
            return all;
        } catch (VolumeFailure e) {
            services.events().warning(pod, null, "FailedMount", String.valueOf(e.getMessage()));
            return false;
        } catch (CniException | RuntimeFailure | IOException e) {
            services.events().warning(pod, null, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + e.getMessage());
            return false;
        } finally {
            for (var creation : creations.values()) {
                settle(creation);
            }
        }
    }

    private void prepareFiles(Pod pod) {
        try {
            services.files().prepare(services.directories().pod(pod.getMetadata().getUid()), pod, services.events());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String createSandbox(PodView view) {
        var pod = view.pod();
        var spec = pod.getSpec();
        var sysctls = new HashMap<String, String>();
        if (spec.getSecurityContext() != null) {
            spec.getSecurityContext().getSysctls().forEach(sysctl -> sysctls.put(sysctl.getName().replace('/', '.'), sysctl.getValue()));
        }
        return services.runtime().createSandbox(new SandboxSpec(PodIdentity.of(pod), view.nextSandboxAttempt(), services.files().kernelHostname(pod),
                view.onHostNetwork(), Boolean.TRUE.equals(spec.getHostPID()), Boolean.TRUE.equals(spec.getHostIPC()), sysctls,
                services.oomScores().ofSandbox(), services.cgroups().nameOf(pod)));
    }

    /// Starts the sandbox and attaches it; one that can't be attached is removed again.
    private Ready bringUp(PodView view, String sandboxId) {
        try {
            if (view.onHostNetwork()) {
                return new Ready(startSandbox(view, sandboxId).record, List.of(services.hostIp()));
            }
            try (var pending = services.networks().prepare(PodIdentity.of(view.pod()), sandboxId, ports(view.pod()))) {
                var sandbox = startSandbox(view, sandboxId);
                return new Ready(sandbox.record, pending.attach("/proc/" + sandbox.pid + "/ns/net").addresses());
            }
        } catch (CniException | RuntimeFailure e) {
            services.runtime().remove(sandboxId);
            throw e;
        }
    }

    private Started startSandbox(PodView view, String sandboxId) {
        var sandbox = services.runtime().start(sandboxId);
        if (!(sandbox.state() instanceof ContainerState.Running(var startedAt, int pid))) {
            throw new RuntimeFailure("the sandbox ended right after its start");
        }
        services.cgroups().limit(view.pod(), pid);
        return new Started(sandbox, pid);
    }

    private static List<PortMapping> ports(Pod pod) {
        var sidecars = pod.getSpec().getInitContainers().stream().filter(PodView::isSidecar);
        return Stream.concat(pod.getSpec().getContainers().stream(), sidecars).flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .map(port -> new PortMapping(port.getHostPort(), port.getContainerPort(),
                        port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT), port.getHostIP())).toList();
    }

    private Creation create(PodView view, Container container, String sandboxId, Future<Map<String, Path>> volumes, Future<Ready> ready)
            throws InterruptedException {
        var pod = view.pod();
        switch (services.images().ensure(pod, container, wake)) {
            case ImageOutcome.Pulling pulling -> {
                return new Creation.Postponed(new Waiting("ContainerCreating", ""));
            }
            case ImageOutcome.Unavailable(var reason, var message) -> {
                return new Creation.Postponed(new Waiting(reason, message));
            }
            case ImageOutcome.Present(var image) -> {
                var ips = ContainerSpecs.needsAddress(container) ? quietly(ready) : List.<String>of();
                try {
                    var inputs = new ContainerSpecs.Inputs(pod, container, attempt(view, container), sandboxId, target(view, container), image, new Addresses(ips, services.hostIp()),
                            await(volumes), services.directories().pod(pod.getMetadata().getUid()));
                    return new Creation.Created(services.runtime().createContainer(services.specs().of(inputs)));
                } catch (ConfigError e) {
                    services.events().warning(pod, container.getName(), "Failed", "Error: " + e.getMessage());
                    return new Creation.Postponed(new Waiting("CreateContainerConfigError", String.valueOf(e.getMessage())));
                } catch (VolumeFailure e) {
                    return new Creation.Postponed(new Waiting("ContainerCreating", ""));
                } catch (RuntimeFailure | IllegalArgumentException e) {
                    services.events().warning(pod, container.getName(), "Failed", "Error: " + e.getMessage());
                    return new Creation.Postponed(new Waiting("CreateContainerError", String.valueOf(e.getMessage())));
                }
            }
        }
    }

    /// @throws ConfigError when the container targets the processes of a container that does not run
    private static @Nullable String target(PodView view, Container container) {
        var name = EphemeralContainers.target(view.pod(), container);
        if (name == null) {
            return null;
        }
        var target = view.latest(name);
        if (target == null || !target.isRunning()) {
            throw new ConfigError("unable to find target container \"" + name + "\"");
        }
        return target.id();
    }

    private List<String> quietly(Future<Ready> ready) throws InterruptedException {
        try {
            return await(ready).podIps;
        } catch (CniException | RuntimeFailure e) {
            return List.of();
        }
    }

    private static int attempt(PodView view, Container container) {
        var latest = view.latest(container.getName());
        if (latest == null) {
            var lost = view.lost(container.getName());
            return lost == null ? 0 : lost.getRestartCount() + 1;
        }
        return latest.state() instanceof ContainerState.Created ? latest.attempt() : latest.attempt() + 1;
    }

    private boolean start(PodView view, Container container, Creation creation, Ready ready, CrashLoops crashLoops) {
        var pod = view.pod();
        var name = container.getName();
        switch (creation) {
            case Creation.Postponed(var why) -> {
                problems.put(name, why);
                return false;
            }
            case Creation.Created(var id) -> {
                problems.remove(name);
                services.events().normal(pod, name, "Created", "Created container: " + name);
                if (view.latest(name) != null) {
                    crashLoops.restarted(name);
                }
                try {
                    containers.put(pod, services.runtime().start(id));
                } catch (RuntimeFailure e) {
                    services.events().warning(pod, name, "Failed", "Error: " + e.getMessage());
                    containers.refresh(pod, List.of(id));
                    return false;
                }
                services.events().normal(pod, name, "Started", "Started container " + name);
                if (hasPostStart(container)) {
                    var record = containers.all().stream().filter(known -> known.id().equals(id)).findFirst().orElseThrow();
                    containers.hook(pod, container, record, ready.podIps.isEmpty() ? services.hostIp() : ready.podIps.getFirst());
                }
                removeOld(view, container);
                return true;
            }
        }
    }

    /// Removes the old instances, except the one before the running instance, which is kept for its log.
    private void removeOld(PodView view, Container container) {
        var latest = view.latest(container.getName());
        var old = view.containers().stream().filter(record -> record.name().equals(container.getName()))
                .filter(record -> latest != null && record.attempt() < latest.attempt()).toList();
        for (var record : old) {
            containers.forget(record.id());
            services.tasks().submit(() -> remove(record));
        }
    }

    private void remove(ContainerRecord old) {
        try {
            services.runtime().remove(old.id());
        } catch (RuntimeException e) {
            log.warn("the old instance {} of {} stays until its pod goes: {}", old.attempt(), old.name(), e.toString());
        }
    }

    private static boolean hasPostStart(Container container) {
        return container.getLifecycle() != null && container.getLifecycle().getPostStart() != null;
    }

    /// Waits for a task and passes on what it throws.
    private static <R> R await(Future<R> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Waits until the task is over: every task that was started here has to end before the worker goes on.
    private static void settle(Future<Creation> creation) throws InterruptedException {
        try {
            creation.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
        }
    }
}
