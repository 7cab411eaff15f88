package io.moka.kubelet.runtime;

import java.util.Map;

/// What to make a sandbox of. Without the host's network its network namespace is empty but for the loopback device.
public record SandboxSpec(PodIdentity pod, int attempt, String hostname, boolean hostNetwork, boolean hostPid, boolean hostIpc,
        Map<String, String> sysctls, int oomScoreAdj) {
}
