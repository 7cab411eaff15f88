package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Derives the taints that a node should have from its conditions.
final class NodeConditions {

    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final Map<String, String> PRESSURES = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");
    private static final Set<String> OURS = Set.of(NOT_READY, UNREACHABLE, UNSCHEDULABLE, "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/disk-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/network-unavailable");

    private NodeConditions() {
    }

    static @Nullable NodeCondition ready(Node node) {
        return node.getStatus() == null ? null
                : node.getStatus().getConditions().stream().filter(c -> c.getType().equals("Ready")).findFirst().orElse(null);
    }

    static String readyStatus(Node node) {
        var ready = ready(node);
        return ready == null ? "Unknown" : ready.getStatus();
    }

    static boolean isOurs(Taint taint) {
        return OURS.contains(taint.getKey());
    }

    /// Returns the `NoSchedule` and `NoExecute` taints that follow from the node's conditions and from its being cordoned.
    static List<Taint> taints(Node node) {
        var taints = new ArrayList<Taint>();
        switch (readyStatus(node)) {
            case "True" -> { }
            case "False" -> both(taints, NOT_READY);
            default -> both(taints, UNREACHABLE);
        }
        if (node.getStatus() != null) {
            for (var condition : node.getStatus().getConditions()) {
                var key = PRESSURES.get(condition.getType());
                if (key != null && "True".equals(condition.getStatus())) {
                    taints.add(taint(key, "NoSchedule"));
                }
            }
        }
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            taints.add(taint(UNSCHEDULABLE, "NoSchedule"));
        }
        return taints;
    }

    private static void both(List<Taint> taints, String key) {
        taints.add(taint(key, "NoSchedule"));
        taints.add(taint(key, "NoExecute"));
    }

    private static Taint taint(String key, String effect) {
        return new TaintBuilder().withKey(key).withEffect(effect).build();
    }
}
