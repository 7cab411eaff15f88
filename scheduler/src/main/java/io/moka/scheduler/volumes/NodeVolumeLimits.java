package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.PodClaims;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Refuses nodes that would get more volumes of a CSI driver than their CSINode object allows; each volume counts once. Volumes of other types have no limit.
public final class NodeVolumeLimits implements PreFilter, Filter {

    private final Storage storage;

    public NodeVolumeLimits(Storage storage) {
        this.storage = storage;
    }

    @Override
    public String name() {
        return "NodeVolumeLimits";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.POD_REMOVED, ClusterEvent.STORAGE_CHANGED);
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        return volumes(pod).isEmpty() ? Result.SKIP : Result.ALL_NODES;
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var wanted = volumes(pod);
        return node -> check(wanted, node);
    }

    private Verdict check(Map<String, Set<String>> wanted, NodeInfo node) {
        var csiNode = storage.csiNode(node.name());
        if (csiNode == null || csiNode.getSpec() == null) {
            return Verdict.SUCCESS;
        }
        for (var driver : csiNode.getSpec().getDrivers()) {
            var more = wanted.get(driver.getName());
            var limit = driver.getAllocatable() == null ? null : driver.getAllocatable().getCount();
            if (more != null && limit != null && together(more, driver.getName(), node) > limit) {
                return Verdict.unschedulable("node(s) exceed max volume count");
            }
        }
        return Verdict.SUCCESS;
    }

    private int together(Set<String> more, String driver, NodeInfo node) {
        var all = new HashSet<>(more);
        node.pods().forEach(other -> all.addAll(volumes(other).getOrDefault(driver, Set.of())));
        return all.size();
    }

    /// The pod's volumes by driver: by the volume's handle, or for a claim without a volume by the claim.
    private Map<String, Set<String>> volumes(PodInfo pod) {
        var byDriver = new HashMap<String, Set<String>>();
        for (var key : PodClaims.of(pod.pod())) {
            var claim = storage.claim(key);
            if (claim == null) {
                continue;
            }
            var volume = Claims.volumeName(claim).isEmpty() ? null : storage.volume(Claims.volumeName(claim));
            if (volume != null && volume.getSpec().getCsi() != null) {
                byDriver.computeIfAbsent(volume.getSpec().getCsi().getDriver(), driver -> new HashSet<>()).add(volume.getSpec().getCsi().getVolumeHandle());
            } else if (volume == null) {
                byDriver.computeIfAbsent(provisioner(claim), driver -> new HashSet<>()).add(key.toString());
            }
        }
        byDriver.remove("");
        return byDriver;
    }

    private String provisioner(PersistentVolumeClaim claim) {
        var storageClass = storage.storageClass(claim);
        return storageClass == null ? "" : storageClass.getProvisioner();
    }
}
