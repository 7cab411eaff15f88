package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files that the kubelet itself keeps for a pod and mounts into its containers.
public final class PodFiles {

    private static final Path NODE_HOSTS = Path.of("/etc/hosts");
    private static final int LONGEST_HOSTNAME = 63;
    private static final int LONGEST_KERNEL_HOSTNAME = 64;

    private final ResolvConf resolvConf;
    private final String clusterDomain;

    /// @param nodeResolvConf the `resolv.conf` of the node's own resolver
    public PodFiles(List<String> clusterDns, String clusterDomain, Path nodeResolvConf) {
        this.resolvConf = new ResolvConf(clusterDns, clusterDomain, nodeResolvConf);
        this.clusterDomain = clusterDomain;
    }

    /// Makes the folder and `resolv.conf`, and an empty `hosts` if there is none. Events report the parts of the DNS configuration that were left out.
    public void prepare(Path podDirectory, Pod pod, PodEvents events) throws IOException {
        Files.createDirectories(podDirectory);
        var formed = resolvConf.form(pod);
        formed.warnings().forEach(warning -> events.warning(pod, null, warning.reason(), warning.message()));
        Files.writeString(resolvConf(podDirectory), formed.content());
        Files.write(hosts(podDirectory), new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// Fills `hosts` once the pod has its addresses. The file stays the same one, as containers have it mounted.
    public void writeHosts(Path podDirectory, Pod pod, List<String> podIps) throws IOException {
        var content = HostsFile.content(pod, podIps, hostname(pod), domain(pod), NODE_HOSTS);
        if (!Files.readString(hosts(podDirectory)).equals(content)) {
            Files.writeString(hosts(podDirectory), content);
        }
    }

    /// Returns the path of the file that is mounted for the container's termination message.
    static Path terminationLog(Path podDirectory, String container, int attempt) {
        return podDirectory.resolve("containers").resolve(container).resolve("termination-log." + attempt);
    }

    static Path hosts(Path podDirectory) {
        return podDirectory.resolve("etc-hosts");
    }

    static Path resolvConf(Path podDirectory) {
        return podDirectory.resolve("resolv.conf");
    }

    /// Returns the host name of the pod's UTS namespace: the pod's own, with its domain if the pod sets `setHostnameAsFQDN`.
    public String kernelHostname(Pod pod) {
        var domain = domain(pod);
        if (domain == null || !Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN())) {
            return hostname(pod);
        }
        var full = hostname(pod) + "." + domain;
        if (full.length() > LONGEST_KERNEL_HOSTNAME) {
            throw new RuntimeFailure("failed to construct FQDN from pod hostname and cluster domain, FQDN " + full + " is too long ("
                    + LONGEST_KERNEL_HOSTNAME + " is the max, " + full.length() + " characters requested)");
        }
        return full;
    }

    private static String hostname(Pod pod) {
        if (pod.getSpec().getHostnameOverride() != null && !pod.getSpec().getHostnameOverride().isEmpty()) {
            return pod.getSpec().getHostnameOverride();
        }
        var wanted = pod.getSpec().getHostname() == null || pod.getSpec().getHostname().isEmpty()
                ? pod.getMetadata().getName() : pod.getSpec().getHostname();
        var cut = wanted.substring(0, Math.min(LONGEST_HOSTNAME, wanted.length()));
        return cut.replaceAll("[-.]+$", "");
    }

    private @Nullable String domain(Pod pod) {
        var subdomain = pod.getSpec().getSubdomain();
        boolean overridden = pod.getSpec().getHostnameOverride() != null && !pod.getSpec().getHostnameOverride().isEmpty();
        return overridden || subdomain == null || subdomain.isEmpty() ? null : subdomain + "." + pod.getMetadata().getNamespace() + ".svc." + clusterDomain;
    }
}
