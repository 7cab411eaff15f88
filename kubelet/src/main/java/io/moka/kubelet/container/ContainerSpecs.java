package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.volume.SubPaths;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a container's specification for the engine.
public final class ContainerSpecs {

    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;
    private static final int LEAST_SHARES = 2;
    private static final int TERMINATION_LOG_MODE = 0666;

    private final Environment environment;
    private final OomScores oomScores;

    public ContainerSpecs(ClusterObjects objects, Function<String, Collection<Service>> servicesFor, OomScores oomScores,
            Supplier<Map<String, Quantity>> allocatable) {
        this.environment = new Environment(objects, servicesFor, allocatable);
        this.oomScores = oomScores;
    }

    /// Whether the container can be made only once the pod has its network.
    public static boolean needsAddress(Container container) {
        return Environment.needsAddress(container);
    }

    /// A container whose specification gets another hash is started anew.
    public static String hash(Container container) {
        return Integer.toHexString((container.getName() + "\n" + container.getImage()).hashCode());
    }

    /// What is given to one container.
    ///
    /// @param targetId the container whose processes it is to see, or null
    /// @param volumes where the pod's volumes are
    public record Inputs(Pod pod, Container container, int attempt, String sandboxId, @Nullable String targetId, ImageRecord image, Addresses addresses,
            Map<String, Path> volumes, Path podDirectory) {
    }

    /// @throws ConfigError when something that the container refers to is missing or forbidden
    public ContainerSpec of(Inputs inputs) {
        var pod = inputs.pod;
        var container = inputs.container;
        var variables = environment.of(pod, container, inputs.addresses);
        var process = new ContainerSpec.Process(expand(container.getCommand(), variables), expand(container.getArgs(), variables),
                variables.entrySet().stream().map(variable -> variable.getKey() + "=" + variable.getValue()).toList(),
                container.getWorkingDir(), isTrue(container.getTty()), isTrue(container.getStdin()), isTrue(container.getStdinOnce()));
        var spec = pod.getSpec();
        return new ContainerSpec(PodIdentity.of(pod), inputs.sandboxId, container.getName(), inputs.attempt, hash(container),
                new ContainerSpec.Image(container.getImage(), inputs.image.id()), process, mounts(inputs, variables), limits(container),
                Securities.of(pod, container, inputs.image, oomScores.of(pod, container)),
                new ContainerSpec.Namespaces(isTrue(spec.getHostNetwork()), isTrue(spec.getHostPID()), isTrue(spec.getHostIPC()),
                        isTrue(spec.getShareProcessNamespace()), inputs.targetId));
    }

    private static List<String> expand(List<String> words, Map<String, String> variables) {
        return words.stream().map(word -> Expansion.expand(word, variables)).toList();
    }

    /// What the engine is to hold the container to.
    public static ContainerSpec.Limits limits(Container container) {
        var resources = container.getResources();
        Map<String, Quantity> requests = resources == null || resources.getRequests() == null ? Map.of() : resources.getRequests();
        Map<String, Quantity> limits = resources == null || resources.getLimits() == null ? Map.of() : resources.getLimits();
        long limitMillis = Quantities.milliValue(limits.get("cpu"));
        long requestMillis = requests.containsKey("cpu") ? Quantities.milliValue(requests.get("cpu")) : limitMillis;
        return new ContainerSpec.Limits(Math.max(LEAST_SHARES, requestMillis * 1024 / 1000),
                limitMillis == 0 ? 0 : Math.max(LEAST_QUOTA_MICROS, limitMillis * CPU_PERIOD_MICROS / 1000),
                Quantities.value(limits.get("memory")));
    }

    private static List<ContainerSpec.BindMount> mounts(Inputs inputs, Map<String, String> variables) {
        var mounts = new ArrayList<ContainerSpec.BindMount>();
        try {
            for (var mount : inputs.container.getVolumeMounts()) {
                mounts.add(mount(inputs, mount, variables));
            }
            own(mounts, inputs);
        } catch (IOException e) {
            throw new ConfigError("failed to prepare mounts of container \"" + inputs.container.getName() + "\": " + e.getMessage());
        }
        return mounts;
    }

    private static ContainerSpec.BindMount mount(Inputs inputs, VolumeMount mount, Map<String, String> variables) throws IOException {
        var volume = inputs.volumes.get(mount.getName());
        if (volume == null) {
            throw new ConfigError("cannot find volume \"" + mount.getName() + "\" to mount into container \"" + inputs.container.getName() + "\"");
        }
        var subPath = mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()
                ? Expansion.expand(mount.getSubPathExpr(), variables) : mount.getSubPath();
        var source = subPath == null || subPath.isEmpty() ? volume : SubPaths.resolve(volume, subPath);
        var target = mount.getMountPath().startsWith("/") ? mount.getMountPath() : "/" + mount.getMountPath();
        return new ContainerSpec.BindMount(source.toString(), target, isTrue(mount.getReadOnly()) || isWrittenByUs(inputs.pod, mount.getName()), switch (String.valueOf(mount.getMountPropagation())) {
            case "HostToContainer" -> "rslave";
            case "Bidirectional" -> "rshared";
            default -> "rprivate";
        });
    }

    /// Nobody but the kubelet writes to volumes whose files come from the API.
    private static boolean isWrittenByUs(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream().filter(volume -> volume.getName().equals(name)).anyMatch(volume -> volume.getConfigMap() != null
                || volume.getSecret() != null || volume.getDownwardAPI() != null || volume.getProjected() != null);
    }

    /// The kubelet's own files, unless the pod mounts something there itself.
    private static void own(List<ContainerSpec.BindMount> mounts, Inputs inputs) throws IOException {
        addOwn(mounts, PodFiles.hosts(inputs.podDirectory), "/etc/hosts");
        addOwn(mounts, PodFiles.resolvConf(inputs.podDirectory), "/etc/resolv.conf");
        var log = PodFiles.terminationLog(inputs.podDirectory, inputs.container.getName(), inputs.attempt);
        Files.createDirectories(log.getParent());
        Files.write(log, new byte[0]);
        Files.setAttribute(log, "unix:mode", TERMINATION_LOG_MODE);
        addOwn(mounts, log, terminationPath(inputs.container.getTerminationMessagePath()));
    }

    private static String terminationPath(@Nullable String path) {
        return path == null || path.isEmpty() ? "/dev/termination-log" : path;
    }

    private static void addOwn(List<ContainerSpec.BindMount> mounts, Path source, String target) {
        if (mounts.stream().noneMatch(mount -> mount.target().equals(target))) {
            mounts.add(new ContainerSpec.BindMount(source.toString(), target, false, "rprivate"));
        }
    }

    private static boolean isTrue(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}
