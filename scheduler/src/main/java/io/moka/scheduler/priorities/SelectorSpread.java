package io.moka.scheduler.priorities;

import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import java.util.List;
import java.util.function.Function;

/// Prefers nodes with fewer pods of the same controller or service, so that one failing node takes few of them.
///
/// Upstream reaches the same with its default topology spread constraints.
final class SelectorSpread implements Priority {

    private final Function<String, List<Service>> services;

    /// @param services those of a namespace
    SelectorSpread(Function<String, List<Service>> services) {
        this.services = services;
    }

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        var selectors = selectors(pod);
        if (selectors.isEmpty() && pod.controllerUid() == null) {
            return Priority.normalize(new long[nodes.size()], true);
        }
        return Priority.normalize(nodes.stream().mapToLong(node ->
                node.pods().stream().filter(other -> isSibling(pod, other, selectors)).count()).toArray(), true);
    }

    private List<LabelSelector> selectors(PodInfo pod) {
        return services.apply(pod.key().namespace()).stream()
                .filter(service -> service.getSpec().getSelector() != null && !service.getSpec().getSelector().isEmpty())
                .map(service -> LabelSelector.ofLabels(service.getSpec().getSelector()))
                .filter(selector -> selector.matches(pod.pod().getMetadata().getLabels())).toList();
    }

    private static boolean isSibling(PodInfo pod, PodInfo other, List<LabelSelector> selectors) {
        if (!other.key().namespace().equals(pod.key().namespace()) || Pods.isTerminating(other.pod())) {
            return false;
        }
        if (pod.controllerUid() != null && pod.controllerUid().equals(other.controllerUid())) {
            return true;
        }
        return selectors.stream().anyMatch(selector -> selector.matches(other.pod().getMetadata().getLabels()));
    }
}
