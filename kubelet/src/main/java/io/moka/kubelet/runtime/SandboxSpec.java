package io.moka.kubelet.runtime;

import io.moka.kubelet.cgroup.CgroupName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The engine's specification of a sandbox to create. Its network namespace, unless it is the host's, has only the loopback device.
///
/// @param cgroup the cgroup of the whole pod, below which the engine makes the sandbox's own, or null for the engine's default
public record SandboxSpec(PodIdentity pod, int attempt, String hostname, boolean hostNetwork, boolean hostPid, boolean hostIpc,
        Map<String, String> sysctls, int oomScoreAdj, @Nullable CgroupName cgroup) {
}
