package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/// Nodes and pods for tests.
public final class Fixtures {

    private Fixtures() {
    }

    /// A node of 4 cores, 8 GiB and 110 pods.
    public static NodeBuilder node(String name) {
        return new NodeBuilder().withNewMetadata().withName(name).withLabels(Map.of("kubernetes.io/hostname", name)).endMetadata().withNewSpec().endSpec()
                .withNewStatus().withAllocatable(Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"), "pods", new Quantity("110"),
                        "ephemeral-storage", new Quantity("100Gi"))).endStatus();
    }

    public static PodBuilder pod(String name) {
        return pod(name, "100m", "128Mi");
    }

    public static PodBuilder pod(String name, String cpu, String memory) {
        return new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid("uid-" + name).endMetadata()
                .withNewSpec().addNewContainer().withName("c").withImage("busybox").withNewResources()
                .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory))).endResources().endContainer().endSpec();
    }

    public static PodInfo info(PodBuilder pod) {
        return PodInfo.of(pod.build());
    }

    public static NodeInfo info(NodeBuilder node, Pod... pods) {
        return NodeInfo.of(node.build(), List.of(pods).stream().map(PodInfo::of).toList());
    }

    public static Snapshot snapshot(Node... nodes) {
        return snapshot(List.of(nodes), List.of());
    }

    /// @param pods each on the node that its spec names
    public static Snapshot snapshot(List<Node> nodes, List<Pod> pods) {
        var cache = new ClusterCache();
        nodes.forEach(cache::putNode);
        pods.forEach(pod -> cache.putPod(PodInfo.of(pod), pod.getSpec().getNodeName()));
        var snapshot = new Snapshot();
        cache.refresh(snapshot);
        return snapshot;
    }
}
