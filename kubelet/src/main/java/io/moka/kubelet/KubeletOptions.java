package io.moka.kubelet;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.moka.kubelet.container.ContainerDefaults;
import io.moka.kubelet.eviction.Evictor;
import io.moka.kubelet.eviction.Signal;
import io.moka.kubelet.eviction.Thresholds;
import io.moka.kubelet.image.ImageCollector;
import io.moka.kubelet.node.Capacity;
import io.moka.kubelet.node.NodeAddress;
import io.moka.kubelet.node.NodeSettings;
import io.moka.kubelet.node.NodeStatuses;
import io.moka.kubelet.server.KubeletServer;
import io.moka.machinery.meta.Quantities;
import io.moka.machinery.time.GoDuration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The kubelet's command-line flags, with upstream's names where upstream has them.
final class KubeletOptions {

    /// The container runtime: Docker, or hollow nodes without containers.
    enum RuntimeName { DOCKER, HOLLOW }

    @Option(names = "--runtime", paramLabel = "RUNTIME", defaultValue = "docker",
            description = "docker, or hollow: nodes whose pods run nowhere, for tests of the control plane (${DEFAULT-VALUE}).")
    RuntimeName runtime = RuntimeName.DOCKER;

    @Option(names = "--hostname-override", paramLabel = "NAME", description = "Name of the node; the host's own by default.")
    @Nullable String hostnameOverride;

