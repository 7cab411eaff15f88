package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.moka.kubelet.cgroup.CgroupName;
import io.moka.kubelet.cgroup.CpuUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns specifications into Docker's create calls.
final class DockerCreate {

    private final DockerClient docker;
    private final Labels labels;

    // whether the engine's cgroups are systemd's, once it was asked; any thread may ask
    private volatile @Nullable Boolean slices;

    DockerCreate(DockerClient docker, Labels labels) {
        this.docker = docker;
        this.labels = labels;
    }

    String sandbox(SandboxSpec spec) {
        var host = new HostConfig()
                .withNetworkMode(spec.hostNetwork() ? "host" : "none")
                .withIpcMode(spec.hostIpc() ? "host" : "shareable")
                .withSysctls(spec.sysctls())
                .withSecurityOpts(List.of("seccomp=unconfined"))
                .withOomScoreAdj(spec.oomScoreAdj());
        if (spec.hostPid()) {
            host.withPidMode("host");
        }
        place(host, spec.cgroup());
        try (var command = docker.createContainerCmd(SandboxImage.NAME)) {
            if (!spec.hostNetwork()) {
                command.withHostName(spec.hostname());
            }
            return command.withName(Labels.containerName(spec.pod(), "", spec.attempt()))
                    .withEntrypoint(SandboxImage.PROGRAM).withLabels(labels.of(spec)).withHostConfig(host).exec().getId();
        }
    }

    String container(ContainerSpec spec) {
        var process = spec.process();
        try (var command = docker.createContainerCmd(spec.image().id())) {
            command.withName(Labels.containerName(spec.pod(), spec.name(), spec.attempt()))
                    .withLabels(labels.of(spec)).withEnv(process.environment())
                    .withTty(process.tty()).withStdinOpen(process.stdin()).withStdInOnce(process.stdinOnce())
                    .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                    .withHostConfig(host(spec));
            if (!process.command().isEmpty()) {
                command.withEntrypoint(process.command());
            }
            if (!process.args().isEmpty()) {
                command.withCmd(process.args());
            }
            if (process.workingDir() != null) {
                command.withWorkingDir(process.workingDir());
            }
            if (process.stopSignal() != null) {
                command.withStopSignal(process.stopSignal());
            }
            if (spec.security().user() != null) {
                command.withUser(spec.security().user());
            }
            return command.exec().getId();
        }
    }

    private HostConfig host(ContainerSpec spec) {
        var security = spec.security();
        var namespaces = spec.namespaces();
        var sandbox = "container:" + spec.sandboxId();
        var host = new HostConfig()
                .withNetworkMode(namespaces.hostNetwork() ? "host" : sandbox)
                .withIpcMode(namespaces.hostIpc() ? "host" : sandbox)
                .withMounts(spec.mounts().stream().map(DockerCreate::mount).toList())
                .withPrivileged(security.privileged()).withReadonlyRootfs(security.readOnlyRoot())
                .withCapAdd(capabilities(security.addCapabilities())).withCapDrop(capabilities(security.dropCapabilities()))
                .withGroupAdd(security.groups()).withSecurityOpts(securityOptions(security))
                .withOomScoreAdj(security.oomScoreAdj());
        var pid = pidMode(namespaces, sandbox);
        if (pid != null) {
            host.withPidMode(pid);
        }
        limit(host, spec.limits());
        bound(host, spec.bounds());
        place(host, spec.bounds().cgroup());
        return host;
    }

    private static @Nullable String pidMode(ContainerSpec.Namespaces namespaces, String sandbox) {
        if (namespaces.hostPid()) {
            return "host";
        }
        if (namespaces.sharedPid()) {
            return sandbox;
        }
        return namespaces.pidOf() == null ? null : "container:" + namespaces.pidOf();
    }

    private void place(HostConfig host, @Nullable CgroupName cgroup) {
        if (cgroup != null) {
            host.withCgroupParent(takesSlices() ? cgroup.slice() : cgroup.path());
        }
    }

    private boolean takesSlices() {
        var known = slices;
        if (known == null) {
            try (var command = docker.infoCmd()) {
                known = "systemd".equals(command.exec().getCGroupDriver());
            }
            slices = known;
        }
        return known;
    }

    private static void bound(HostConfig host, ContainerSpec.Bounds bounds) {
        if (bounds.pids() > 0) {
            host.withPidsLimit(bounds.pids());
        }
        if (bounds.logBytes() > 0) {
            host.withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE,
                    Map.of("max-size", Long.toString(bounds.logBytes()), "max-file", Integer.toString(bounds.logFiles()))));
        }
    }

    /// Memory and swap have one limit: no swapping beyond it.
    private static void limit(HostConfig host, ContainerSpec.Limits limits) {
        if (limits.cpuShares() > 0) {
            host.withCpuShares((int) limits.cpuShares());
        }
        if (limits.cpuQuotaMicros() > 0) {
            host.withCpuPeriod(CpuUnits.PERIOD_MICROS).withCpuQuota(limits.cpuQuotaMicros());
        }
        if (limits.memoryBytes() > 0) {
            host.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
        }
    }

    void update(String id, ContainerSpec.Limits limits) {
        try (var command = docker.updateContainerCmd(id)) {
            if (limits.cpuShares() > 0) {
                command.withCpuShares((int) limits.cpuShares());
            }
            if (limits.cpuQuotaMicros() > 0) {
                command.withCpuPeriod(CpuUnits.PERIOD_MICROS).withCpuQuota(limits.cpuQuotaMicros());
            }
            if (limits.memoryBytes() > 0) {
                command.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
            }
            command.exec();
        }
    }

    private static List<String> securityOptions(ContainerSpec.Security security) {
        var options = new ArrayList<String>();
        var confinement = security.confinement();
        if (confinement.seccomp() != null) {
            options.add("seccomp=" + confinement.seccomp());
        }
        if (confinement.appArmor() != null) {
            options.add("apparmor=" + confinement.appArmor());
        }
        confinement.seLinux().forEach(part -> options.add("label=" + part));
        if (security.noNewPrivileges()) {
            options.add("no-new-privileges");
        }
        return options;
    }

    /// A private mount is what Docker makes unasked, but for a folder that holds its own files (`/`), where it insists on a slave.
    private static Mount mount(ContainerSpec.BindMount bind) {
        var mount = new Mount().withType(MountType.BIND).withSource(bind.source()).withTarget(bind.target()).withReadOnly(bind.readOnly());
        return switch (bind.propagation()) {
            case "rslave" -> mount.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SLAVE));
            case "rshared" -> mount.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SHARED));
            default -> mount;
        };
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream().map(name -> Capability.valueOf(name.startsWith("CAP_") ? name.substring(4) : name)).toArray(Capability[]::new);
    }
}
