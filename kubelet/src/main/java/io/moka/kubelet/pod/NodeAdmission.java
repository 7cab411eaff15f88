package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.moka.kubelet.cgroup.Qos;
import io.moka.kubelet.node.Pressure;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Quantities;
import io.moka.machinery.meta.Tolerations;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks on the node whether a bound pod fits: two schedulers, or a user who binds a pod by hand, may have assigned more than the node has.
///
/// Follows upstream's `lifecycle.predicateAdmitHandler`. Safe for any number of threads.
public final class NodeAdmission {

    private static final Taint MEMORY_TAINT = new TaintBuilder().withKey("node.kubernetes.io/memory-pressure").withEffect("NoSchedule").build();

    /// The reason why a pod may not run on this node.
    public record Rejection(String reason, String message) {
    }

    private record HostPort(String address, String protocol, int port) {

        boolean conflictsWith(HostPort other) {
            return protocol.equals(other.protocol) && port == other.port
                    && (address.equals(other.address) || address.equals("0.0.0.0") || other.address.equals("0.0.0.0"));
        }
    }

    private record Admitted(long cpuMillis, long memoryBytes, long storageBytes, Set<HostPort> ports) {
    }

    private final Supplier<Map<String, Quantity>> allocatable;
    private final Supplier<Map<String, String>> nodeLabels;
    private final Sysctls sysctls;
    private final AppArmor appArmor;
    private final HostPortUse hostPorts;
    private final Supplier<Set<Pressure>> pressures;

    // guarded by this
    private final Map<String, Admitted> admitted = new HashMap<>();

    /// Tells whether a program of the node itself listens on a port.
    public interface HostPortUse {

        /// @param address `0.0.0.0` for any
        boolean listens(String protocol, String address, int port);
    }

    /// @param pressures returns the node's present pressures
    public NodeAdmission(Supplier<Map<String, Quantity>> allocatable, Supplier<Map<String, String>> nodeLabels, Sysctls sysctls, AppArmor appArmor, HostPortUse hostPorts,
            Supplier<Set<Pressure>> pressures) {
        this.pressures = pressures;
        this.hostPorts = hostPorts;
        this.allocatable = allocatable;
        this.nodeLabels = nodeLabels;
        this.sysctls = sysctls;
        this.appArmor = appArmor;
    }

    /// Reserves what the pod needs until [#release], or says why it can't have it. What was admitted once stays so, but for a pod with `hostUsers: false`:
    /// another kubelet may have admitted it.
    public synchronized @Nullable Rejection admit(Pod pod, boolean already) {
        var uid = pod.getMetadata().getUid();
        var wanted = new Admitted(Pods.request(pod, "cpu", Quantities::milliValue), Pods.request(pod, "memory", Quantities::value),
                Pods.request(pod, "ephemeral-storage", Quantities::value), ports(pod));
        var rejection = withoutHostUsers(pod);
        if (rejection == null && !already && !admitted.containsKey(uid)) {
            rejection = check(pod, wanted);
        }
        if (rejection == null) {
            admitted.putIfAbsent(uid, wanted);
        }
        return rejection;
    }

    /// Reserves what an admitted pod needs by now, where there is room; otherwise says why it keeps what it has.
    synchronized ResizeVerdict resize(Pod pod) {
        var uid = pod.getMetadata().getUid();
        var before = admitted.get(uid);
        if (before == null) {
            return ResizeVerdict.FITS;
        }
        var wanted = new Admitted(Pods.request(pod, "cpu", Quantities::milliValue), Pods.request(pod, "memory", Quantities::value), before.storageBytes, before.ports);
        if (wanted.equals(before)) {
            return ResizeVerdict.FITS;
        }
        var verdict = resize("cpu", wanted.cpuMillis, before.cpuMillis, sum(Admitted::cpuMillis), Quantities.milliValue(allocatable.get().get("cpu")));
        if (verdict instanceof ResizeVerdict.Fits) {
            verdict = resize("memory", wanted.memoryBytes, before.memoryBytes, sum(Admitted::memoryBytes), Quantities.value(allocatable.get().get("memory")));
        }
        if (verdict instanceof ResizeVerdict.Fits) {
            admitted.put(uid, wanted);
        }
        return verdict;
    }

    private static ResizeVerdict resize(String resource, long wanted, long before, long used, long capacity) {
        if (wanted > capacity) {
            return new ResizeVerdict.Pending("Infeasible", "Node didn't have enough capacity: " + resource + ", requested: " + wanted + ", capacity: " + capacity);
        }
        return wanted <= before || used - before + wanted <= capacity ? ResizeVerdict.FITS
                : new ResizeVerdict.Pending("Deferred", "Node didn't have enough resource: " + resource + ", requested: " + wanted + ", used: " + (used - before) + ", capacity: " + capacity);
    }

