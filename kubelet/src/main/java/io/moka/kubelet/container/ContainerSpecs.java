package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.moka.kubelet.cgroup.CgroupName;
import io.moka.kubelet.cgroup.CpuUnits;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.volume.PinnedMounts;
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

    private static final int TERMINATION_LOG_MODE = 0666;

    private final Environment environment;
    private final OomScores oomScores;
    private final Function<Pod, CgroupName> cgroups;
    private final ContainerDefaults defaults;

    /// @param cgroups returns the cgroup of a whole pod
    public ContainerSpecs(ClusterObjects objects, Function<String, Collection<Service>> servicesFor, OomScores oomScores, Function<Pod, CgroupName> cgroups,
            Supplier<Map<String, Quantity>> allocatable, ContainerDefaults defaults) {
        this.defaults = defaults;
        this.environment = new Environment(objects, servicesFor, allocatable);
        this.oomScores = oomScores;
        this.cgroups = cgroups;
    }

    /// Whether the container can be created only after the pod has its network.
    public static boolean needsAddress(Container container) {
        return Environment.needsAddress(container);
    }

    /// Returns the hash of the container's specification. A container whose hash changes is restarted.
    public static String hash(Container container) {
        return Integer.toHexString((container.getName() + "\n" + container.getImage()).hashCode());
    }

    /// The inputs for the specification of one container.
    ///
    /// @param targetId the container whose process namespace it joins, or null
    /// @param volumes the paths of the pod's volumes, by the volumes' names; without links, as [io.moka.kubelet.volume.PodVolumes] returns them
    public record Inputs(Pod pod, Container container, int attempt, String sandboxId, @Nullable String targetId, ImageRecord image, Addresses addresses,
            Map<String, Path> volumes, Path podDirectory) {
    }

    /// @throws ConfigError when something that the container refers to is missing or forbidden
    public ContainerSpec of(Inputs inputs) {
        var pod = inputs.pod;
        var container = inputs.container;
        var variables = environment.of(pod, container, inputs.addresses, inputs.volumes);
        var process = new ContainerSpec.Process(expand(container.getCommand(), variables), expand(container.getArgs(), variables),
                variables.entrySet().stream().map(variable -> variable.getKey() + "=" + variable.getValue()).toList(),
                container.getWorkingDir(), isTrue(container.getTty()), isTrue(container.getStdin()), isTrue(container.getStdinOnce()),
                container.getLifecycle() == null ? null : container.getLifecycle().getStopSignal());
        var spec = pod.getSpec();
        return new ContainerSpec(PodIdentity.of(pod), inputs.sandboxId, container.getName(), inputs.attempt, hash(container),
                new ContainerSpec.Image(container.getImage(), inputs.image.id()), process, mounts(inputs, variables), limits(container),
                Securities.of(pod, container, inputs.image, oomScores.of(pod, container), defaults.seccomp()),
                new ContainerSpec.Namespaces(isTrue(spec.getHostNetwork()), isTrue(spec.getHostPID()), isTrue(spec.getHostIPC()),
                        isTrue(spec.getShareProcessNamespace()), inputs.targetId),
                new ContainerSpec.Bounds(defaults.pidsLimit(), defaults.logBytes(), defaults.logFiles(), cgroups.apply(pod)));
    }

    private static List<String> expand(List<String> words, Map<String, String> variables) {
        return words.stream().map(word -> Expansion.expand(word, variables)).toList();
    }

    /// Returns the limits that the engine enforces on the container.
    public static ContainerSpec.Limits limits(Container container) {
        var resources = container.getResources();
        Map<String, Quantity> requests = resources == null || resources.getRequests() == null ? Map.of() : resources.getRequests();
        Map<String, Quantity> limits = resources == null || resources.getLimits() == null ? Map.of() : resources.getLimits();
        long limitMillis = Quantities.milliValue(limits.get("cpu"));
        long requestMillis = requests.containsKey("cpu") ? Quantities.milliValue(requests.get("cpu")) : limitMillis;
        return new ContainerSpec.Limits(CpuUnits.shares(requestMillis), CpuUnits.quotaMicros(limitMillis), Quantities.value(limits.get("memory")));
    }

    private static List<ContainerSpec.BindMount> mounts(Inputs inputs, Map<String, String> variables) {
        var mounts = new ArrayList<ContainerSpec.BindMount>();
        try {
            var wanted = inputs.container.getVolumeMounts();
            for (int i = 0; i < wanted.size(); i++) {
                var place = new PinnedMounts.Place(inputs.podDirectory, inputs.container.getName(), inputs.attempt, i);
                mounts.add(mount(inputs, wanted.get(i), place, variables));
            }
            own(mounts, inputs);
        } catch (IOException e) {
            throw new ConfigError("failed to prepare mounts of container \"" + inputs.container.getName() + "\": " + e.getMessage());
        }
        return mounts;
    }

    private static ContainerSpec.BindMount mount(Inputs inputs, VolumeMount mount, PinnedMounts.Place place, Map<String, String> variables) throws IOException {
        var volume = inputs.volumes.get(mount.getName());
        if (volume == null) {
            throw new ConfigError("cannot find volume \"" + mount.getName() + "\" to mount into container \"" + inputs.container.getName() + "\"");
        }
        var subPath = subPath(mount, variables);
        var source = volume;
        if (!subPath.isEmpty()) {
            source = PinnedMounts.subPath(volume, subPath, place, PinnedMounts.Propagation.of(mount.getMountPropagation()));
        }
        boolean readOnly = isTrue(mount.getReadOnly()) || isReadOnly(inputs.pod, mount.getName());
        if (readOnly && isRecursivelyReadOnly(mount)) {
            source = PinnedMounts.readOnly(source, place);
        }
        var target = mount.getMountPath().startsWith("/") ? mount.getMountPath() : "/" + mount.getMountPath();
        // an image's mount is read-only itself; the engine would take its other restrictions away by making it so once more
        return new ContainerSpec.BindMount(source.toString(), target, readOnly && !isImage(inputs.pod, mount.getName()), switch (PinnedMounts.Propagation.of(mount.getMountPropagation())) {
            case NONE -> "rprivate";
            case FROM_THE_NODE -> "rslave";
            case BOTH -> "rshared";
        });
    }

    /// Whether what is mounted below a read-only mount is read-only for the container, too.
    public static boolean isRecursivelyReadOnly(VolumeMount mount) {
        return switch (String.valueOf(mount.getRecursiveReadOnly())) {
            case "Enabled" -> true;
            case "IfPossible" -> PinnedMounts.supportsReadOnly();
            default -> false;
        };
    }

    /// The part of its volume that a mount shows; empty for all of it.
    ///
    /// @throws ConfigError for a variable that the container does not have
    public static String subPath(VolumeMount mount, Map<String, String> variables) {
        var expression = mount.getSubPathExpr();
        if (expression == null || expression.isEmpty()) {
            return mount.getSubPath() == null ? "" : mount.getSubPath();
        }
        var missing = Expansion.missing(expression, variables);
        if (missing != null) {
            throw new ConfigError("failed to prepare subPath for volumeMount \"" + mount.getName() + "\": missing value for \"" + missing + "\"");
        }
        return Expansion.expand(expression, variables);
    }

    private static boolean isImage(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream().anyMatch(volume -> volume.getName().equals(name) && volume.getImage() != null);
    }

    /// Whether the volume is read-only for containers: a claim or an NFS folder if the pod says so; volumes whose files come from the API always, as only the
    /// kubelet writes them.
    private static boolean isReadOnly(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream().filter(volume -> volume.getName().equals(name)).anyMatch(volume -> volume.getConfigMap() != null
                || volume.getSecret() != null || volume.getDownwardAPI() != null || volume.getProjected() != null
                || volume.getPersistentVolumeClaim() != null && isTrue(volume.getPersistentVolumeClaim().getReadOnly())
                || volume.getNfs() != null && isTrue(volume.getNfs().getReadOnly()));
    }

    /// Adds the kubelet's own files, unless the pod has a mount at the same path.
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
