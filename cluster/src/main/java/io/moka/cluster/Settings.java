package io.moka.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moka.machinery.net.HostAddress;
import io.moka.machinery.net.Ipv4Range;
import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The cluster's settings, chosen at its first start and kept in its folder for as long as the folder exists.
///
/// @param bridge the name of the bridge on this machine that connects the pods
/// @param nodePorts the range of node ports, `first-last`
/// @param hollowNodes how many hollow nodes there are beside the real one
/// @param proxyMode how the proxy makes services reachable
/// @param ipvsScheduler how mode ipvs chooses an endpoint
/// @param withoutDns whether the cluster runs without Moka's DNS server
/// @param kubeletArguments further flags of the kubelet
record Settings(String node, String nodeAddress, Ports ports, String podCidr, String serviceCidr, String nodePorts, String bridge, int hollowNodes, String proxyMode, String ipvsScheduler,
        boolean withoutDns, List<String> kubeletArguments) {

    static final String USUAL_PROXY_MODE = "nftables";
    private static final String USUAL_IPVS_SCHEDULER = "rr";

    private static final JsonMapper JSON = new JsonMapper();

    /// Folders of earlier versions name neither the proxy's mode and scheduler nor flags of the kubelet.
    Settings {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(nodeAddress, "nodeAddress");
        Objects.requireNonNull(ports, "ports");
        Objects.requireNonNull(podCidr, "podCidr");
        Objects.requireNonNull(serviceCidr, "serviceCidr");
        Objects.requireNonNull(nodePorts, "nodePorts");
        Objects.requireNonNull(bridge, "bridge");
        proxyMode = Objects.requireNonNullElse(proxyMode, USUAL_PROXY_MODE);
        ipvsScheduler = Objects.requireNonNullElse(ipvsScheduler, USUAL_IPVS_SCHEDULER);
        kubeletArguments = List.copyOf(Objects.requireNonNullElse(kubeletArguments, List.of()));
    }

    /// @param portBase 0 for Kubernetes' usual ports and ranges; otherwise all are derived from it, so that clusters do not conflict
    /// @throws ClusterException when a port or a range cannot be used
    static Settings choose(String cluster, int portBase, @Nullable String podCidr, @Nullable String serviceCidr) throws IOException {
        var node = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        boolean usual = portBase == 0;
        int slot = portBase / 1000 % 60;
        var pods = podCidr != null ? podCidr : usual ? "10.244.0.0/16" : "10." + (112 + slot) + ".0.0/16";
        var services = serviceCidr != null ? serviceCidr : usual ? "10.96.0.0/12" : "10." + (172 + slot) + ".0.0/16";
        RangeFlag.requireApart(RangeFlag.parse("--pod-cidr", pods, 8, 24), RangeFlag.parse("--service-cidr", services, 12, 28));
        return new Settings(node, address(), usual ? Ports.USUAL : Ports.from(portBase), pods, services,
                usual ? "30000-32767" : portBase + 100 + "-" + (portBase + 999),
                usual ? "moka0" : "moka-" + Integer.toHexString(cluster.hashCode() & 0xffffff), 0, USUAL_PROXY_MODE, USUAL_IPVS_SCHEDULER, false, List.of());
    }

    private static String address() throws IOException {
        var address = HostAddress.find();
        if (address == null) {
            throw new ClusterException("this machine has no IPv4 address but loopback; pods need one to reach the apiserver (ip addr add ...)");
        }
        return address;
    }

    /// @throws ClusterException when the file is damaged, or has settings that this version does not know
    static @Nullable Settings read(Layout layout) throws IOException {
        try {
            return Files.exists(layout.settings()) ? JSON.readValue(layout.settings().toFile(), Settings.class) : null;
        } catch (JsonProcessingException e) {
            throw new ClusterException(layout.settings() + " cannot be used: " + e.getOriginalMessage().lines().findFirst().orElse("") + "; repair the file, or start another cluster with --name");
        }
    }

    static Settings require(Layout layout) throws IOException {
        var settings = read(layout);
        if (settings == null) {
            throw new ClusterException("there is no cluster \"" + layout.name() + "\" here; start one with: bin/moka up"
                    + (layout.name().equals("moka") ? "" : " --name " + layout.name()));
        }
        return settings;
    }

    /// Returns these settings with the machine's present address if the machine has lost the recorded one, as after a move to another
    /// network. All other settings stay the same.
    Settings followingTheMachine() throws IOException {
        return HostAddress.isHere(nodeAddress) ? this
                : new Settings(node, address(), ports, podCidr, serviceCidr, nodePorts, bridge, hollowNodes, proxyMode, ipvsScheduler, withoutDns, kubeletArguments);
    }

    /// Returns the cluster's processes, in the order in which they start.
    List<Instance> instances() {
        return Arrays.stream(Component.values()).filter(component -> component != Component.HOLLOW || hollowNodes > 0).map(this::instance).toList();
    }

    /// Returns the component's process; of a node's component that of this machine's node.
    Instance instance(Component component) {
        return component.isOfNode() ? Instance.ofNode(component, node, true) : Instance.ofControlPlane(component);
    }

    Settings withHollowNodes(int count) {
        return new Settings(node, nodeAddress, ports, podCidr, serviceCidr, nodePorts, bridge, count, proxyMode, ipvsScheduler, withoutDns, kubeletArguments);
    }

    Settings withProxyMode(String mode, String scheduler) {
        return new Settings(node, nodeAddress, ports, podCidr, serviceCidr, nodePorts, bridge, hollowNodes, mode, scheduler, withoutDns, kubeletArguments);
    }

    Settings withoutDns(boolean without) {
        return new Settings(node, nodeAddress, ports, podCidr, serviceCidr, nodePorts, bridge, hollowNodes, proxyMode, ipvsScheduler, without, kubeletArguments);
    }

    Settings withKubeletArguments(List<String> arguments) {
        return new Settings(node, nodeAddress, ports, podCidr, serviceCidr, nodePorts, bridge, hollowNodes, proxyMode, ipvsScheduler, withoutDns, arguments);
    }

    void write(Layout layout) throws IOException {
        PrivateFiles.write(layout.settings(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /// Returns the n-th address of the service range: 1 is the apiserver's, 10 the DNS server's.
    String serviceAddress(int n) {
        return Ipv4Range.dotted(Ipv4Range.parse(serviceCidr).at(n));
    }

    /// Returns the first /24 of the pod range, which belongs to this machine's only real node.
    String nodePodCidr() {
        return new Ipv4Range(Ipv4Range.parse(podCidr).network(), 24).toString();
    }

    String server() {
        return "https://127.0.0.1:" + ports.apiserver();
    }

    String proxyTable(String cluster) {
        return "moka-proxy-" + cluster;
    }

    /// Returns the prefix of the proxy's iptables chains: upstream's `KUBE` for the cluster `moka`, another for each further cluster.
    static String proxyChains(String cluster) {
        return cluster.equals("moka") ? "KUBE" : "M%05x".formatted(cluster.hashCode() & 0xfffff);
    }

    /// Returns the name of the proxy's tables for network policies. The network plugin marks new pods in the table with `-pods` appended to it.
    String policyTable(String cluster) {
        return "moka-policy-" + cluster;
    }
}
