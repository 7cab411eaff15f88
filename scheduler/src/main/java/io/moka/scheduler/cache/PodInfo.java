package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod, and the values that the scheduler computes from it once rather than for every node.
///
/// @param labels equal labels are one object, as long as there are few different ones: comparing the pods of one template touches little memory
/// @param requests the larger of the sum of its containers and of each step of its initialization
/// @param weight the requests used for scoring, where a container without requests counts as a small one
/// @param controllerUid the uid of its controller, or null
/// @param affinities its affinity and anti-affinity to other pods
/// @param shape its requirements of a node, regardless of other pods
/// @param memo the values that plugins compute from it once
public record PodInfo(Pod pod, ObjectKey key, Map<String, String> labels, ResourceAmounts requests, ResourceAmounts weight, List<HostPort> hostPorts,
        @Nullable String controllerUid, PodAffinities affinities, PodShape shape, PodMemo memo) {

    private static final long SMALL_MILLI_CPU = 100;
    private static final long SMALL_MEMORY_BYTES = 200L << 20;

    private static final int MOST_SHARED = 10_000;
    private static final Map<Map<String, String>, Map<String, String>> SHARED = new ConcurrentHashMap<>();

    private static Map<String, String> shared(@Nullable Map<String, String> labels) {
        if (labels == null || labels.isEmpty()) {
            return Map.of();
        }
        if (SHARED.size() >= MOST_SHARED) {
            SHARED.clear();
        }
        return SHARED.computeIfAbsent(labels, Function.identity());
    }

    public static PodInfo of(Pod pod) {
        var owner = Owners.controllerOf(pod);
        var requests = requests(pod, false);
        var weight = requests(pod, true);
        var hostPorts = hostPorts(pod);
        return new PodInfo(pod, ObjectKey.of(pod), shared(pod.getMetadata().getLabels()), requests, weight, hostPorts, owner == null ? null : owner.getUid(), PodAffinities.of(pod),
                PodShape.of(pod, requests, weight, hostPorts), new PodMemo());
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    /// Returns the node on which preemption makes room for the pod, as its status says; empty if there is none.
    public String nominatedNode() {
        var status = pod.getStatus();
        return status == null || status.getNominatedNodeName() == null ? "" : status.getNominatedNodeName();
    }

    public int priority() {
        var priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    private static ResourceAmounts requests(Pod pod, boolean forScoring) {
        var containers = ResourceAmounts.NONE;
        for (var container : pod.getSpec().getContainers()) {
            containers = containers.plus(requests(container, forScoring));
        }
        var sidecars = ResourceAmounts.NONE;
        var peak = ResourceAmounts.NONE;
        for (var init : pod.getSpec().getInitContainers()) {
            var asked = requests(init, forScoring);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.plus(asked);
                peak = peak.max(sidecars);
            } else {
                peak = peak.max(sidecars.plus(asked));
            }
        }
        return ofPod(pod, containers.plus(sidecars).max(peak)).plus(ResourceAmounts.of(pod.getSpec().getOverhead()));
    }

    /// Returns the containers' requests, with each pod-level request in the place of theirs for the same resource. Ephemeral storage stays theirs.
    private static ResourceAmounts ofPod(Pod pod, ResourceAmounts ofContainers) {
        var requests = pod.getSpec().getResources() == null ? null : pod.getSpec().getResources().getRequests();
        if (requests == null || requests.isEmpty()) {
            return ofContainers;
        }
        var amounts = ResourceAmounts.of(requests);
        var extended = new HashMap<>(ofContainers.extended());
        extended.putAll(amounts.extended());
        return new ResourceAmounts(requests.containsKey("cpu") ? amounts.milliCpu() : ofContainers.milliCpu(),
                requests.containsKey("memory") ? amounts.memoryBytes() : ofContainers.memoryBytes(), ofContainers.ephemeralStorageBytes(), extended);
    }

    private static ResourceAmounts requests(Container container, boolean forScoring) {
        var amounts = container.getResources() == null ? ResourceAmounts.NONE : ResourceAmounts.of(container.getResources().getRequests());
        if (!forScoring) {
            return amounts;
        }
        return new ResourceAmounts(amounts.milliCpu() == 0 ? SMALL_MILLI_CPU : amounts.milliCpu(),
                amounts.memoryBytes() == 0 ? SMALL_MEMORY_BYTES : amounts.memoryBytes(), amounts.ephemeralStorageBytes(), amounts.extended());
    }

    private static List<HostPort> hostPorts(Pod pod) {
        var ports = new ArrayList<HostPort>();
        var sidecars = pod.getSpec().getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()));
        for (var container : Stream.concat(pod.getSpec().getContainers().stream(), sidecars).toList()) {
            for (var port : container.getPorts()) {
                if (port.getHostPort() != null && port.getHostPort() > 0) {
                    ports.add(new HostPort(text(port.getHostIP()), text(port.getProtocol()), port.getHostPort()));
                }
            }
        }
        return ports.isEmpty() ? List.of() : ports;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