    @Option(names = "--node-ip", paramLabel = "ADDRESS", defaultValue = NodeAddress.AUTO,
            description = "Address at which the node is reached; or an interface's name, or auto for that of the default route, whose address is followed (${DEFAULT-VALUE}).")
    String nodeIp = NodeAddress.AUTO;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "10250", description = "Port to serve on (${DEFAULT-VALUE}).")
    int port;

    @Option(names = "--bind-address", paramLabel = "ADDRESS", defaultValue = "0.0.0.0", description = "Address to serve on (${DEFAULT-VALUE}).")
    String bindAddress = "0.0.0.0";

    @Option(names = "--tls-cert-file", paramLabel = "FILE", required = true, description = "Certificate of this server.")
    Path certificate = Path.of("");

    @Option(names = "--tls-private-key-file", paramLabel = "FILE", required = true, description = "Private key of this server.")
    Path key = Path.of("");

    @Option(names = "--client-ca-file", paramLabel = "FILE", required = true, description = "Authority whose client certificates are accepted.")
    Path clientAuthority = Path.of("");

    @Option(names = "--root-dir", paramLabel = "DIR", defaultValue = "/var/lib/kubelet", description = "Where to keep what belongs to pods (${DEFAULT-VALUE}).")
    Path rootDir = Path.of("");

    @Option(names = "--cni-conf-dir", paramLabel = "DIR", defaultValue = "/etc/cni/net.d", description = "Where network configurations are (${DEFAULT-VALUE}).")
    Path cniConfDir = Path.of("");

    @Option(names = "--cni-bin-dir", paramLabel = "DIR", defaultValue = "/opt/cni/bin", description = "Where network plugins are (${DEFAULT-VALUE}).")
    Path cniBinDir = Path.of("");

    @Option(names = "--cluster-dns", paramLabel = "ADDRESS", split = ",", description = "Name servers of pods.")
    List<String> clusterDns = List.of();

    @Option(names = "--cluster-domain", paramLabel = "DOMAIN", defaultValue = "cluster.local", description = "Domain of the cluster's names (${DEFAULT-VALUE}).")
    String clusterDomain = "cluster.local";

    @Option(names = "--resolv-conf", paramLabel = "FILE", defaultValue = "/etc/resolv.conf",
            description = "Name servers and search path of the node, for pods that do not use the cluster's (${DEFAULT-VALUE}).")
    Path resolvConf = Path.of("");

    @Option(names = "--pod-cidr", paramLabel = "CIDR", description = "Range of pod addresses, where the controllers assign none.")
    @Nullable String podCidr;

    @Option(names = "--docker-host", paramLabel = "URL", defaultValue = "unix:///var/run/docker.sock", description = "The Docker engine (${DEFAULT-VALUE}).")
    String dockerHost = "";

    @Option(names = "--cluster-id", paramLabel = "NAME", defaultValue = "moka",
            description = "Marks our containers, so that clusters can share an engine (${DEFAULT-VALUE}).")
    String clusterId = "moka";

    @Option(names = "--node-labels", paramLabel = "KEY=VALUE", split = ",", description = "Labels to register the node with.")
    Map<String, String> nodeLabels = new LinkedHashMap<>();

    @Option(names = "--register-with-taints", paramLabel = "KEY=VALUE:EFFECT", split = ",", description = "Taints to register the node with.")
    List<String> taints = List.of();

    @Option(names = "--max-pods", paramLabel = "N", defaultValue = "110", description = "How many pods may run here (${DEFAULT-VALUE}).")
    int maxPods;

    @Option(names = "--seccomp-default", paramLabel = "BOOLEAN", arity = "0..1", defaultValue = "true", fallbackValue = "true",
            description = "Containers without a seccomp profile get the engine's own (${DEFAULT-VALUE}).")
    boolean seccompDefault = true;

    @Option(names = "--pod-max-pids", paramLabel = "N", defaultValue = "4096",
            description = "Most processes and threads of a pod; -1 for no limit (${DEFAULT-VALUE}).")
    long podMaxPids;

    @Option(names = "--container-log-max-size", paramLabel = "QUANTITY", defaultValue = "10Mi",
            description = "Size of a log file after which the next is begun (${DEFAULT-VALUE}).")
    String containerLogMaxSize = "";

    @Option(names = "--container-log-max-files", paramLabel = "N", defaultValue = "5", description = "How many log files of a container are kept (${DEFAULT-VALUE}).")
    int containerLogMaxFiles;

    @Option(names = "--allowed-unsafe-sysctls", paramLabel = "NAME", split = ",",
            description = "Kernel parameters that pods may set besides the safe ones; a name may end with *.")
    List<String> allowedUnsafeSysctls = List.of();

    @Option(names = "--local-path-dir", paramLabel = "DIR",
            description = "Keep volumes of the provisioner moka.io/local-path: here, and below each other folder in which the folder .moka-local-path has been made.")
    @Nullable Path localPathDir;

    @Option(names = "--system-reserved", paramLabel = "RESOURCE=QUANTITY", split = ",",
            description = "What programs of the node itself need and pods may not have, such as cpu=200m,memory=512Mi; cpu, memory and ephemeral-storage.")
    Map<String, String> systemReserved = new LinkedHashMap<>();

    @Option(names = "--node-capacity", paramLabel = "RESOURCE=QUANTITY", split = ",",
            description = "What the node has, where that is less than what the machine has, such as cpu=2,memory=4Gi; cpu, memory and ephemeral-storage.")
    Map<String, String> nodeCapacity = new LinkedHashMap<>();

    @Option(names = "--eviction-hard", paramLabel = "SIGNAL<VALUE,...", defaultValue = Thresholds.DEFAULT_HARD,
            description = "Evict pods at once when less is available; by default when memory.available<100Mi, nodefs.available<10%%, nodefs.inodesFree<5%%, "
                    + "imagefs.available<15%% or imagefs.inodesFree<5%%. There is pid.available, too.")
    String evictionHard = "";

    @Option(names = "--eviction-soft", paramLabel = "SIGNAL<VALUE,...", defaultValue = "",
            description = "Evict pods when less has been available for the grace period.")
    String evictionSoft = "";

    @Option(names = "--eviction-soft-grace-period", paramLabel = "SIGNAL=DURATION,...", defaultValue = "", description = "Grace period of each soft threshold, such as memory.available=1m30s.")
    String evictionSoftGracePeriod = "";

    @Option(names = "--eviction-max-pod-grace-period", paramLabel = "SECONDS", defaultValue = "0",
            description = "Most time that a pod has to end when a soft threshold is crossed (${DEFAULT-VALUE}).")
    long evictionMaxPodGracePeriod;

    @Option(names = "--eviction-minimum-reclaim", paramLabel = "SIGNAL=VALUE,...", defaultValue = "",
            description = "How much more than the threshold must be available again before eviction stops, such as imagefs.available=2Gi.")
    String evictionMinimumReclaim = "";

    @Option(names = "--eviction-pressure-transition-period", paramLabel = "DURATION", defaultValue = "5m",
            description = "How long a pressure is told after it was last seen (${DEFAULT-VALUE}).")
    String evictionPressureTransitionPeriod = "";

    @Option(names = "--image-gc-high-threshold", paramLabel = "PERCENT", defaultValue = "85",
            description = "Unused images are removed when more of the engine's disk is in use; 100 for never (${DEFAULT-VALUE}).")
    int imageGcHighThreshold;

    @Option(names = "--image-gc-low-threshold", paramLabel = "PERCENT", defaultValue = "80", description = "They are removed until so much of the disk is in use (${DEFAULT-VALUE}).")
    int imageGcLowThreshold;

    @Option(names = "--minimum-image-ttl-duration", paramLabel = "DURATION", defaultValue = "2m", description = "How long an image must have been unused to be removed (${DEFAULT-VALUE}).")
    String minimumImageTtlDuration = "";

    @Option(names = "--remove-all-pods", description = "Remove every container, network and folder of this node's pods, and end. Needs no apiserver.")
    boolean removeAllPods;

    String nodeName() throws UnknownHostException {
        return hostnameOverride == null ? InetAddress.getLocalHost().getHostName() : hostnameOverride;
    }

    ContainerDefaults containerDefaults() {
        return new ContainerDefaults(seccompDefault, Math.max(0, podMaxPids), Quantities.value(new Quantity(containerLogMaxSize)), containerLogMaxFiles);
    }

    Evictor.Settings eviction() {
        return new Evictor.Settings(Thresholds.parse(evictionHard, evictionSoft, evictionSoftGracePeriod, evictionMinimumReclaim),
                GoDuration.parse(evictionPressureTransitionPeriod), evictionMaxPodGracePeriod);
    }

    /// Amounts of the node's resources that are withheld from pods.
    NodeStatuses.Reserve reserve(Capacity capacity) {
        var thresholds = eviction().thresholds();
        return new NodeStatuses.Reserve(Quantities.milliValue(systemReserve("cpu")), Quantities.value(systemReserve("memory")), Quantities.value(systemReserve("ephemeral-storage")),
                Thresholds.keptFree(thresholds, Signal.MEMORY, capacity.memoryBytes()), Thresholds.keptFree(thresholds, Signal.NODE_DISK, capacity.storageBytes()));
    }

    private @Nullable Quantity systemReserve(String resource) {
        return systemReserved.containsKey(resource) ? new Quantity(systemReserved.get(resource)) : null;
    }

    ImageCollector.Limits imageLimits() {
        return new ImageCollector.Limits(imageGcHighThreshold, imageGcLowThreshold, GoDuration.parse(minimumImageTtlDuration));
    }

    NodeSettings node() throws UnknownHostException {
        return new NodeSettings(nodeName(), new NodeAddress(nodeIp), port, nodeLabels, registeredTaints(), maxPods, podCidr);
    }

    List<Taint> registeredTaints() {
        return taints.stream().map(KubeletOptions::taint).toList();
    }

    KubeletServer.Address address() {
        return new KubeletServer.Address(bindAddress, port, certificate, key, clientAuthority);
    }

    private static Taint taint(String text) {
        var effect = text.split(":", 2);
        var pair = effect[0].split("=", 2);
        if (effect.length != 2 || pair[0].isEmpty()) {
            throw new IllegalArgumentException("invalid taint \"" + text + "\", expected key[=value]:effect");
        }
        return new TaintBuilder().withKey(pair[0]).withValue(pair.length > 1 ? pair[1] : null).withEffect(effect[1]).build();
    }
}
