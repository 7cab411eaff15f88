package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides which kernel parameters pods may set: safe parameters, which affect nothing outside the pod, and further parameters that the node's administrator
/// allows.
///
/// @param allowedUnsafe names, or beginnings of names that end with `*`
public record Sysctls(List<String> allowedUnsafe) {

    private static final Set<String> SAFE = Set.of("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

    NodeAdmission.@Nullable Rejection check(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        if (context == null) {
            return null;
        }
        for (var sysctl : context.getSysctls()) {
            var name = sysctl.getName().replace('/', '.');
            if (!SAFE.contains(name) && allowedUnsafe.stream().noneMatch(pattern -> matches(pattern, name))) {
                return forbidden("forbidden sysctl: \"" + name + "\" not allowlisted");
            }
            if (name.startsWith("net.") && Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
                return forbidden("forbidden sysctl: \"" + name + "\" not allowed with host net enabled");
            }
            if ((name.startsWith("kernel.") || name.startsWith("fs.mqueue.")) && Boolean.TRUE.equals(pod.getSpec().getHostIPC())) {
                return forbidden("forbidden sysctl: \"" + name + "\" not allowed with host ipc enabled");
            }
        }
        return null;
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*") ? name.startsWith(pattern.substring(0, pattern.length() - 1)) : name.equals(pattern);
    }

    private static NodeAdmission.Rejection forbidden(String message) {
        return new NodeAdmission.Rejection("SysctlForbidden", "Pod was rejected: " + message);
    }
}
