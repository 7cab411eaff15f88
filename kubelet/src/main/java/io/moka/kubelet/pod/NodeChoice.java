package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.LabelSelector;
import java.util.List;
import java.util.Map;

/// Tells whether a pod's node selector and required node affinity allow a node.
final class NodeChoice {

    private NodeChoice() {
    }

    /// @param labels of the node that the pod is bound to
    static boolean allows(Pod pod, Map<String, String> labels) {
        var selector = pod.getSpec().getNodeSelector();
        if (selector != null && !labels.entrySet().containsAll(selector.entrySet())) {
            return false;
        }
        var affinity = pod.getSpec().getAffinity() == null ? null : pod.getSpec().getAffinity().getNodeAffinity();
        var required = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null || required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, pod, labels));
    }

    /// An empty term matches no node.
    private static boolean matches(NodeSelectorTerm term, Pod pod, Map<String, String> labels) {
        return !(term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) && matches(term.getMatchExpressions(), labels)
                && matches(term.getMatchFields(), Map.of("metadata.name", pod.getSpec().getNodeName() == null ? "" : pod.getSpec().getNodeName()));
    }

    private static boolean matches(List<NodeSelectorRequirement> requirements, Map<String, String> values) {
        return requirements.stream().allMatch(r -> LabelSelector.requirement(r.getKey(), r.getOperator(), r.getValues()).matches(values));
    }
}
