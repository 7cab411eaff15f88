package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.NodeStatuses;
import io.moka.kubelet.pod.AppArmor;
import io.moka.kubelet.pod.NodeAdmission;
import io.moka.kubelet.pod.Sysctls;
import io.moka.machinery.meta.Times;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One hollow node: its object and status, its addresses, and its capacity.
final class HollowNode {

    /// Marks the nodes, for selectors.
    static final String LABEL = "moka.io/hollow";

    private final String name;
    private final Map<String, String> labels;
    private final List<Taint> taints;
    private final Map<String, Quantity> capacity;
    private final NodeAdmission admission;

    // used by HollowPods alone, under its lock
    private final NodeAddresses addresses;

    // the node as the API shows it, or null where it does not; written by the informer's thread and by the one that registers
    private volatile @Nullable Node known;

    HollowNode(String name, Map<String, String> extraLabels, List<Taint> taints, int maxPods, NodeAddresses addresses) {
        this.name = name;
        this.taints = taints;
        this.addresses = addresses;
        this.labels = new HashMap<>(extraLabels);
        labels.putAll(Map.of(LABEL, "true", "kubernetes.io/hostname", name, "kubernetes.io/os", "linux", "kubernetes.io/arch", Machine.architecture(),
                "beta.kubernetes.io/os", "linux", "beta.kubernetes.io/arch", Machine.architecture(),
                "node.kubernetes.io/exclude-from-external-load-balancers", ""));
        this.capacity = Map.of("cpu", new Quantity("256"), "memory", new Quantity("1Ti"), "ephemeral-storage", new Quantity("10Ti"),
                "pods", new Quantity(Integer.toString(maxPods)));
        this.admission = new NodeAdmission(() -> capacity, this::currentLabels, new Sysctls(List.of()), new AppArmor(true), (protocol, address, port) -> false, Set::of);
    }

    String name() {
        return name;
    }

    NodeAddresses addresses() {
        return addresses;
    }

    NodeAdmission admission() {
        return admission;
    }

    String address() {
        return addresses.nodeAddress();
    }

    @Nullable Node known() {
        return known;
    }

    void see(@Nullable Node shown) {
        known = shown;
    }

    /// Whether the node is to behave as one whose machine is off.
    boolean isSilent() {
        var shown = known;
        return shown != null && new HollowAnnotations(shown).silent();
    }

    private Map<String, String> currentLabels() {
        var shown = known;
        return shown == null || shown.getMetadata().getLabels() == null ? labels : shown.getMetadata().getLabels();
    }

    /// The node as it registers itself, with its own range of pod addresses, so that none of the cluster's is taken for it.
    Node object(Instant now) {
        return new NodeBuilder().withNewMetadata().withName(name).withLabels(labels).endMetadata()
                .withNewSpec().withPodCIDR(addresses.cidr()).withPodCIDRs(addresses.cidr()).withTaints(taints).endSpec()
                .withStatus(status(now)).build();
    }

    NodeStatus status(Instant now) {
        return new NodeStatusBuilder().withCapacity(capacity).withAllocatable(capacity).withConditions(conditions(now))
                .withAddresses(new NodeAddress(address(), "InternalIP"), new NodeAddress(name, "Hostname"))
                .withNewNodeInfo().withMachineID(id()).withSystemUUID(id()).withBootID(id()).withKernelVersion("hollow").withOsImage("hollow")
                .withOperatingSystem("linux").withArchitecture(Machine.architecture()).withContainerRuntimeVersion("hollow://1.0")
                .withKubeletVersion(NodeStatuses.VERSION).withKubeProxyVersion(NodeStatuses.VERSION).endNodeInfo().build();
    }

    private String id() {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    List<NodeCondition> conditions(Instant now) {
        return List.of(condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", now));
    }

    private NodeCondition condition(String type, String status, String reason, String message, Instant now) {
        var shown = shown(type);
        boolean same = shown != null && shown.getStatus().equals(status);
        return new NodeConditionBuilder().withType(type).withStatus(status).withReason(reason).withMessage(message).withLastHeartbeatTime(Times.format(now))
                .withLastTransitionTime(same ? shown.getLastTransitionTime() : Times.format(now)).build();
    }

    private @Nullable NodeCondition shown(String type) {
        var shown = known;
        return shown == null || shown.getStatus() == null ? null
                : shown.getStatus().getConditions().stream().filter(condition -> condition.getType().equals(type)).findFirst().orElse(null);
    }

    /// Whether the API shows the node as ready, which only its kubelet says. After a silence the controllers say otherwise.
    boolean isShownReady() {
        var ready = shown("Ready");
        return ready != null && ready.getStatus().equals("True");
    }
}
