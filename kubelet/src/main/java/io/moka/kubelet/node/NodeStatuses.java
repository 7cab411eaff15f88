package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.NetworkReadiness;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.meta.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The node's status as it is now. Follows upstream's `nodestatus` setters.
public final class NodeStatuses {

    static final String VERSION = "v1.36.0+moka";
    private static final int MOST_IMAGES = 50;
    private static final long RESERVED_MEMORY_BYTES = 100L << 20;

    private final NodeSettings settings;
    private final Machine machine;
    private final ContainerRuntime runtime;
    private final PodNetworks networks;
    private final InstantSource clock;
    private final Map<String, Quantity> capacity;
    private final Map<String, Quantity> allocatable;

    public NodeStatuses(NodeSettings settings, Machine machine, ContainerRuntime runtime, PodNetworks networks, InstantSource clock) throws IOException {
        this.settings = settings;
        this.machine = machine;
        this.runtime = runtime;
        this.networks = networks;
        this.clock = clock;
        this.capacity = resources(machine.memoryBytes(), machine.diskBytes());
        this.allocatable = resources(machine.memoryBytes() - RESERVED_MEMORY_BYTES, machine.diskBytes() / 10 * 9);
    }

    private Map<String, Quantity> resources(long memoryBytes, long diskBytes) {
        var resources = new LinkedHashMap<String, Quantity>();
        resources.put("cpu", new Quantity(Integer.toString(machine.cpus())));
        resources.put("memory", new Quantity(Long.toString(memoryBytes / 1024), "Ki"));
        resources.put("ephemeral-storage", new Quantity(Long.toString(diskBytes)));
        resources.put("pods", new Quantity(Integer.toString(settings.maxPods())));
        return resources;
    }

    /// What pods may have.
    public Map<String, Quantity> allocatable() {
        return allocatable;
    }

    static boolean isReady(NodeStatus status) {
        return status.getConditions().stream().anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    /// @param before conditions as they were last; one that stays keeps its time of transition
    NodeStatus now(List<NodeCondition> before) {
        String version = null;
        List<ImageRecord> images = List.of();
        String problem;
        try {
            version = runtime.version();
            images = runtime.images();
            problem = switch (networks.readiness()) {
                case NetworkReadiness.Ready ready -> null;
                case NetworkReadiness.NotReady(var message) -> message;
            };
        } catch (RuntimeFailure e) {
            problem = "container runtime is down: " + e.getMessage();
        }
        return new NodeStatusBuilder().withCapacity(capacity).withAllocatable(allocatable)
                .withConditions(conditions(before, problem))
                .withAddresses(new NodeAddress(settings.ip(), "InternalIP"), new NodeAddress(settings.name(), "Hostname"))
                .withNewDaemonEndpoints().withNewKubeletEndpoint(settings.port()).endDaemonEndpoints()
                .withNewNodeInfo().withMachineID(machine.machineId()).withSystemUUID(machine.systemUuid()).withBootID(machine.bootId())
                .withKernelVersion(machine.kernelVersion()).withOsImage(machine.osImage()).withOperatingSystem("linux")
                .withArchitecture(Machine.architecture()).withContainerRuntimeVersion(version == null ? "docker://unknown" : version)
                .withKubeletVersion(VERSION).withKubeProxyVersion(VERSION).endNodeInfo()
                .withImages(images.stream().sorted(Comparator.comparingLong(ImageRecord::sizeBytes).reversed().thenComparing(ImageRecord::id))
                        .limit(MOST_IMAGES).map(NodeStatuses::image).toList())
                .build();
    }

    private static ContainerImage image(ImageRecord image) {
        var names = new ArrayList<>(image.digests());
        names.addAll(image.tags());
        return new ContainerImage(names, image.sizeBytes());
    }

    private List<NodeCondition> conditions(List<NodeCondition> before, @Nullable String problem) {
        try {
            boolean memory = machine.availableMemoryBytes() < RESERVED_MEMORY_BYTES;
            boolean disk = machine.freeDiskBytes() < machine.diskBytes() / 10;
            boolean pids = machine.freePids() < 0.05;
            return List.of(
                    condition(before, "MemoryPressure", memory, memory ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                            memory ? "kubelet has insufficient memory available" : "kubelet has sufficient memory available"),
                    condition(before, "DiskPressure", disk, disk ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
                            disk ? "kubelet has disk pressure" : "kubelet has no disk pressure"),
                    condition(before, "PIDPressure", pids, pids ? "KubeletHasInsufficientPID" : "KubeletHasSufficientPID",
                            pids ? "kubelet has insufficient PID available" : "kubelet has sufficient PID available"),
                    condition(before, "Ready", problem == null, problem == null ? "KubeletReady" : "KubeletNotReady",
                            problem == null ? "kubelet is posting ready status" : problem));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NodeCondition condition(List<NodeCondition> before, String type, boolean holds, String reason, String message) {
        var now = Times.format(clock.instant());
        var status = holds ? "True" : "False";
        var same = before.stream().filter(known -> known.getType().equals(type) && known.getStatus().equals(status)).findFirst();
        return new NodeConditionBuilder().withType(type).withStatus(status).withReason(reason).withMessage(message)
                .withLastHeartbeatTime(now).withLastTransitionTime(same.map(NodeCondition::getLastTransitionTime).orElse(now)).build();
    }
}
