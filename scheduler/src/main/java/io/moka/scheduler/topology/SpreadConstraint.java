package io.moka.scheduler.topology;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.moka.scheduler.cache.AffinityTerm;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodMemo;
import io.moka.scheduler.cache.PodSelection;
import io.moka.scheduler.cache.Snapshot;
import io.moka.machinery.meta.Tolerations;
import java.util.List;

/// One topology spread constraint of a pod, compiled.
///
/// @param pods which pods are counted
/// @param minDomains with fewer domains than this the smallest count is taken as 0
/// @param honorsAffinity whether only nodes that meet the pod's node affinity and selector are counted
/// @param honorsTaints whether only nodes whose taints the pod tolerates are counted
public record SpreadConstraint(String topologyKey, int maxSkew, PodSelection pods, int minDomains, boolean honorsAffinity, boolean honorsTaints) {

    public static final String DO_NOT_SCHEDULE = "DoNotSchedule";
    public static final String SCHEDULE_ANYWAY = "ScheduleAnyway";

    private static final PodMemo.Key<List<SpreadConstraint>> HARD = new PodMemo.Key<>();
    private static final PodMemo.Key<List<SpreadConstraint>> SOFT = new PodMemo.Key<>();

    /// The pod's constraints of one kind, compiled once for each pod.
    public static List<SpreadConstraint> of(PodInfo pod, String whenUnsatisfiable) {
        return pod.memo().get(whenUnsatisfiable.equals(DO_NOT_SCHEDULE) ? HARD : SOFT, () -> compile(pod, whenUnsatisfiable));
    }

    private static List<SpreadConstraint> compile(PodInfo pod, String whenUnsatisfiable) {
        return pod.pod().getSpec().getTopologySpreadConstraints().stream()
                .filter(constraint -> whenUnsatisfiable.equals(constraint.getWhenUnsatisfiable())).map(constraint -> compile(constraint, pod)).toList();
    }

    private static SpreadConstraint compile(TopologySpreadConstraint constraint, PodInfo pod) {
        var selector = AffinityTerm.selector(constraint.getLabelSelector(), pod.labels(), constraint.getMatchLabelKeys(), List.of());
        return new SpreadConstraint(constraint.getTopologyKey(), constraint.getMaxSkew(), PodSelection.of(pod.key().namespace(), selector),
                constraint.getMinDomains() == null ? 1 : constraint.getMinDomains(), !"Ignore".equals(constraint.getNodeAffinityPolicy()),
                "Honor".equals(constraint.getNodeTaintsPolicy()));
    }

    /// Whether the node's pods are counted for this constraint of the pod.
    public boolean includes(NodeInfo node, PodInfo pod, NodeRequirements requirements) {
        return (!honorsAffinity || requirements.matches(node))
                && (!honorsTaints || Tolerations.untolerated(pod.pod().getSpec().getTolerations(), node.taints()) == null);
    }

    /// Whether for a pod with these constraints the pods of all nodes are counted: every node has all topology keys, and no policy leaves a node out.
    public static boolean countEveryNode(List<SpreadConstraint> constraints, NodeRequirements requirements, Snapshot snapshot) {
        return constraints.stream().allMatch(constraint -> snapshot.isOnEveryNode(constraint.topologyKey) && !constraint.honorsTaints
                && (!constraint.honorsAffinity || requirements.isNone()));
    }

    /// Whether the node has the topology keys of all constraints.
    public static boolean allKeysOn(NodeInfo node, List<SpreadConstraint> constraints) {
        for (var constraint : constraints) {
            if (!node.labels().containsKey(constraint.topologyKey)) {
                return false;
            }
        }
        return true;
    }
}