    public synchronized void release(String uid) {
        admitted.remove(uid);
    }

    /// The engine has one user namespace for all containers, so such a pod would run with the users of the host.
    private static @Nullable Rejection withoutHostUsers(Pod pod) {
        return Boolean.FALSE.equals(pod.getSpec().getHostUsers())
                ? new Rejection("UserNamespacesNotSupported", "Pod was rejected: hostUsers=false is not supported in this node") : null;
    }

    /// Refuses what no node with this engine can do.
    private static @Nullable Rejection unsupported(Pod pod) {
        var os = pod.getSpec().getOs();
        var context = pod.getSpec().getSecurityContext();
        if (os != null && os.getName() != null && !os.getName().equals("linux")) {
            return new Rejection("PodOSNotSupported", "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS");
        } else if (context != null && "Strict".equals(context.getSupplementalGroupsPolicy())) {
            // the engine adds the groups that the image's /etc/group has for the user
            return new Rejection("SupplementalGroupsPolicyNotSupported", "Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this node");
        }
        return null;
    }

    private @Nullable Rejection check(Pod pod, Admitted wanted) {
        var node = allocatable.get();
        var rejection = unsupported(pod);
        if (rejection == null) {
            rejection = underPressure(pod);
        }
        if (rejection == null) {
            rejection = fits("pods", 1, admitted.size(), Quantities.value(node.get("pods")));
        }
        if (rejection == null) {
            rejection = fits("cpu", wanted.cpuMillis, sum(Admitted::cpuMillis), Quantities.milliValue(node.get("cpu")));
        }
        if (rejection == null) {
            rejection = fits("memory", wanted.memoryBytes, sum(Admitted::memoryBytes), Quantities.value(node.get("memory")));
        }
        if (rejection == null) {
            rejection = fits("ephemeral-storage", wanted.storageBytes, sum(Admitted::storageBytes), Quantities.value(node.get("ephemeral-storage")));
        }
        if (rejection == null && !NodeChoice.allows(pod, nodeLabels.get())) {
            rejection = new Rejection("NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
        }
        if (rejection == null && admitted.values().stream().flatMap(other -> other.ports.stream()).anyMatch(taken -> wanted.ports.stream().anyMatch(taken::conflictsWith))) {
            rejection = new Rejection("NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
        }
        if (rejection == null) {
            rejection = heldByTheNode(pod, wanted.ports);
        }
        if (rejection == null) {
            rejection = sysctls.check(pod);
        }
        return rejection == null ? appArmor.check(pod) : rejection;
    }

    /// A node that is short of memory alone still takes pods that request some, and those that tolerate its taint; one that is short of disk or process
    /// ids takes critical pods alone. Follows upstream's eviction manager.
    private @Nullable Rejection underPressure(Pod pod) {
        var present = pressures.get();
        if (present.isEmpty() || CriticalPods.isCritical(pod)) {
            return null;
        }
        if (present.equals(Set.of(Pressure.MEMORY)) && (Qos.of(pod) != Qos.BEST_EFFORT || Tolerations.tolerate(pod.getSpec().getTolerations(), MEMORY_TAINT))) {
            return null;
        }
        return new Rejection("Evicted", "Pod was rejected: The node had condition: "
                + Arrays.stream(Pressure.values()).filter(present::contains).map(Pressure::condition).collect(Collectors.joining(" ", "[", "]")) + ". ");
    }

    /// A pod on the node's network would fail to bind the port by itself; any other would take connections away from the program that has it,
    /// be it the apiserver.
    private @Nullable Rejection heldByTheNode(Pod pod, Set<HostPort> ports) {
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return null;
        }
        return ports.stream().filter(port -> hostPorts.listens(port.protocol, port.address, port.port)).findFirst()
                .map(port -> new Rejection("NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports: "
                        + port.protocol + " port " + port.port + " is in use by the node itself")).orElse(null);
    }

    private long sum(ToLongFunction<Admitted> part) {
        return admitted.values().stream().mapToLong(part).sum();
    }

    private static @Nullable Rejection fits(String resource, long requested, long used, long capacity) {
        if (requested == 0 || used + requested <= capacity) {
            return null;
        }
        return new Rejection("OutOf" + resource, "Pod was rejected: Node didn't have enough resource: " + resource + ", requested: " + requested
                + ", used: " + used + ", capacity: " + capacity);
    }

    private static Set<HostPort> ports(Pod pod) {
        var ports = new HashSet<HostPort>();
        Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream()
                .filter(init -> "Always".equals(init.getRestartPolicy()))).flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .forEach(port -> ports.add(new HostPort(port.getHostIP() == null || port.getHostIP().isEmpty() ? "0.0.0.0" : port.getHostIP(),
                        port.getProtocol() == null ? "TCP" : port.getProtocol(), port.getHostPort())));
        return ports;
    }
}
