package io.moka.kubelet.cgroup;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Names, limits and removes the cgroups of this node's pods. Any thread may call; calls for one pod come one after the other.
public final class PodCgroups {

    private static final Logger log = LoggerFactory.getLogger(PodCgroups.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String BURSTABLE = "burstable";
    private static final String BEST_EFFORT = "besteffort";

    private final CgroupName node;
    private final long podPids;
    private final Supplier<Map<String, Quantity>> allocatable;

    // the limits that were last written to each pod's group, by uid
    private final Map<String, Given> given = new ConcurrentHashMap<>();

    private record Given(Qos qos, CgroupLimits limits) {
    }

    /// @param podPids most processes and threads of a pod; 0 for no limit
    /// @param allocatable returns the amounts that all pods of the node together may use
    public PodCgroups(String clusterId, long podPids, Supplier<Map<String, Quantity>> allocatable) {
        this.node = new CgroupName(List.of("moka", clusterId));
        this.podPids = podPids;
        this.allocatable = allocatable;
    }

    /// The group that the engine is to make the parent of the pod's containers.
    public CgroupName nameOf(Pod pod) {
        var group = "pod" + pod.getMetadata().getUid();
        return switch (Qos.of(pod)) {
            case GUARANTEED -> node.child(group);
            case BURSTABLE -> node.child(BURSTABLE).child(group);
            case BEST_EFFORT -> node.child(BEST_EFFORT).child(group);
        };
    }

    /// Gives the pod's group its limits, unless it has them.
    ///
    /// @param sandboxPid a process in a child of the pod's group
    public void limit(Pod pod, int sandboxPid) {
        limit(pod, sandboxPid, CgroupLimits.of(pod, podPids));
    }

    /// Gives the pod's group those new limits that are higher than before. Called before its containers get theirs: a kernel with version 1 refuses a
    /// container more CPU time than its pod has. [#limit] lowers the others afterwards.
    public void raise(Pod pod, int sandboxPid) {
        var before = given.get(pod.getMetadata().getUid());
        var wanted = CgroupLimits.of(pod, podPids);
        limit(pod, sandboxPid, before == null ? wanted : before.limits.max(wanted));
    }

    private void limit(Pod pod, int sandboxPid, CgroupLimits limits) {
        var uid = pod.getMetadata().getUid();
        var wanted = new Given(Qos.of(pod), limits);
        if (wanted.equals(given.get(uid))) {
            return;
        }
        try {
            var container = CgroupDirectories.of(sandboxPid);
            var group = container == null ? null : container.parent();
            if (group == null || !nameOf(pod).isDirectory(group.name())) {
                return;
            }
            var refused = wanted.limits.writeTo(group);
            if (refused.isEmpty()) {
                given.put(uid, wanted);
            } else {
                log.warn("limits of pod {} were refused: {}", pod.getMetadata().getName(), refused);
            }
            limitTiers(wanted.qos == Qos.GUARANTEED ? null : group.parent(), wanted.qos == Qos.GUARANTEED ? group.parent() : group.parent().parent());
        } catch (IOException e) {
            log.warn("the cgroup of pod {} can't be found: {}", pod.getMetadata().getName(), e.getMessage());
        }
    }

    /// Limits the groups above the pod's.
    private void limitTiers(@Nullable CgroupDirectories tier, CgroupDirectories all) {
        if (tier != null) {
            long burstable = given.values().stream().filter(pod -> pod.qos == Qos.BURSTABLE).mapToLong(pod -> pod.limits.cpuShares()).sum();
            boolean isBurstable = tier.name().equals(BURSTABLE) || tier.name().equals(node.child(BURSTABLE).slice());
            CgroupLimits.shares(isBurstable ? Math.max(CpuUnits.LEAST_SHARES, burstable) : CpuUnits.LEAST_SHARES).writeTo(tier);
        }
        var resources = allocatable.get();
        new CgroupLimits(CpuUnits.shares(Quantities.milliValue(resources.get("cpu"))), 0, Quantities.value(resources.get("memory")), 0).writeTo(all);
    }

    /// Removes the pod's group, whose containers are gone. A group that systemd has made goes by itself.
    ///
    /// The engine may take a moment longer to leave a group; [#removeOthers] removes what is busy now.
    public void remove(String uid) {
        given.remove(uid);
        hierarchies().flatMap(this::tiers).forEach(tier -> removeTree(tier.resolve("pod" + uid)));
    }

    /// Removes the groups of pods that this node does not have. The kernel keeps a group that is in use.
    ///
    /// @param isKnown by the pod's uid
    public void removeOthers(Predicate<String> isKnown) {
        hierarchies().flatMap(this::tiers).flatMap(PodCgroups::children)
                .filter(group -> name(group).startsWith("pod") && !isKnown.test(name(group).substring(3))).forEach(PodCgroups::removeTree);
    }

    /// Removes every group of the node.
    ///
    /// @return whether none is left; the engine may take a moment longer to leave the last
    public boolean removeAll() {
        hierarchies().map(this::top).forEach(top -> {
            removeTree(top);
            removeDirectory(top.getParent());
        });
        return hierarchies().map(this::top).noneMatch(Files::exists);
    }

    private Path top(Path hierarchy) {
        return Path.of(hierarchy + node.path());
    }

    private Stream<Path> tiers(Path hierarchy) {
        var top = top(hierarchy);
        return Stream.of(top, top.resolve(BURSTABLE), top.resolve(BEST_EFFORT));
    }

    private static String name(Path group) {
        return group.getFileName().toString();
    }

    /// The roots under which a group may have a directory: one in version 2, one for each controller in version 1.
    private static Stream<Path> hierarchies() {
        return Files.exists(ROOT.resolve("cgroup.controllers")) ? Stream.of(ROOT) : children(ROOT);
    }

    private static Stream<Path> children(Path folder) {
        try (var children = Files.list(folder)) {
            return children.filter(child -> Files.isDirectory(child) && !Files.isSymbolicLink(child)).toList().stream();
        } catch (IOException none) {
            return Stream.empty();
        }
    }

    private static void removeTree(Path group) {
        children(group).forEach(PodCgroups::removeTree);
        removeDirectory(group);
    }

    /// The kernel removes a cgroup's own files with its directory, and refuses while a process or another group is in it.
    private static void removeDirectory(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException busy) {
            log.debug("the cgroup {} stays: {}", directory, busy.getMessage());
        }
    }
}
