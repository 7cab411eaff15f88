package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The properties of a pod that decide whether a node fits, as far as only that node is concerned: requests, host ports, tolerations and requirements on the
/// node's name and labels. Names, owners, labels and volumes are not included, so all pods of one pod template, and more, have one shape.
///
/// Equal shapes are the same object, as long as there are few of them.
public final class PodShape {

    private static final int MOST_SHARED = 10_000;
    private static final Map<Parts, PodShape> SHARED = new ConcurrentHashMap<>();

    /// @param nodeName the node that the pod names, or null
    /// @param nodeSelector null for none
    /// @param nodeAffinity null for none
    private record Parts(ResourceAmounts requests, ResourceAmounts weight, List<HostPort> hostPorts, @Nullable String nodeName, List<Toleration> tolerations,
            @Nullable Map<String, String> nodeSelector, @Nullable NodeAffinity nodeAffinity) {
    }

    private final Parts parts;

    private PodShape(Parts parts) {
        this.parts = parts;
    }

    static PodShape of(Pod pod, ResourceAmounts requests, ResourceAmounts weight, List<HostPort> hostPorts) {
        var spec = pod.getSpec();
        var parts = new Parts(requests, weight, hostPorts, spec.getNodeName(), spec.getTolerations(), spec.getNodeSelector(),
                spec.getAffinity() == null ? null : spec.getAffinity().getNodeAffinity());
        if (SHARED.size() >= MOST_SHARED) {
            SHARED.clear();
        }
        return SHARED.computeIfAbsent(parts, PodShape::new);
    }

    @Override
    public String toString() {
        return parts.toString();
    }
}
