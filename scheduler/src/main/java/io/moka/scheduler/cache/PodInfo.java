package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod with what the scheduler computes from it once rather than for every node.
///
/// @param requests the larger of its containers together and each step of its initialization
/// @param weight the requests used for scoring, where a container that asks for nothing counts as a small one
/// @param controllerUid the uid of its controller, or null
public record PodInfo(Pod pod, ObjectKey key, ResourceAmounts requests, ResourceAmounts weight, List<HostPort> hostPorts,
        @Nullable String controllerUid) {

    private static final long SMALL_MILLI_CPU = 100;
    private static final long SMALL_MEMORY_BYTES = 200L << 20;

    public static PodInfo of(Pod pod) {
        var owner = Owners.controllerOf(pod);
        return new PodInfo(pod, ObjectKey.of(pod), requests(pod, false), requests(pod, true), hostPorts(pod), owner == null ? null : owner.getUid());
    }

    public String uid() {
        return pod.getMetadata().getUid();
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
        return containers.plus(sidecars).max(peak).plus(ResourceAmounts.of(pod.getSpec().getOverhead()));
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
