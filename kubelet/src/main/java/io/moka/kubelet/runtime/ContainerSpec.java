package io.moka.kubelet.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to make a container of: everything is resolved already, down to the text of each variable.
public record ContainerSpec(PodIdentity pod, String sandboxId, String name, int attempt, String hash, Image image, Process process,
        List<BindMount> mounts, Limits limits, Security security, Namespaces namespaces) {

    /// @param requested the name in the pod's specification
    /// @param id the very image to run
    public record Image(String requested, String id) {
    }

    /// @param command replaces the image's entry point where not empty, and args its arguments
    /// @param environment entries `NAME=value`
    public record Process(List<String> command, List<String> args, List<String> environment, @Nullable String workingDir,
            boolean tty, boolean stdin, boolean stdinOnce) {
    }

    /// @param propagation as the kernel names it: `rprivate`, `rslave`, `rshared`
    public record BindMount(String source, String target, boolean readOnly, String propagation) {
    }

    /// Zero means no limit.
    public record Limits(long cpuShares, long cpuQuotaMicros, long memoryBytes) {
    }

    /// @param user `uid`, `uid:gid` or null for the image's
    /// @param seccomp null for the engine's default, `unconfined`, or the profile itself
    public record Security(@Nullable String user, List<String> groups, boolean privileged, boolean readOnlyRoot,
            boolean noNewPrivileges, List<String> addCapabilities, List<String> dropCapabilities, @Nullable String seccomp, int oomScoreAdj) {
    }

    /// Which namespaces are not the container's own.
    ///
    /// @param pidOf the container whose processes are seen, or null
    public record Namespaces(boolean hostNetwork, boolean hostPid, boolean hostIpc, boolean sharedPid, @Nullable String pidOf) {
    }
}
