package io.moka.kubelet.cgroup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The limits of one cgroup. Zero means that there is no limit.
///
/// @param cpuShares in version 1's unit: 1,024 for a core
/// @param cpuQuotaMicros within a tenth of a second
/// @param pids processes and threads
public record CgroupLimits(long cpuShares, long cpuQuotaMicros, long memoryBytes, long pids) {

    static CgroupLimits shares(long cpuShares) {
        return new CgroupLimits(cpuShares, 0, 0, 0);
    }

    /// The limits of a whole pod. CPU time and memory are limited only where every container has a limit, or the pod as a whole.
    ///
    /// @param pids for the pod, or 0
    static CgroupLimits of(Pod pod, long pids) {
        var qos = Qos.of(pod);
        if (qos == Qos.BEST_EFFORT) {
            return new CgroupLimits(CpuUnits.LEAST_SHARES, 0, 0, pids);
        }
        long cpu = isLimited(pod, "cpu") ? Pods.limit(pod, "cpu", Quantities::milliValue) : 0;
        long memory = isLimited(pod, "memory") ? Pods.limit(pod, "memory", Quantities::value) : 0;
        return new CgroupLimits(CpuUnits.shares(Pods.request(pod, "cpu", Quantities::milliValue)),
                CpuUnits.quotaMicros(cpu), memory, pids);
    }

    private static boolean isLimited(Pod pod, String resource) {
        return limit(pod.getSpec().getResources(), resource) > 0
                || Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                        .map(Container::getResources).allMatch(resources -> limit(resources, resource) > 0);
    }

    private static long limit(@Nullable ResourceRequirements resources, String resource) {
        Map<String, Quantity> limits = resources == null ? null : resources.getLimits();
        return limits == null ? 0 : Quantities.milliValue(limits.get(resource));
    }

    /// Returns the higher one of each limit.
    CgroupLimits max(CgroupLimits other) {
        return new CgroupLimits(Math.max(cpuShares, other.cpuShares), higher(cpuQuotaMicros, other.cpuQuotaMicros), higher(memoryBytes, other.memoryBytes), higher(pids, other.pids));
    }

    private static long higher(long one, long other) {
        return one == 0 || other == 0 ? 0 : Math.max(one, other);
    }

    /// Writes each limit to its file. All are tried, also after one that the kernel refuses.
    ///
    /// @return the limits that the kernel refused
    List<String> writeTo(CgroupDirectories group) {
        var refused = new ArrayList<String>();
        if (group.isVersion2()) {
            write(group, "cpu", "cpu.weight", cpuShares == 0 ? null : Long.toString(1 + (cpuShares - 2) * 9_999 / 262_142), refused);
            write(group, "cpu", "cpu.max", (cpuQuotaMicros == 0 ? "max" : cpuQuotaMicros) + " " + CpuUnits.PERIOD_MICROS, refused);
            write(group, "memory", "memory.max", orNone(memoryBytes, "max"), refused);
        } else {
            write(group, "cpu", "cpu.shares", cpuShares == 0 ? null : Long.toString(cpuShares), refused);
            write(group, "cpu", "cpu.cfs_period_us", cpuQuotaMicros == 0 ? null : Long.toString(CpuUnits.PERIOD_MICROS), refused);
            write(group, "cpu", "cpu.cfs_quota_us", orNone(cpuQuotaMicros, "-1"), refused);
            write(group, "memory", "memory.limit_in_bytes", orNone(memoryBytes, "-1"), refused);
        }
        write(group, "pids", "pids.max", orNone(pids, "max"), refused);
        return refused;
    }

    private static String orNone(long limit, String none) {
        return limit == 0 ? none : Long.toString(limit);
    }

    /// A file that is not there belongs to a controller that the kernel or the engine has not turned on.
    private static void write(CgroupDirectories group, String controller, String name, @Nullable String value, List<String> refused) {
        var directory = group.of(controller);
        if (directory == null || value == null || !Files.exists(directory.resolve(name))) {
            return;
        }
        try {
            Files.writeString(directory.resolve(name), value);
        } catch (IOException e) {
            refused.add(name + "=" + value + ": " + e.getMessage());
        }
    }
}
