package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Limits how fast pods are moved away from nodes that are not ready, zone by zone: if many nodes fail at once, the network between them and this process has
/// more likely failed than the nodes, and moving all their pods would make the fault worse.
///
/// | a zone | its nodes get the `NoExecute` taint |
/// |---|---|
/// | with fewer than 55 % not ready | one each 10 s |
/// | with more, and more than 50 nodes | one each 100 s |
/// | with more, and fewer nodes; or all of it | none |
/// | where no node of any zone is ready | none, and the taints that were set go: the control plane itself is cut off |
///
/// Follows upstream's `node_lifecycle_controller` and its defaults. Safe for several threads.
final class EvictionRates {

    /// The state of one zone.
    enum Zone { NORMAL, PARTIAL, FULL }

    private static final int LARGE = 50;
    private static final int UNHEALTHY_PERCENT = 55;
    private static final Duration NORMAL_PAUSE = Duration.ofSeconds(10);
    private static final Duration SLOW_PAUSE = Duration.ofSeconds(100);

    // guarded by this; when a node of each zone was last given the taint, by the monotonic clock; bounded by the zones that nodes name
    private final Map<String, Long> last = new HashMap<>();

    /// Returns how long the node waits for its taint: zero to get it now, or the duration after which to ask again.
    ///
    /// @param nanos the monotonic clock
    synchronized Duration wait(Node node, List<Node> nodes, long nanos) {
        var zone = zone(node);
        var members = nodes.stream().filter(other -> zone(other).equals(zone)).toList();
        var state = state(members);
        if (state == Zone.FULL && !allDisrupted(nodes)) {
            state = Zone.NORMAL;
        }
        if (state == Zone.FULL || state == Zone.PARTIAL && members.size() <= LARGE) {
            return NORMAL_PAUSE;
        }
        var pause = state == Zone.PARTIAL ? SLOW_PAUSE : NORMAL_PAUSE;
        var before = last.get(zone);
        var left = before == null ? Duration.ZERO : pause.minusNanos(nanos - before);
        if (left.isPositive()) {
            return left;
        }
        last.put(zone, nanos);
        last.keySet().retainAll(nodes.stream().map(EvictionRates::zone).collect(Collectors.toSet()));
        return Duration.ZERO;
    }

    /// Whether no node of any zone is ready.
    static boolean allDisrupted(List<Node> nodes) {
        return !nodes.isEmpty() && nodes.stream().noneMatch(EvictionRates::isReady);
    }

    static Zone state(List<Node> members) {
        long unready = members.stream().filter(node -> !isReady(node)).count();
        if (unready == members.size()) {
            return Zone.FULL;
        }
        return unready > 2 && unready * 100 >= (long) UNHEALTHY_PERCENT * members.size() ? Zone.PARTIAL : Zone.NORMAL;
    }

    private static boolean isReady(Node node) {
        return NodeConditions.readyStatus(node).equals("True");
    }

    private static String zone(Node node) {
        var labels = node.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault("topology.kubernetes.io/region", "") + ":" + labels.getOrDefault("topology.kubernetes.io/zone", "");
    }
}
