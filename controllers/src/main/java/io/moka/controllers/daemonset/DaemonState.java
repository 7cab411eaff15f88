package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.daemonset.NodeFit.Fit;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The input of a DaemonSet's plan.
///
/// @param hash of the present template's revision
/// @param fits for each node whether the set's pod fits
/// @param pods the set's pods by the node on which they run or for which they wait
/// @param backoff returns the time until which no failed pod is deleted on a node; null if one may be deleted now
record DaemonState(DaemonSet set, String hash, Map<String, Fit> fits, Map<String, List<Pod>> pods, Function<String, @Nullable Instant> backoff, Instant now) {

    static DaemonState of(DaemonSet set, String hash, List<Node> nodes, List<Pod> pods, Function<String, @Nullable Instant> backoff, Instant now) {
        var fit = new NodeFit(set);
        var fits = new TreeMap<String, Fit>();
        nodes.forEach(node -> fits.put(node.getMetadata().getName(), fit.of(node)));
        // a pod that is over and is being deleted needs nothing more of us, even if a finalizer keeps it
        var present = pods.stream().filter(pod -> !(Pods.isTerminating(pod) && Pods.isTerminal(pod))).toList();
        return new DaemonState(set, hash, fits, DaemonPods.byNode(present), backoff, now);
    }

    Fit fit(String node) {
        return fits.getOrDefault(node, Fit.NO);
    }

    List<Pod> on(String node) {
        return pods.getOrDefault(node, List.of());
    }

    int desired() {
        return (int) fits.values().stream().filter(Fit.RUN::equals).count();
    }

    boolean isUpdated(Pod pod) {
        return DaemonPods.isUpdated(set, hash, pod);
    }

    boolean isAvailable(Pod pod) {
        return Pods.isAvailable(pod, minReady(), now);
    }

    Duration minReady() {
        var seconds = set.getSpec().getMinReadySeconds();
        return Duration.ofSeconds(seconds == null ? 0 : seconds);
    }

    /// When the next pod that is ready will have been so for `minReadySeconds`.
    @Nullable Instant nextAvailable() {
        return pods.values().stream().flatMap(List::stream).filter(pod -> Pods.isReady(pod) && !isAvailable(pod))
                .map(pod -> Times.parse(Pods.condition(pod, "Ready").getLastTransitionTime()))
                .map(since -> (since == null ? now : since).plus(minReady())).min(Comparator.naturalOrder()).orElse(null);
    }

    boolean isRollingUpdate() {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || !"OnDelete".equals(strategy.getType());
    }

    int maxSurge() {
        var rolling = set.getSpec().getUpdateStrategy() == null ? null : set.getSpec().getUpdateStrategy().getRollingUpdate();
        return rolling == null || !isRollingUpdate() ? 0 : Counts.roundedUp(rolling.getMaxSurge(), desired());
    }

    /// At least 1 where nothing else lets an update go on.
    int maxUnavailable() {
        var rolling = set.getSpec().getUpdateStrategy() == null ? null : set.getSpec().getUpdateStrategy().getRollingUpdate();
        int share = rolling == null ? 0 : Counts.roundedUp(rolling.getMaxUnavailable(), desired());
        return share == 0 && maxSurge() == 0 ? 1 : share;
    }

    boolean allowsSurge() {
        var rolling = set.getSpec().getUpdateStrategy() == null ? null : set.getSpec().getUpdateStrategy().getRollingUpdate();
        return rolling != null && isRollingUpdate() && Counts.roundedUp(rolling.getMaxSurge(), 1) > 0;
    }
}
