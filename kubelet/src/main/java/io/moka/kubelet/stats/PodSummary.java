package io.moka.kubelet.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.stats.PodDetails.Detail;
import io.moka.kubelet.stats.PodDetails.Measured;
import io.moka.kubelet.stats.PodDetails.Part;
import io.moka.kubelet.stats.VolumeReadings.ClaimSpace;
import io.moka.machinery.meta.Times;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Writes the part of the summary for one pod.
///
/// @param out the object to fill
/// @param claims those of all pods
/// @param nodeDisk the file system of volumes, and `imageDisk` that of containers; null where it can't be measured
record PodSummary(ObjectNode out, String now, Detail pod, DiskReadings.Taken taken, List<ClaimSpace> claims, @Nullable FileSystemSpace nodeDisk, @Nullable FileSystemSpace imageDisk) {

    void write() {
        var metadata = pod.view().pod().getMetadata();
        out.putObject("podRef").put("name", metadata.getName()).put("namespace", metadata.getNamespace()).put("uid", metadata.getUid());
        if (pod.sandbox() != null) {
            out.put("startTime", Times.format(pod.sandbox().startedAt()));
        }
        var containers = out.putArray("containers");
        pod.containers().forEach(part -> container(containers.addObject().put("name", part.record().name()), part));
        var groups = pod.group() == null ? pod.containers().stream().map(Part::measured).toList() : List.of(pod.group());
        usage(out, groups);
        Summary.network(out, now, pod.devices());
        out.putObject("process_stats").put("process_count", pod.containers().stream().mapToLong(part -> part.usage().members().processes()).sum());
        volumes(metadata.getUid());
    }

    private void container(ObjectNode container, Part part) {
        container.put("startTime", Times.format(part.startedAt()));
        usage(container, List.of(part.measured()));
        var id = part.record().id();
        Summary.fileSystem(container.putObject("rootfs"), now, imageDisk, taken.layers().get(id));
        Summary.fileSystem(container.putObject("logs"), now, imageDisk, taken.logBytes().containsKey(id) ? new DiskReadings.Use(taken.logBytes().get(id), 1) : null);
    }

    private void usage(ObjectNode target, List<Measured> groups) {
        var cpu = target.putObject("cpu").put("time", now).put("usageCoreNanoSeconds", sum(groups, group -> group.basic().cpuNanos()));
        if (!groups.isEmpty() && groups.stream().allMatch(group -> group.nanoCores() != null)) {
            cpu.put("usageNanoCores", groups.stream().mapToLong(Measured::nanoCores).sum());
        }
        var memory = target.putObject("memory").put("time", now).put("usageBytes", sum(groups, group -> group.basic().memoryBytes()))
                .put("workingSetBytes", sum(groups, group -> group.basic().workingSetBytes())).put("rssBytes", sum(groups, group -> group.basic().rssBytes()))
                .put("pageFaults", sum(groups, group -> group.memory().pageFaults())).put("majorPageFaults", sum(groups, group -> group.memory().majorPageFaults()));
        target.putObject("swap").put("time", now).put("swapUsageBytes", sum(groups, group -> group.memory().swapBytes()));
        if (groups.size() == 1) {
            var group = groups.getFirst().usage();
            if (group.limits().memoryBytes() > 0) {
                memory.put("availableBytes", Math.max(0, group.limits().memoryBytes() - group.basic().workingSetBytes()));
            }
            Summary.stall(cpu, group.cpuStall());
            Summary.stall(memory, group.memoryStall());
            if (group.ioStall() != null) {
                Summary.stall(target.putObject("io").put("time", now), group.ioStall());
            }
        }
    }

    private static long sum(List<Measured> groups, ToLongFunction<GroupUsage> value) {
        return groups.stream().map(Measured::usage).mapToLong(value).sum();
    }

    /// Volumes that a size is known of, and the sum of all that the pod takes of the node's disk.
    private void volumes(String uid) {
        var volumes = taken.volumes().getOrDefault(uid, Map.of());
        var list = out.putArray("volume");
        volumes.forEach((name, volume) -> Summary.fileSystem(list.addObject().put("name", name), now, volume.memory() == null ? nodeDisk : volume.memory(), volume.use()));
        for (var claim : claims) {
            if (claim.podUid().equals(uid)) {
                var volume = list.addObject().put("name", claim.volume());
                volume.putObject("pvcRef").put("name", claim.claim()).put("namespace", claim.namespace());
                Summary.fileSystem(volume, now, claim.space(), new DiskReadings.Use(claim.space().usedBytes(), claim.space().usedInodes()));
            }
        }
        var onDisk = volumes.values().stream().filter(volume -> volume.memory() == null).map(DiskReadings.VolumeUse::use).toList();
        long bytes = onDisk.stream().mapToLong(DiskReadings.Use::bytes).sum();
        long inodes = onDisk.stream().mapToLong(DiskReadings.Use::inodes).sum();
        for (var part : pod.containers()) {
            var layer = taken.layers().getOrDefault(part.record().id(), new DiskReadings.Use(0, 0));
            bytes += layer.bytes() + taken.logBytes().getOrDefault(part.record().id(), 0L);
            inodes += layer.inodes();
        }
        Summary.fileSystem(out.putObject("ephemeral-storage"), now, nodeDisk, new DiskReadings.Use(bytes, inodes));
    }
}
