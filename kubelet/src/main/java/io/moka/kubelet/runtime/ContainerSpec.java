package io.moka.kubelet.runtime;

import io.moka.kubelet.cgroup.CgroupName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The engine's specification of a container to create, with everything resolved, down to the value of each variable.
public record ContainerSpec(PodIdentity pod, String sandboxId, String name, int attempt, String hash, Image image, Process process,
        List<BindMount> mounts, Limits limits, Security security, Namespaces namespaces, Bounds bounds) {

    /// @param requested the name in the pod's specification
    /// @param id the id of the image to run
    public record Image(String requested, String id) {
    }

    /// @param command replaces the image's entry point where not empty, and args its arguments
    /// @param environment entries `NAME=value`
    /// @param stopSignal the signal that asks it to end, such as `SIGUSR1`; null for the image's
    public record Process(List<String> command, List<String> args, List<String> environment, @Nullable String workingDir,
            boolean tty, boolean stdin, boolean stdinOnce, @Nullable String stopSignal) {
    }

    /// @param propagation as the kernel names it: `rprivate`, `rslave`, `rshared`
    public record BindMount(String source, String target, boolean readOnly, String propagation) {
    }

    /// The limits of a container besides its [Limits]. Zero means no limit.
    ///
    /// @param pids largest number of processes and threads
    /// @param logBytes largest size of one log file
    /// @param logFiles largest number of log files; the oldest is deleted when another is begun
    /// @param cgroup the cgroup of the whole pod, below which the engine makes the container's own, or null for the engine's default
    public record Bounds(long pids, long logBytes, int logFiles, @Nullable CgroupName cgroup) {

        public static final Bounds NONE = new Bounds(0, 0, 0, null);
    }

    /// Zero means no limit.
    public record Limits(long cpuShares, long cpuQuotaMicros, long memoryBytes) {
    }

    /// @param user `uid`, `uid:gid` or null for the image's
    public record Security(@Nullable String user, List<String> groups, boolean privileged, boolean readOnlyRoot,
            boolean noNewPrivileges, List<String> addCapabilities, List<String> dropCapabilities, Confinement confinement, int oomScoreAdj) {
    }

    /// The restrictions that the kernel's security modules put on the container.
    ///
    /// @param seccomp null for the engine's default, `unconfined`, or the profile itself
    /// @param appArmor null for the engine's default, `unconfined`, or the name of a profile that is loaded on the node
    /// @param seLinux parts of the SELinux label that differ from the engine's, such as `type:svirt_apache_t`
    public record Confinement(@Nullable String seccomp, @Nullable String appArmor, List<String> seLinux) {

        /// The engine's defaults.
        public static final Confinement STANDARD = new Confinement(null, null, List.of());
    }

    /// The namespaces that the container shares with others.
    ///
    /// @param pidOf the container whose process namespace it joins, or null
    public record Namespaces(boolean hostNetwork, boolean hostPid, boolean hostIpc, boolean sharedPid, @Nullable String pidOf) {
    }
}
