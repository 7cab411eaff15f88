package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pod's `/etc/hosts`.
final class HostsFile {

    private HostsFile() {
    }

    /// @param nodeFile the node's file, on which that of pods on the host's network is based
    static String content(Pod pod, List<String> podIps, String hostname, @Nullable String domain, Path nodeFile) throws IOException {
        var text = new StringBuilder("# Kubernetes-managed hosts file");
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            text.append(" (host network).\n").append(Files.exists(nodeFile) ? Files.readString(nodeFile) : "");
        } else {
            text.append(".\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n"
                    + "fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
            for (var ip : podIps) {
                text.append(ip).append('\t').append(domain == null ? "" : hostname + "." + domain + "\t").append(hostname).append('\n');
            }
        }
        if (!pod.getSpec().getHostAliases().isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            for (HostAlias alias : pod.getSpec().getHostAliases()) {
                text.append(alias.getIp()).append('\t').append(String.join("\t", alias.getHostnames())).append('\n');
            }
        }
        return text.toString();
    }
}
