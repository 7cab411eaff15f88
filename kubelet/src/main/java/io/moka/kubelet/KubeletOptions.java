package io.moka.kubelet;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.moka.kubelet.node.NodeSettings;
import io.moka.kubelet.server.KubeletServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The kubelet's flags; upstream's names where upstream has them.
final class KubeletOptions {

    @Option(names = "--hostname-override", paramLabel = "NAME", description = "Name of the node; the host's own by default.")
    @Nullable String hostnameOverride;

    @Option(names = "--node-ip", paramLabel = "ADDRESS", required = true, description = "Address at which the node is reached.")
    String nodeIp = "";

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

    @Option(names = "--allowed-unsafe-sysctls", paramLabel = "NAME", split = ",",
            description = "Kernel parameters that pods may set besides the safe ones; a name may end with *.")
    List<String> allowedUnsafeSysctls = List.of();

    @Option(names = "--remove-all-pods", description = "Remove every container, network and folder of this node's pods, and end. Needs no apiserver.")
    boolean removeAllPods;

    String nodeName() throws UnknownHostException {
        return hostnameOverride == null ? InetAddress.getLocalHost().getHostName() : hostnameOverride;
    }

    NodeSettings node() throws UnknownHostException {
        return new NodeSettings(nodeName(), nodeIp, port, nodeLabels, taints.stream().map(KubeletOptions::taint).toList(), maxPods, podCidr);
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
