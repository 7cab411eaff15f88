package io.moka.scheduler.predicates;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Requirement;
import io.moka.scheduler.cache.NodeInfo;
import java.util.List;
import java.util.Map;

/// One term of a node affinity, compiled: all of its expressions must hold. An empty term matches no node.
public final class NodeSelection {

    private final List<Requirement> labels;
    private final List<Requirement> fields;

    private NodeSelection(List<Requirement> labels, List<Requirement> fields) {
        this.labels = labels;
        this.fields = fields;
    }

    public static NodeSelection of(NodeSelectorTerm term) {
        return new NodeSelection(compile(term.getMatchExpressions()), compile(term.getMatchFields()));
    }

    private static List<Requirement> compile(List<NodeSelectorRequirement> expressions) {
        return expressions.stream().map(e -> LabelSelector.requirement(e.getKey(), e.getOperator(), e.getValues())).toList();
    }

    public boolean matches(NodeInfo node) {
        if (labels.isEmpty() && fields.isEmpty()) {
            return false;
        }
        return labels.stream().allMatch(requirement -> requirement.matches(node.labels()))
                && fields.stream().allMatch(requirement -> requirement.matches(Map.of("metadata.name", node.name())));
    }
}
