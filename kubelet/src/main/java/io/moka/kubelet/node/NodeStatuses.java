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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Computes the node's present status. Follows upstream's `nodestatus` setters.
public final class NodeStatuses {

    public static final String VERSION = "v1.36.0+moka";
    private static final int MOST_IMAGES = 50;

    private final NodeSettings settings;
    private final Machine machine;
    private final ContainerRuntime runtime;
    private final PodNetworks networks;
    private final InstantSource clock;
    private final Supplier<Set<Pressure>> pressures;
    private final Map<String, Quantity> capacity;
    private final Map<String, Quantity> forPods;
    private final Map<String, Quantity> allocatable;

    /// @param pressures returns the node's present pressures
    public NodeStatuses(NodeSettings settings, Machine machine, ContainerRuntime runtime, PodNetworks networks, Capacity node, Reserve reserve, Supplier<Set<Pressure>> pressures,
            InstantSource clock) {
        this.settings = settings;
        this.machine = machine;
        this.runtime = runtime;
        this.networks = networks;
        this.clock = clock;
        this.pressures = pressures;
        this.capacity = resources(node.cpuMillis(), node.memoryBytes(), node.storageBytes());
        this.forPods = resources(node.cpuMillis() - reserve.cpuMillis(), node.memoryBytes() - reserve.memoryBytes(), node.storageBytes() - reserve.storageBytes());
        this.allocatable = resources(node.cpuMillis() - reserve.cpuMillis(), node.memoryBytes() - reserve.memoryBytes() - reserve.evictionMemoryBytes(),
                node.storageBytes() - reserve.storageBytes() - reserve.evictionStorageBytes());
    }

    private Map<String, Quantity> resources(long cpuMillis, long memoryBytes, long diskBytes) {
        var resources = new LinkedHashMap<String, Quantity>();
        resources.put("cpu", new Quantity(cpuMillis % 1_000 == 0 ? Long.toString(cpuMillis / 1_000) : cpuMillis + "m"));
        resources.put("memory", new Quantity(Long.toString(memoryBytes / 1024), "Ki"));
        resources.put("ephemeral-storage", new Quantity(Long.toString(diskBytes)));
        resources.put("pods", new Quantity(Integer.toString(settings.maxPods())));
        return resources;
    }

    /// Amounts of resources that pods may request: the node's capacity minus the whole [Reserve].
    public Map<String, Quantity> allocatable() {
        return allocatable;
    }

    /// Amounts of resources that all pods together may use: [#allocatable] plus the amounts that the hard eviction thresholds keep free. The kernel enforces
    /// this limit; the kubelet evicts pods before it is reached.
    public Map<String, Quantity> forPods() {
        return forPods;
    }

    /// Amounts of resources that are withheld from pods.
    ///
    /// @param evictionMemoryBytes kept free by the hard threshold of `memory.available`
    /// @param evictionStorageBytes kept free by the hard threshold of `nodefs.available`
    public record Reserve(long cpuMillis, long memoryBytes, long storageBytes, long evictionMemoryBytes, long evictionStorageBytes) {
    }

    static boolean isReady(NodeStatus status) {
        return status.getConditions().stream().anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    /// @param before the previous conditions; a condition whose status stays keeps its time of transition
    /// @param extended capacities that other programs have written to the node, such as `example.com/dongle`; all of them are allocatable
    NodeStatus now(List<NodeCondition> before, Map<String, Quantity> extended) {
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
        var available = new LinkedHashMap<>(allocatable);
        available.putAll(extended);
        return new NodeStatusBuilder().withCapacity(capacity).withAllocatable(available)
                .withConditions(conditions(before, problem))
                .withAddresses(new NodeAddress(settings.ip().get(), "InternalIP"), new NodeAddress(settings.name(), "Hostname"))
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
        var present = pressures.get();
        var conditions = new ArrayList<NodeCondition>();
        for (var pressure : Pressure.values()) {
            boolean holds = present.contains(pressure);
            conditions.add(condition(before, pressure.condition(), holds, pressure.reason(holds), pressure.message(holds)));
        }
        conditions.add(condition(before, "Ready", problem == null, problem == null ? "KubeletReady" : "KubeletNotReady",
                problem == null ? "kubelet is posting ready status" : problem));
        return conditions;
    }

    private NodeCondition condition(List<NodeCondition> before, String type, boolean holds, String reason, String message) {
        var now = Times.format(clock.instant());
        var status = holds ? "True" : "False";
        var same = before.stream().filter(known -> known.getType().equals(type) && known.getStatus().equals(status)).findFirst();
        return new NodeConditionBuilder().withType(type).withStatus(status).withReason(reason).withMessage(message)
                .withLastHeartbeatTime(now).withLastTransitionTime(same.map(NodeCondition::getLastTransitionTime).orElse(now)).build();
    }
}
